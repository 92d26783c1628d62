#include "conform/listener.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "user_pi/failure.hpp"

namespace ferry::conform {

using user_pi::Clock;

Listener::Listener(const user_pi::Address& host)
    : fd_(::socket(host.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      address_(host.with_port(0)) {
  if (fd_ < 0 || ::bind(fd_, address_.get(), address_.size) != 0 || ::listen(fd_, 8) != 0 ||
      ::getsockname(fd_, address_.get(), &address_.size) != 0) {
    const std::string why = std::strerror(errno);
    if (fd_ >= 0) ::close(fd_);
    throw user_pi::Failure("cannot listen at " + host.host() + ": " + why);
  }
}

Listener::~Listener() {
  if (fd_ >= 0) ::close(fd_);
}

Listener::Listener(Listener&& other) noexcept : fd_(std::exchange(other.fd_, -1)), address_(other.address_) {}

bool Listener::called_within(std::chrono::milliseconds time) const {
  pollfd one{.fd = fd_, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, static_cast<int>(time.count())) > 0;
}

user_pi::Connection Listener::accept(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  if (!called_within(std::max(left, std::chrono::milliseconds(0))))
    throw user_pi::TimedOut("the server did not connect to the port that it was given");
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) throw user_pi::Failure(std::string("accept: ") + std::strerror(errno));
  return user_pi::Connection(fd, deadline);
}

std::string Listener::port() const {
  std::string host = address_.host();
  std::ranges::replace(host, '.', ',');
  return fmt::format("PORT {},{},{}", host, address_.port() / 256, address_.port() % 256);
}

std::string Listener::eprt() const {
  return fmt::format("EPRT |{}|{}|{}|", address_.is_v6() ? 2 : 1, address_.host(), address_.port());
}

}  // namespace ferry::conform
