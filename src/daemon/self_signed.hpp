// The certificate for `--tls` without --certfile: made once, kept for the next start, so that users who have accepted
// its fingerprint see the same one again.
#pragma once

#include <expected>
#include <string>

namespace ferry {

// $XDG_STATE_HOME/ferry, or /var/lib/ferry for root, or ~/.local/state/ferry.
std::string state_directory();

// The path of a PEM file, readable by its owner only, with certificate and key: the one kept in `directory`, or a new
// one (ECDSA P-256, 10 years, for this host's name, localhost, 127.0.0.1 and ::1). One that has expired is replaced.
// The error is a text for the operator.
std::expected<std::string, std::string> self_signed_certificate(const std::string& directory);

// The SHA-256 fingerprint of the first certificate in a PEM file; empty where there is none.
std::string fingerprint_of(const std::string& path);

}  // namespace ferry
