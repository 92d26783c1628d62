#include <utility>

#include <ferry/unix_identity.hpp>

#include "auth/system/left_overs_of_homes.hpp"
#include "auth/system/login_check.hpp"
#include "auth/system/logins.hpp"

namespace ferry {

namespace {

class LocalLogins final : public SystemLogins {
 public:
  explicit LocalLogins(const SystemUserOptions& options) : check_(options) {}

  LoginAnswer log_in(const LoginRequest& request) override {
    auto found = check_.check(request);
    if (!found) return std::unexpected(found.error());
    auto files = local_directory_as(check_.options().confined ? found->home : "/", found->identity);
    if (!files) return std::unexpected(AuthErrc::rejected);
    if (check_.options().clear_left_overs) left_overs_.clear_once(found->home, found->identity);
    return OpenedLogin{.files = *std::move(files), .home = std::move(found->home), .anonymous = found->anonymous};
  }

 private:
  const LoginCheck check_;
  LeftOversOfHomes left_overs_;
};

}  // namespace

std::unique_ptr<SystemLogins> local_logins(const SystemUserOptions& options) {
  return std::make_unique<LocalLogins>(options);
}

}  // namespace ferry
