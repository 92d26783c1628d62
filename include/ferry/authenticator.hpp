// Implement Authenticator to bring your own users.
//
// Lifetime: one Authenticator per server, shared by all sessions, at least as long as the server.
// Threads:  called from every event loop, several logins at a time; it must be thread-safe. Work that may block goes
//           through run_blocking (task.hpp).
// Failure:  refuse with an AuthErrc. The peer is told only that the login failed (RFC 2577 §7: no reply may tell
//           whether a user name exists), and the delay before that reply is the server's business, not yours.
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/address.hpp>
#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>
#include <ferry/permissions.hpp>
#include <ferry/rates.hpp>
#include <ferry/task.hpp>
#include <ferry/tls.hpp>
#include <ferry/uploads.hpp>

namespace FERRY_API ferry {

// A password or the like: it prints as *** everywhere and is wiped when it is destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  // Swaps with a copy, so the old text is wiped with it.
  Secret& operator=(Secret other) noexcept {
    value_.swap(other.value_);
    return *this;
  }
  ~Secret();

  // Takes the same time whatever the two have in common.
  bool equals(const Secret& other) const;
  // The plain text, for whoever has to check it.
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

struct LoginRequest {
  std::string user;
  Secret password;
  IpAddress peer;
  bool tls = false;                           // the control connection is encrypted
  std::shared_ptr<const TlsFacts> tls_facts;  // with the peer's certificate, where it has shown one; null in clear
  std::string host;                           // VirtualHost::name; empty: none
};

// What a login may do, and where.
struct Account {
  std::shared_ptr<FileSystem> files;  // never null
  Permissions permissions = Permissions::read_only();
  // Exceptions by directory. Of those that apply to a path, the one for the deepest directory counts; of two for the
  // same directory, the later one.
  std::vector<PermissionOverride> overrides = {};
  FtpPath directory = {};          // where the session starts
  std::string login_message = {};  // for the 230; may hold several lines; empty: the server's own
  std::string quit_message = {};   // for the 221; empty: the server's own

  // Sessions that may be logged in at the same time under this user's name; 0: no limit. One more is refused with 530.
  std::uint32_t sessions = 0;
  // Instead of Timeouts::idle.
  std::optional<std::chrono::milliseconds> idle_timeout = {};

  // Sees all sessions in SITE WHO, not only their own.
  bool administrator = false;

  // Anything that you want to find again on the session: it is in the SessionFacts of every event, and own commands see
  // it.
  std::any attachment = {};

  std::optional<UploadPolicy> uploads{};  // nullopt: Config::uploads
  RateLimits rates{};                     // each that is 0: as in Config::rates

  // What the user may do with the entry at `path`.
  Permissions permissions_at(const FtpPath& path, bool is_directory) const;
  // Whether permissions_at gives two answers for `path`, so that one has to look what is there.
  bool depends_on_kind(const FtpPath& path) const;
};

enum class AuthErrc {
  rejected,     // 530: wrong name or password, or this user may not log in now
  unavailable,  // 421: the users cannot be looked up at present
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) = 0;

  // Called at USER, without a password, when the peer has shown a certificate (LoginRequest::tls_facts). An Account:
  // the certificate suffices for this user, who is logged in with 232 (RFC 4217 §12.2). Rejected, as here: a password
  // is asked for.
  virtual Task<std::expected<Account, AuthErrc>> authenticate_certificate(const LoginRequest& request);
};

// The part of a client's certificate that may name a user.
enum class CertificateName : std::uint8_t { common_name, dns_name, email_address };

// Users with passwords, given by the program; they may be added, changed and removed while the server runs. Sessions
// that are logged in keep what they have. Thread-safe.
class StaticUsers final : public Authenticator {
 public:
  // A user of that name is replaced. An empty password is refused with std::invalid_argument, as is an empty name or a
  // null file system.
  void add(std::string name, Secret password, Account account);
  // Lets "anonymous" and "ftp" in with any password (RFC 1635).
  void allow_anonymous(Account account);
  // From now on a client's certificate suffices for the user whom this part of it names.
  void accept_certificates(CertificateName name);
  // False where there is no such user.
  bool remove(std::string_view name);
  // One more exception by directory for a user, or for the one that allow_anonymous lets in. False where there is no
  // such user.
  bool override_permissions(std::string_view name, PermissionOverride exception);

  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override;
  Task<std::expected<Account, AuthErrc>> authenticate_certificate(const LoginRequest& request) override;

 private:
  struct User {
    Secret password;
    Account account;
  };
  Account* find(std::string_view name);

  std::mutex mutex_;
  std::map<std::string, User, std::less<>> users_;
  std::optional<Account> anonymous_;
  std::optional<CertificateName> certificate_name_;
};

}  // namespace ferry
