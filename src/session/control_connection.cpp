// Reading goes on while a transfer runs. Commands that do not touch the transfer are answered at once; one that does
// waits, and all behind it wait too, so that replies come in the order of their commands (RFC 959 §4.2). ABOR stops the
// transfer the moment it is read, wherever it stands in that order.

#include "session/control_connection.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "session/command_table.hpp"
#include "session/dispatch.hpp"
#include "session/handlers.hpp"
#include "session/misbehaviour.hpp"

namespace ferry {

namespace {

// Commands that may wait behind a transfer; then reading stops until it ends.
constexpr std::size_t most_waiting = 64;
// Commands of a peer that sends many at once, before others on the loop get a turn. It bounds the stack, too: without
// optimisation, a coroutine that ends at once returns to its caller by a call.
constexpr int most_at_one_go = 32;
constexpr int most_long_lines = 3;
constexpr std::size_t read_size = 4096;
// How long a passive listener is kept for the next PASV, and how often an idle session is looked at.
constexpr auto housekeeping = std::chrono::seconds(10);

}  // namespace

ControlConnection::ControlConnection(std::uint64_t id, Loop& loop, Services& services, Descriptor descriptor,
                                     const Endpoint& peer, bool implicit_tls)
    : session_(id, loop, services, std::move(descriptor), peer),
      deadline_(loop, [this] { on_deadline(); }),
      implicit_tls_(implicit_tls) {}

// Its frame lives as long as the session: what only the beginning and the end need is in frames of their own.
Task<void> ControlConnection::serve() {
  const bool ready = co_await welcome();
  if (ready) co_await converse();
  co_await leave();
}

Task<bool> ControlConnection::welcome() {
  if (session_.logs(LogLevel::info)) session_.log(LogLevel::info, "connect", "Connected.");
  watch_idleness();
  co_await session_.tell([](Events& to, const SessionFacts& who) { return to.connected(who); });
  if (implicit_tls_) {
    const bool encrypted = co_await begin_tls();
    if (!encrypted) co_return false;
  }
  bool greets = true;
  if (session_.config().fault_injector) greets = co_await misbehave(session_, "CONNECT", {});
  if (greets) session_.send(Reply::text_lines(220, session_.banner()));
  co_return true;
}

Task<void> ControlConnection::leave() {
  // A transfer that QUIT was to wait for has ended by now; any other one is cut.
  session_.cancel_transfer(IoErrc::stopped);
  co_await session_.transfer_ended();
  if (farewell_) session_.send(*farewell_);
  limit_step(session_.config().timeouts.command_write);
  IoErrc error = co_await session_.stream().drain();
  if (error == IoErrc::none) error = co_await session_.stream().finish();
  if (error == IoErrc::none && lingers_) co_await linger();
  deadline_.clear();
  co_await session_.log_out();
  // Taken here: the events may run on another thread, and the session can still be cut on this one.
  const DisconnectReason reason = session_.end_reason();
  const SessionTotals totals = session_.totals();
  co_await session_.tell([&](Events& to, const SessionFacts& who) { return to.disconnected(who, reason, totals); });
  if (session_.logs(LogLevel::info)) session_.log(LogLevel::info, "disconnect", "Disconnected.");
}

// Between two commands its frame is what a session waits with: a command lives in frames of its own.
Task<void> ControlConnection::converse() {
  Socket& socket = session_.stream().socket();
  while (!closing_ && session_.send_error() == IoErrc::none && socket.stopped_by() == IoErrc::none) {
    if (session_.stream().has_output()) {
      // A peer that does not read its replies gets no further ones.
      limit_step(session_.config().timeouts.command_write);
      if (co_await session_.stream().drain() != IoErrc::none) break;
      watch_idleness();
    }
    if (at_one_go_ >= most_at_one_go) {
      at_one_go_ = 0;
      co_await session_.loop().yield();
      continue;
    }
    if (const auto command = begin_next_command()) {
      ++at_one_go_;
      busy_ = true;
      co_await *command;
      busy_ = false;
      session_.last_activity = Clock::now();
      continue;
    }
    if (closing_ || says_goodbye()) break;
    const bool full = waiting_ && waiting_->size() >= most_waiting;
    if (full || peer_ended_) {
      if (!session_.occupied()) break;
      co_await session_.transfer_ended();
    } else if (socket.drained() || !read_available()) {
      co_await socket.readable();
      at_one_go_ = 0;
    }
  }
}

// Once the server ends and this session is not occupied any more.
bool ControlConnection::says_goodbye() {
  if (!ends_gracefully_ || session_.occupied()) return false;
  session_.send({421, "The service ends, closing control connection."});
  session_.end_because(DisconnectReason::server_stopped);
  return true;
}

// Closing a socket with unread input resets it, and the peer might lose our last words. So what it still sends is read
// for a moment.
Task<void> ControlConnection::linger() {
  constexpr auto longest = std::chrono::seconds(2);
  constexpr std::size_t most_octets = 1024 * 1024;
  session_.stream().socket().shut_down_sending();
  limit_step(longest);
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(read_size);
  for (std::size_t total = 0; total < most_octets;) {
    const auto n = session_.stream().socket().try_receive({buffer.get(), read_size});
    if (n && *n == 0) break;
    if (n)
      total += *n;
    else if (n.error() != IoErrc::would_block)
      break;
    else
      co_await session_.stream().socket().readable();
  }
}

// False when nothing was there.
bool ControlConnection::read_available() {
  std::byte buffer[read_size];
  const auto n = session_.stream().try_read(buffer);
  if (!n) {
    if (n.error() == IoErrc::would_block) return false;
    peer_ended_ = true;
  } else if (*n == 0) {
    peer_ended_ = true;
    if (!quit_waits_) session_.end_because(DisconnectReason::hung_up);
  } else {
    reader_.feed({reinterpret_cast<const char*>(buffer), *n});
    return true;
  }
  // Hanging up ends a transfer, as ABOR and QUIT would (RFC 959 §4.1.1), unless QUIT was sent first.
  if (!quit_waits_) {
    session_.cancel_transfer(IoErrc::stopped);
    closing_ = true;
  }
  return true;
}

std::optional<Task<void>> ControlConnection::begin_next_command() {
  while (auto line = next_line()) {
    if (*line) return execute(std::move(**line));
    refuse_line(line->error());
    if (closing_) break;
  }
  return std::nullopt;
}

// The next line whose turn it is.
std::optional<ControlConnection::Line> ControlConnection::next_line() {
  if (waiting_ && !session_.occupied()) {
    Line line = std::move(waiting_->front());
    waiting_->pop_front();
    if (waiting_->empty()) waiting_.reset();
    return line;
  }
  while (!waiting_ || waiting_->size() < most_waiting) {
    auto line = reader_.next();
    if (const std::string telnet = reader_.take_telnet_replies(); !telnet.empty()) session_.stream().put(telnet);
    if (!line || !session_.occupied()) return line;

    FoundCommand found;
    if (*line) found = find_command(**line, session_.services().commands);
    if (found.spec && found.spec->run == abor) session_.cancel_transfer(IoErrc::aborted);
    const bool at_once = !found.spec || found.spec->during_transfer == DuringTransfer::at_once ||
                         (found.spec->at_once_with && found.spec->at_once_with(found.argument));
    if (at_once && !waiting_) return line;
    if (found.spec && found.spec->run == quit) quit_waits_ = true;
    if (!waiting_) waiting_ = std::make_unique<std::deque<Line>>();
    waiting_->push_back(*std::move(line));
    // An aborted transfer may have ended on the spot.
    if (!session_.occupied()) return next_line();
  }
  return std::nullopt;
}

void ControlConnection::refuse_line(LineErrc error) {
  if (error == LineErrc::too_long && ++long_lines_ >= most_long_lines)
    close_with(reply_to_bad_line(error), DisconnectReason::refused);
  else
    session_.send(reply_to_bad_line(error));
  session_.forget_prepared(Keeps::nothing);
}

Task<void> ControlConnection::execute(CommandLine line) {
  const FoundCommand found = find_command(line, session_.services().commands);
  if (!found.spec && is_foreign_verb(line.verb)) {
    session_.log(LogLevel::warning, "foreign_protocol", "A verb of another protocol; closing.");
    session_.end_because(DisconnectReason::refused);
    closing_ = lingers_ = true;
    co_return;
  }
  // A long command goes on by itself, and comes by here once more.
  if (found.spec && found.spec->takes_long && !session_.work()) {
    session_.begin_work(*found.spec);
    spawn(session_.executor(), execute(std::move(line)), [this](const std::exception_ptr&) { session_.end_work(); });
    co_return;
  }
  session_.count_command();
  const auto idleness = session_.longest_idleness();
  if (session_.config().fault_injector) {
    const std::string shown = shown_line(found, line.verb);
    std::string_view verb = line.verb;
    if (found.spec) verb = found.spec->verb;
    const bool carries_on = co_await misbehave(session_, verb, shown);
    if (!carries_on) co_return;
  }
  const bool was_logged_in = session_.logged_in();
  std::exception_ptr failure;
  try {
    const Reply reply = co_await dispatch(session_, found);
    session_.send(reply);
    if (reply.closes()) {
      closing_ = true;
      const bool quits = reply.code() == 221;
      lingers_ = !quits || reader_.has_octets();
      session_.end_because(quits ? DisconnectReason::quit : DisconnectReason::refused);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    session_.log(LogLevel::error, "error", "A command ended with an exception.");
    close_with({421, "Internal error, closing control connection."}, DisconnectReason::internal_error);
    co_return;
  }
  if (session_.after_reply != AfterReply::nothing) co_await after_reply();
  session_.start_transfer();
  // A user may have an idle timeout of their own, and ask for another one.
  if (session_.logged_in() != was_logged_in || session_.longest_idleness() != idleness) watch_idleness();
  if (!housekeeping_soon_ && session_.data_port.has_listener()) {
    housekeeping_soon_ = true;
    if (!step_limited_) watch_idleness();
  }
}

void ControlConnection::close_with(Reply reply, DisconnectReason reason) {
  session_.end_because(reason);
  session_.send(reply);
  closing_ = lingers_ = true;
}

Task<void> ControlConnection::after_reply() {
  const AfterReply what = std::exchange(session_.after_reply, AfterReply::nothing);
  if (co_await session_.stream().drain() != IoErrc::none) {
    closing_ = true;
    co_return;
  }
  if (what == AfterReply::start_tls) {
    // Octets that came in clear behind AUTH would be taken for a protected command.
    if (reader_.has_octets()) {
      session_.log(LogLevel::warning, "injection", "Commands in clear behind AUTH; closing.");
      session_.end_because(DisconnectReason::refused);
      closing_ = true;
    } else {
      closing_ = !co_await begin_tls();
    }
    co_return;
  }
  limit_step(session_.config().timeouts.tls_handshake);
  if (co_await session_.stream().stop_tls() != IoErrc::none) closing_ = true;
  watch_idleness();
}

Task<bool> ControlConnection::begin_tls() {
  session_.tls_context = session_.services().tls.get();
  session_.tls_identity = new_tls_identity();
  limit_step(session_.config().timeouts.tls_handshake);
  const std::string host = session_.host_name();
  const IoErrc error =
      co_await session_.stream().start_tls(session_.tls_context, TlsEngine::Role::control, session_.tls_identity, host);
  if (error != IoErrc::none) {
    session_.log(LogLevel::info, "tls_failed", "The TLS handshake failed.");
    session_.end_because(DisconnectReason::tls_failed);
    session_.stream().socket().cancel(IoErrc::tls_failed);
    co_return false;
  }
  if (!session_.host) session_.host = session_.named_in_handshake();
  if (session_.logs(LogLevel::info)) session_.log(LogLevel::info, "tls", printable(session_.tls_facts()->text()));
  watch_idleness();
  co_return true;
}

void ControlConnection::end_gracefully() {
  ends_gracefully_ = true;
  session_.stream().socket().wake();
}

void ControlConnection::kick(std::string text) {
  if (closing_) return;
  session_.log(LogLevel::info, "kick", "Ended by the operator. " + printable(text));
  session_.end_because(DisconnectReason::kicked);
  farewell_ = std::make_unique<Reply>(text.empty() ? Reply(421, "Ended by the operator, closing control connection.")
                                                   : Reply::text_lines(421, std::move(text)));
  closing_ = lingers_ = true;
  session_.cancel_transfer(IoErrc::aborted);
  session_.stream().socket().wake();
}

void ControlConnection::limit_step(Clock::duration span) {
  step_limited_ = true;
  deadline_.set_after(span);
}

void ControlConnection::watch_idleness() {
  step_limited_ = false;
  Clock::duration longest = session_.longest_idleness();
  if (!session_.logged_in()) longest = std::min<Clock::duration>(longest, session_.config().timeouts.login);
  deadline_.set_after(session_.data_port.has_listener() ? std::min<Clock::duration>(housekeeping, longest) : longest);
}

void ControlConnection::on_deadline() {
  if (step_limited_) {
    session_.cancel(IoErrc::timed_out);
    return;
  }
  const Timeouts& timeouts = session_.config().timeouts;
  const Clock::time_point now = Clock::now();
  housekeeping_soon_ = false;
  if (session_.logged_in() || busy_) login_clock_ = now;
  if (session_.occupied() || busy_) {
    watch_idleness();
    return;
  }
  Clock::duration left = session_.longest_idleness() - (now - session_.last_activity);
  if (!session_.logged_in()) left = std::min<Clock::duration>(left, timeouts.login - (now - login_clock_));
  if (left <= Clock::duration::zero()) {
    session_.log(LogLevel::info, "timeout", "Idle for too long.");
    session_.send({421, "Idle for too long, closing control connection."});
    session_.end_because(DisconnectReason::timed_out);
    closing_ = true;
    session_.stream().socket().wake();
    return;
  }
  if (now - session_.last_activity >= housekeeping) session_.data_port.close_idle_listener();
  if (session_.data_port.has_listener()) left = std::min<Clock::duration>(left, housekeeping);
  deadline_.set_after(left);
}

}  // namespace ferry
