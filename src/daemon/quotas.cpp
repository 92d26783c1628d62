#include "quotas.hpp"

#include <utility>

namespace ferry {

std::shared_ptr<FileSystem> Quotas::limited(const std::string& user, std::shared_ptr<FileSystem> files) {
  const QuotaLimits limits = options_.of(user);
  if (!limits.octets && !limits.files) return files;
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Quota>& quota = quotas_[QuotaOptions::name_of(user)];
  if (!quota) quota = std::make_shared<Quota>(limits);
  return with_quota(std::move(files), quota);
}

namespace {

class WithQuotas final : public Authenticator {
 public:
  WithQuotas(std::shared_ptr<Authenticator> inner, const QuotaOptions& options)
      : inner_(std::move(inner)), quotas_(options) {}

  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override {
    auto account = co_await inner_->authenticate(request);
    if (account) account->files = quotas_.limited(request.user, std::move(account->files));
    co_return account;
  }

  Task<std::expected<Account, AuthErrc>> authenticate_certificate(const LoginRequest& request) override {
    auto account = co_await inner_->authenticate_certificate(request);
    if (account) account->files = quotas_.limited(request.user, std::move(account->files));
    co_return account;
  }

 private:
  const std::shared_ptr<Authenticator> inner_;
  Quotas quotas_;
};

}  // namespace

std::shared_ptr<Authenticator> with_quotas(std::shared_ptr<Authenticator> inner, const QuotaOptions& options) {
  if (options.empty()) return inner;
  return std::make_shared<WithQuotas>(std::move(inner), options);
}

}  // namespace ferry
