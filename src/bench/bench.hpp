// `ferry bench`: puts load on any FTP server and tells what it cost the server.
#pragma once

#include <string>
#include <vector>

namespace ferry::bench {

// `words`: what follows "bench" on the command line. Returns the exit status: 0, 1 where a work failed or had errors,
// 2 for a mistake on the command line.
int run(std::vector<std::string> words);

}  // namespace ferry::bench
