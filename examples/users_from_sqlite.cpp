// Users from a table of a database: name, password, home and permissions are looked up at each login, so a row that is
// added or changed counts at once. (A real table holds hashes, made with a function that is meant for passwords.)
//
//     $ sqlite3 users.db "CREATE TABLE users(name TEXT PRIMARY KEY, password TEXT, home TEXT, permissions TEXT);
//                         INSERT INTO users VALUES('alice', 'wonderland', '/srv/alice', 'elradfmwMT');"
//     $ ./users_from_sqlite users.db
//     the users of users.db can log in at ftp://127.0.0.1:40123
#include <cstdio>
#include <expected>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include <sqlite3.h>
#include <ferry/server.hpp>

namespace {

struct Row {
  ferry::Secret password;
  std::string home;
  std::string permissions;
};

class UserTable {
 public:
  explicit UserTable(const char* file) {
    if (sqlite3_open_v2(file, &database_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
  }
  ~UserTable() { sqlite3_close(database_); }
  UserTable(const UserTable&) = delete;
  UserTable& operator=(const UserTable&) = delete;

  // Blocks. Throws std::runtime_error where the database does not answer.
  std::optional<Row> find(const std::string& name) {
    const std::lock_guard lock(mutex_);
    sqlite3_stmt* prepared = nullptr;
    const int error = sqlite3_prepare_v2(database_, "SELECT password, home, permissions FROM users WHERE name = ?", -1,
                                         &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> query(prepared, sqlite3_finalize);
    if (error != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
    sqlite3_bind_text(query.get(), 1, name.c_str(), -1, SQLITE_TRANSIENT);
    if (sqlite3_step(query.get()) != SQLITE_ROW) return std::nullopt;
    const auto column = [&](int i) {
      const unsigned char* const text = sqlite3_column_text(query.get(), i);
      return text ? std::string(reinterpret_cast<const char*>(text)) : std::string();
    };
    return Row{ferry::Secret(column(0)), column(1), column(2)};
  }

 private:
  std::mutex mutex_;
  sqlite3* database_ = nullptr;
};

class TableAuthenticator final : public ferry::Authenticator {
 public:
  explicit TableAuthenticator(UserTable& table) : table_(table) {}

  ferry::Task<std::expected<ferry::Account, ferry::AuthErrc>> authenticate(
      const ferry::LoginRequest& request) override {
    // The database may be slow: it is asked on the pool, and the other sessions go on meanwhile.
    using Answer = std::expected<ferry::Account, ferry::AuthErrc>;
    co_return co_await ferry::run_blocking([this, &request]() -> Answer {
      try {
        return account_for(request);
      } catch (const std::runtime_error&) {
        return std::unexpected(ferry::AuthErrc::unavailable);  // 421 instead of "wrong password"
      }
    });
  }

 private:
  std::expected<ferry::Account, ferry::AuthErrc> account_for(const ferry::LoginRequest& request) {
    const std::optional<Row> row = table_.find(request.user);
    if (!row || !row->password.equals(request.password)) return std::unexpected(ferry::AuthErrc::rejected);
    const auto home = ferry::local_directory(row->home);
    const auto permissions = ferry::Permissions::parse(row->permissions);
    if (!home || !permissions) return std::unexpected(ferry::AuthErrc::unavailable);
    ferry::Account account;
    account.files = *home;
    account.permissions = *permissions;
    account.login_message = "Welcome, " + request.user + ".";
    return account;
  }

  UserTable& table_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: users_from_sqlite DATABASE\n";
    return 2;
  }
  UserTable table(argv[1]);
  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.timeouts.login_delay = std::chrono::milliseconds(100);
  config.authenticator = std::make_shared<TableAuthenticator>(table);
  ferry::Server server(config);
  server.start();
  std::cout << "the users of " << argv[1] << " can log in at ftp://127.0.0.1:" << server.port() << '\n' << std::flush;
  while (std::getchar() != EOF) {
  }
}
