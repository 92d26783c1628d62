// The end of a channel that answers (file_messages.hpp).
#pragma once

#include <ferry/filesystem.hpp>

namespace ferry {

// Tells whether there are files: the first packet on a channel. False where the other end is gone.
bool greet(int channel, const Result<void>& opened);

// Does with `files` what is asked, one request after the other, until the other end is gone or says something that is
// no request. What is open then ends with it, uploads without commit. Descriptors that come with requests are closed.
void serve_files(int channel, FileSystem& files);

}  // namespace ferry
