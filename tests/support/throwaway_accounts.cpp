#include "support/throwaway_accounts.hpp"

#include <crypt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "support/failure.hpp"

namespace ferry::test {
namespace {

// Few rounds: these passwords keep nobody out.
std::string hash_of(const std::string& password) {
  const auto data = std::make_unique<crypt_data>();
  const char* const hash = ::crypt_rn(password.c_str(), "$6$rounds=1000$saltstring", data.get(), sizeof *data);
  if (!hash) throw Failure("crypt makes no hash");
  return hash;
}

}  // namespace

ThrowawayAccounts::ThrowawayAccounts() : directory_("") {
  // The users have to get through to their homes.
  if (::chmod(directory_.path().c_str(), 0711) != 0) throw Failure("cannot open the directory of the homes");
  for (const char* file : {"passwd", "group", "shadow"}) std::ofstream(path(file)).flush();
  append("shells", "# valid shells\n/bin/sh");
}

ThrowawayAccounts::Account ThrowawayAccounts::add(const std::string& name, const std::string& password,
                                                  const std::string& shell) {
  const unsigned id = next_id_++;
  const Account account{.user = id, .group = id, .home = path("home-" + name)};
  append("passwd", name + ":x:" + std::to_string(id) + ":" + std::to_string(id) + "::" + account.home + ":" + shell);
  append("shadow", name + ":" + hash_of(password) + ":19000:0:99999:7:::");
  if (::mkdir(account.home.c_str(), 0700) != 0 || ::chown(account.home.c_str(), id, id) != 0)
    throw Failure("cannot make a home; does this test run as root?");
  return account;
}

gid_t ThrowawayAccounts::add_group(const std::string& name, const std::string& members) {
  const unsigned id = next_id_++;
  append("group", name + ":x:" + std::to_string(id) + ":" + members);
  return id;
}

void ThrowawayAccounts::set_ageing(const std::string& name, const std::string& password, const std::string& fields) {
  std::ofstream(path("shadow")).flush();
  append("shadow", name + ":" + hash_of(password) + ":" + fields);
}

SystemUserOptions ThrowawayAccounts::options() const {
  SystemUserOptions options;
  options.passwd_file = path("passwd");
  options.group_file = path("group");
  options.shadow_file = path("shadow");
  options.shells_file = path("shells");
  return options;
}

void ThrowawayAccounts::append(const std::string& file, const std::string& line) const {
  std::ofstream out(path(file), std::ios::app);
  out << line << '\n';
  if (!out.flush()) throw Failure("cannot write " + file);
}

}  // namespace ferry::test
