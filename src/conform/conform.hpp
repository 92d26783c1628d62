// `ferry conform`: judges any FTP server by the RFCs.
#pragma once

#include <string>
#include <vector>

namespace ferry::conform {

// Runs with what follows `ferry conform` on the command line; the exit status.
int run(std::vector<std::string> words);

}  // namespace ferry::conform
