#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "doctor/finding.hpp"
#include "run_as.hpp"
#include "users.hpp"

namespace ferry {
namespace {

Finding look_at(const SharedTree& tree) {
  const std::string subject = fmt::format("share {}", tree.directory);
  const auto allowed = [&](int mode) { return ::faccessat(AT_FDCWD, tree.directory.c_str(), mode, AT_EACCESS) == 0; };
  const Finding closed{Health::error, subject, "may not be read by the user who serves; change its permissions"};
  struct stat facts{};
  if (::stat(tree.directory.c_str(), &facts) != 0) {
    if (errno == EACCES) return closed;
    return {Health::error, subject, fmt::format("cannot be used: {}; create it or name another", std::strerror(errno))};
  }
  if (!S_ISDIR(facts.st_mode)) return {Health::error, subject, "is not a directory; name the directory that holds it"};
  if (!allowed(R_OK | X_OK)) return closed;
  if (!tree.changes) return {Health::ok, subject, "can be read"};
  if (!allowed(W_OK))
    return {Health::error, subject,
            fmt::format("is to be written, and cannot be: {}; change its permissions, or share it for reading",
                        std::strerror(errno))};
  return {Health::ok, subject, "can be read and written"};
}

}  // namespace

void check_shares(const Options& options, Findings& findings) {
  try {
    const AsUser as_user(options.run_as);
    for (const SharedTree& tree : shared_trees(options)) findings.push_back(look_at(tree));
  } catch (const ConfigError& error) {
    findings.push_back({Health::error, "user", error.what()});
  }
}

}  // namespace ferry
