// One control connection from greeting to close: reads commands, has them dispatched, sends the replies.
#pragma once

#include <deque>
#include <memory>

#include "protocol/command_line.hpp"
#include "session/session.hpp"

namespace ferry {

class ControlConnection {
 public:
  // `implicit_tls`: TLS begins before the greeting.
  ControlConnection(std::uint64_t id, Loop& loop, Services& services, Descriptor descriptor, const Endpoint& peer,
                    bool implicit_tls);
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;

  // Returns when the session is over and nothing of it runs any more. Once, on the loop's thread.
  Task<void> serve();

  // The server stops: 421 to an idle session; one with a transfer ends after it. On the loop's thread.
  void end_gracefully();
  // Cuts the session. On the loop's thread.
  void cut() { session_.cancel(IoErrc::stopped); }
  // Ends the session with a 421 that has this text, and aborts its transfer. On the loop's thread.
  void kick(std::string text);
  const Session& session() const { return session_; }
  // Where serve() runs.
  Executor& executor() { return session_.executor(); }

 private:
  // Up to the greeting; false: no conversation comes about.
  Task<bool> welcome();
  Task<bool> begin_tls();
  Task<void> converse();
  // What the peer, the log and the embedder are told at the end.
  Task<void> leave();
  Task<void> execute(CommandLine line);
  Task<void> after_reply();
  Task<void> linger();
  bool says_goodbye();
  bool read_available();
  using Line = std::expected<CommandLine, LineErrc>;
  // The execution of the next command whose turn it is; nullopt where there is none.
  std::optional<Task<void>> begin_next_command();
  std::optional<Line> next_line();
  void refuse_line(LineErrc error);
  void close_with(Reply reply, DisconnectReason reason);

  // Two kinds of deadlines share one timer: a step that must be done in time, or else the session is cut; and the watch
  // over an idle session, which is not set anew at each command but looks how long ago the last one was.
  void limit_step(Clock::duration span);
  void watch_idleness();
  void on_deadline();

  Session session_;
  CommandReader reader_;
  std::unique_ptr<Reply> farewell_;            // the last words to a session that was kicked
  std::unique_ptr<std::deque<Line>> waiting_;  // what waits for the end of a transfer; null when empty
  Deadline deadline_;
  Clock::time_point login_clock_ = Clock::now();  // since when nobody has been logged in
  std::uint8_t long_lines_ = 0;
  bool step_limited_ = false;
  bool housekeeping_soon_ = false;
  int at_one_go_ = 0;
  bool lingers_ = false;  // closed on the peer, who may still be sending
  bool implicit_tls_;
  bool busy_ = false;        // a command is being executed
  bool closing_ = false;     // no more commands
  bool quit_waits_ = false;  // QUIT is among the waiting commands: the transfer may finish without us
  bool peer_ended_ = false;
  bool ends_gracefully_ = false;
};

}  // namespace ferry
