// One server for all inputs, and the files that a single input plays with. They are made anew for each.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <ferry/quota.hpp>
#include <ferry/server.hpp>

#include "session/command_set.hpp"

namespace ferry::fuzz {

struct Entry {
  bool directory = false;
  bool link = false;  // what is told of it then is what it leads to
  std::string content{};
  std::uint32_t mode = 0;

  bool operator==(const Entry&) const = default;
};
using Tree = std::map<std::string, Entry>;  // by path, the root left out

// Users log in with the password "p", and their name is what they may do: the letters of their permissions; any other
// name may do everything. "nobody" is refused.
class Users final : public Authenticator {
 public:
  // What logs in from here on sees these files, up to `quota`.
  void serve(std::shared_ptr<FileSystem> files, std::shared_ptr<Quota> quota);
  // All that the logins since then were allowed.
  Permissions handed_out() const;

  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<FileSystem> files_;
  std::shared_ptr<Quota> quota_;
  Permissions handed_out_ = Permissions::none();
};

class World {
 public:
  // What lies beside the users' root, and what nobody may ever see.
  static constexpr std::string_view secret = "what nobody may see";

  World();

  // New files.
  void begin();
  // What must hold when the last peer has gone: sessions and descriptors go too, and the files are as they may be.
  void end();

  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  const CommandSet& commands() const { return *commands_; }
  // The same as users see them.
  const Tree& before() const { return before_; }
  Tree now() const;
  Permissions handed_out() const { return users_->handed_out(); }
  bool closed_for_foreign_verb() const { return foreign_; }

 private:
  void wait_for_the_end_of_sessions();
  void check_quota() const;

  std::shared_ptr<Users> users_ = std::make_shared<Users>();
  std::unique_ptr<Server> server_;
  std::unique_ptr<Config> config_;
  std::unique_ptr<CommandSet> commands_;
  std::shared_ptr<FileSystem> files_;
  std::shared_ptr<Quota> quota_;
  Tree before_;
  Tree all_before_;
  std::size_t descriptors_ = 0;
  std::atomic<bool> foreign_ = false;
};

}  // namespace ferry::fuzz
