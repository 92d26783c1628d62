// What an Authenticator does unless it says otherwise.
#include <ferry/authenticator.hpp>

namespace ferry {

Task<std::expected<Account, AuthErrc>> Authenticator::authenticate_certificate(const LoginRequest&) {
  co_return std::unexpected(AuthErrc::rejected);
}

}  // namespace ferry
