#include "session/bandwidth.hpp"

namespace ferry {

namespace {

std::shared_ptr<RateBucket> bucket(std::uint64_t rate) {
  return rate == 0 ? nullptr : std::make_shared<RateBucket>(rate);
}

std::uint64_t first_of(std::uint64_t special, std::uint64_t general) { return special != 0 ? special : general; }

}  // namespace

Bandwidth::Bandwidth(const Config& config)
    : defaults_(config.rates),
      server_down_(bucket(config.server_rate.down)),
      server_up_(bucket(config.server_rate.up)) {}

std::unique_ptr<LoginLimits> Bandwidth::for_login(const std::string& user, const RateLimits& account) {
  LoginLimits limits{.down = collect(server_down_, users_down_, user, first_of(account.user.down, defaults_.user.down),
                                     first_of(account.session.down, defaults_.session.down)),
                     .up = collect(server_up_, users_up_, user, first_of(account.user.up, defaults_.user.up),
                                   first_of(account.session.up, defaults_.session.up))};
  if (limits.down.empty() && limits.up.empty()) return nullptr;
  return std::make_unique<LoginLimits>(std::move(limits));
}

Throttle::Buckets Bandwidth::collect(const Bucket& server, Users& users, const std::string& user,
                                     std::uint64_t user_rate, std::uint64_t session_rate) {
  Throttle::Buckets buckets;
  if (server) buckets.push_back(server);
  if (user_rate != 0) buckets.push_back(of_user(users, user, user_rate));
  if (session_rate != 0) buckets.push_back(bucket(session_rate));
  return buckets;
}

Bandwidth::Bucket Bandwidth::of_user(Users& users, const std::string& user, std::uint64_t rate) {
  const std::lock_guard lock(mutex_);
  auto& known = users[user];
  Bucket shared = known.lock();
  if (shared) {
    shared->set_rate(rate);  // the account may have changed
    return shared;
  }
  shared = bucket(rate);
  known = shared;
  std::erase_if(users, [](const auto& entry) { return entry.second.expired(); });
  return shared;
}

}  // namespace ferry
