// Kernel TLS: the kernel encrypts what goes down a connection once the handshake is done, so that a file can be sent
// with sendfile as in clear (Linux: Documentation/networking/tls.rst).
#pragma once

namespace ferry {

// Whether this kernel has it. Loads the kernel's module where that is allowed and needed.
bool kernel_has_tls();

}  // namespace ferry
