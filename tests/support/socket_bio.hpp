// A BIO over a socket that never raises SIGPIPE, so that a test need not ignore that signal: a library that raises it
// must end the test program.
#pragma once

#include <openssl/bio.h>

namespace ferry::test {

// The descriptor stays the caller's.
BIO* new_socket_bio(int socket);

}  // namespace ferry::test
