// From --quota and --quota-files to the quota of each user, which lasts as long as the server.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <ferry/authenticator.hpp>
#include <ferry/quota.hpp>

#include "options.hpp"

namespace ferry {

// The users of one host. Thread-safe.
class Quotas {
 public:
  explicit Quotas(QuotaOptions options) : options_(std::move(options)) {}

  // `files` as this user is to have them.
  std::shared_ptr<FileSystem> limited(const std::string& user, std::shared_ptr<FileSystem> files);

 private:
  const QuotaOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Quota>> quotas_;
};

// The users of `inner`, each with a quota, for users who are not known beforehand.
std::shared_ptr<Authenticator> with_quotas(std::shared_ptr<Authenticator> inner, const QuotaOptions& options);

}  // namespace ferry
