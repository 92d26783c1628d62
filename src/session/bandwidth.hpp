// The limits of bandwidth of a whole server, and of each user and session on it. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <ferry/config.hpp>

#include "transfer/throttle.hpp"

namespace ferry {

// What the transfers of one login share with others.
struct LoginLimits {
  Throttle::Buckets down;
  Throttle::Buckets up;
};

class Bandwidth {
 public:
  explicit Bandwidth(const Config& config);

  // `user`: unique on this server. `account`: what the account says; what it leaves out is as for everybody. Null where
  // nothing is limited.
  std::unique_ptr<LoginLimits> for_login(const std::string& user, const RateLimits& account);

 private:
  using Bucket = std::shared_ptr<RateBucket>;
  using Users = std::map<std::string, std::weak_ptr<RateBucket>>;
  Throttle::Buckets collect(const Bucket& server, Users& users, const std::string& user, std::uint64_t user_rate,
                            std::uint64_t session_rate);
  Bucket of_user(Users& users, const std::string& user, std::uint64_t rate);

  const RateLimits defaults_;
  const Bucket server_down_;
  const Bucket server_up_;
  std::mutex mutex_;
  Users users_down_;  // as long as somebody is logged in
  Users users_up_;
};

}  // namespace ferry
