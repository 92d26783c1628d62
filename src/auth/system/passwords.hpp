// Whether a password is right, and may be used today: crypt(3) and shadow(5), or PAM. Blocks, and takes as long as the
// machine's administrator wanted a guess to take.
#pragma once

#include <string>

#include <ferry/authenticator.hpp>

#include "auth/system/accounts.hpp"

namespace ferry {

// False for an empty hash, too: an account without a password is not open to the network.
bool matches(const Secret& password, const std::string& hash);

// A hash of no password, made in the machine's preferred way: to be compared where there is no such user, so that the
// answer takes as long (RFC 2577 §7).
std::string nobodys_hash();

// Whether the account and its password have not run out by `today`, in days since 1970. Nobody can choose a new
// password over FTP, so one that must be changed does not count.
bool is_current(const ShadowEntry& entry, long today);

// The answer of PAM's authentication and account management for `service`. False where the library has no PAM.
bool pam_accepts(const std::string& service, const std::string& directory, const LoginRequest& request);

}  // namespace ferry
