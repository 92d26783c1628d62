// Accounts as passwd(5), group(5) and shadow(5) hold them, from the C library or from files of one's own. Blocks:
// behind the C library there may be a directory service.
#pragma once

#include <shadow.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/system_users.hpp>

namespace ferry {

struct SystemAccount {
  std::string name;
  std::string hash;  // of the password; "x" where shadow has it
  uid_t user = 0;
  gid_t group = 0;
  std::string home;
  std::string shell;
};

struct ShadowEntry {
  std::string hash;
  // Days since 1970, or -1 for none.
  long changed = -1;
  long longest = -1;  // days that a password lasts
  long expires = -1;
};

std::optional<SystemAccount> find_account(const SystemUserOptions& options, const std::string& name);
std::optional<ShadowEntry> find_shadow(const SystemUserOptions& options, const std::string& name);
// All groups of the account, its own among them.
std::vector<gid_t> groups_of(const SystemUserOptions& options, const SystemAccount& account);
// An empty shell means /bin/sh; without the file, /bin/sh and /bin/csh are the valid ones.
bool is_valid_shell(const std::string& shells_file, std::string_view shell);

}  // namespace ferry
