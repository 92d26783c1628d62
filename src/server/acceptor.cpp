#include "server/acceptor.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <new>

namespace ferry {

namespace {

// When descriptors are used up, new connections wait in the kernel's queue for this long before the next try.
constexpr auto pause_without_descriptors = std::chrono::milliseconds(100);
// Connections of a flood that are taken before others on the loop get a turn.
constexpr int most_at_one_go = 32;

}  // namespace

Acceptor::Acceptor(std::vector<std::unique_ptr<LoopThread>>& loops, Services& services, SessionRegister& sessions,
                   std::atomic<std::uint64_t>& next_session, Descriptor listening, Endpoint local, bool implicit_tls)
    : loops_(loops),
      services_(services),
      register_(sessions),
      next_session_(next_session),
      implicit_tls_(implicit_tls),
      loop_(loops.front()->loop()),
      listener_(std::make_unique<Listener>(loop_, std::move(listening), local)),
      pause_over_(loop_) {}

void Acceptor::start() {
  started_ = true;
  loop_.post([this] {
    spawn(loop_, accept_all(), [this](const std::exception_ptr& error) noexcept {
      // Ends the program: better than one that nobody can connect to.
      if (error) std::rethrow_exception(error);
      listener_.reset();
      closed_.set_value();
    });
  });
}

std::future<void> Acceptor::stop() {
  if (!started_) return {};
  started_ = false;
  loop_.post([this] {
    if (!listener_) return;
    listener_->socket().cancel(IoErrc::stopped);
    pause_over_.set();
  });
  return closed_.get_future();
}

Task<void> Acceptor::accept_all() {
  Deadline pause(loop_, [this] { pause_over_.set(); });
  int at_one_go = 0;
  for (;;) {
    auto accepted = listener_->try_accept();
    if (accepted) {
      try {
        take(std::move(*accepted));
      } catch (const std::bad_alloc&) {
        // No memory even to refuse it: it is closed.
      }
      if (++at_one_go == most_at_one_go) {
        at_one_go = 0;
        co_await loop_.yield();
      }
    } else if (accepted.error() == IoErrc::would_block) {
      co_await listener_->socket().readable();
    } else if (accepted.error() == IoErrc::no_resource) {
      services_.log.write({.level = LogLevel::warning,
                           .event = "no_descriptors",
                           .text = "No descriptors are left; new connections wait."});
      pause.set_after(pause_without_descriptors);
      co_await pause_over_.wait();
    } else {
      co_return;
    }
  }
}

void Acceptor::take(Accepted accepted) {
  using enum SessionRegister::Admission;
  const auto admission = register_.admit(accepted.peer.address);
  if (admission == admitted) {
    least_loaded().adopt(next_session_.fetch_add(1), std::move(accepted.descriptor), accepted.peer, implicit_tls_);
    return;
  }
  const std::string peer = accepted.peer.text();
  services_.log.write({.level = LogLevel::warning,
                       .event = "refused",
                       .peer = peer,
                       .text = admission == too_many ? "Too many connections." : "Too many connections from there."});
  // Under implicit TLS there is nobody yet to whom this could be said.
  if (!implicit_tls_) {
    const std::string_view reply = admission == too_many ? "421 Too many connections, try again later.\r\n"
                                                         : "421 Too many connections from your address.\r\n";
    ::send(accepted.descriptor.get(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

LoopThread& Acceptor::least_loaded() {
  return **std::ranges::min_element(loops_, {}, [](const auto& loop) { return loop->load(); });
}

}  // namespace ferry
