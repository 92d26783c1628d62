#include "session/misbehaviour.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "session/session.hpp"

namespace ferry {

namespace {

// The loop's timers are what a stalled transfer and the wait for an acknowledgement need; both are cut by a cancelled
// socket within one step.
constexpr auto step = std::chrono::milliseconds(5);
constexpr auto longest_wait_for_peer = std::chrono::seconds(2);

Task<void> pause(Loop& loop) {
  Signal over(loop);
  Deadline deadline(loop, [&over] { over.set(); });
  deadline.set_after(step);
  co_await over.wait();
}

// Lets so many octets pass, and then ends or stalls the connection.
class FaultyGate final : public Gate {
 public:
  FaultyGate(DataFault fault, std::uint64_t octets) : fault_(fault), left_(octets) {}

  Task<IoResult<std::size_t>> admit(Stream& stream, std::size_t octets) override {
    if (left_ > 0) co_return static_cast<std::size_t>(std::min<std::uint64_t>(octets, left_));
    Socket& socket = stream.socket();
    if (fault_ == DataFault::stall) {
      while (socket.stopped_by() == IoErrc::none) co_await pause(socket.loop());
      co_return std::unexpected(socket.stopped_by());
    }
    co_await delivered(socket);
    if (fault_ == DataFault::reset)
      socket.reset_on_close();
    else
      socket.shut_down_sending();
    co_return std::unexpected(IoErrc::lost);
  }

  void passed(std::size_t octets) override { left_ -= octets; }

 private:
  // A reset takes back what the peer's kernel has not acknowledged yet; the peer is to see all that was let pass.
  static Task<void> delivered(Socket& socket) {
    const auto until = Clock::now() + longest_wait_for_peer;
    for (;;) {
      int unsent = 0;
      if (::ioctl(socket.fd(), SIOCOUTQ, &unsent) != 0 || unsent == 0) co_return;
      if (Clock::now() >= until || socket.stopped_by() != IoErrc::none) co_return;
      co_await pause(socket.loop());
    }
  }

  DataFault fault_;
  std::uint64_t left_;
};

void say(Session& session, std::string_view text) {
  std::string lines;
  for (const char c : text) {
    if (c == '\n') lines += '\r';
    lines += c;
  }
  lines += "\r\n";
  session.config().fault_injector->on_reply(session.id(), lines);
  session.stream().put(lines);
}

// Does what stands for a reply. False where something does.
bool answers(Session& session, const ReplyFault& fault) {
  if (fault.control != ControlFault::none) {
    if (fault.control == ControlFault::reset) session.stream().socket().reset_on_close();
    session.cancel(IoErrc::stopped);
    return false;
  }
  if (fault.text) say(session, *fault.text);
  return !fault.text && !fault.silence;
}

}  // namespace

Task<bool> misbehave(Session& session, std::string_view verb, std::string_view line) {
  session.fault = std::make_unique<Fault>(session.config().fault_injector->on_command(session.id(), verb, line));
  const ReplyFault& fault = session.fault->reply;
  co_await session.sleep(fault.delay);
  co_return answers(session, fault);
}

Task<bool> misbehave_finally(Session& session, const ReplyFault& fault) {
  const auto until = Clock::now() + fault.delay;
  const Socket& control = session.stream().socket();
  while (Clock::now() < until && control.stopped_by() == IoErrc::none) co_await pause(session.loop());
  co_return answers(session, fault);
}

std::unique_ptr<Gate> gate_for(const Fault& fault) {
  if (fault.data == DataFault::none) return nullptr;
  return std::make_unique<FaultyGate>(fault.data, fault.octets);
}

}  // namespace ferry
