// Accounts of the machine for one test, in passwd, group, shadow and shells files of their own, with homes that belong
// to them. Needs root, as system users do; the machine's own files are not touched.
#pragma once

#include <sys/types.h>

#include <ferry/system_users.hpp>
#include <string>

#include "support/temporary_directory.hpp"

namespace ferry::test {

class ThrowawayAccounts {
 public:
  // Nobody at first. The shells file has /bin/sh.
  ThrowawayAccounts();

  struct Account {
    uid_t user = 0;
    gid_t group = 0;
    std::string home;
  };
  // A new user with a new uid and gid, a home of mode 0700, and this password and shell.
  Account add(const std::string& name, const std::string& password, const std::string& shell = "/bin/sh");
  // A new group with these members, separated by commas.
  gid_t add_group(const std::string& name, const std::string& members);
  // The line of shadow(5) for a user, instead of the one that add() made: what is behind "name:hash:".
  void set_ageing(const std::string& name, const std::string& password, const std::string& fields);

  // Options that use these files.
  SystemUserOptions options() const;
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

 private:
  void append(const std::string& file, const std::string& line) const;

  TemporaryDirectory directory_;
  unsigned next_id_ = 61'001;  // beyond what adduser gives, below nobody
};

}  // namespace ferry::test
