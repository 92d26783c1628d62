// FaultInjector: a server that breaks on purpose, so that somebody can test how an FTP client takes it.
//
// ferry::testing (testing/test_server.hpp) and `ferry serve --fault` implement this interface; it is rarely worth
// implementing it anew. A server in use has none, and pays nothing for that.
//
// Lifetime: Config::fault_injector, shared by all sessions.
// Threads:  called on every event loop, at the same time; the functions must not block.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

enum class DataFault : std::uint8_t {
  none,
  close,  // the data connection ends as a complete one does, but the reply is 426
  reset,  // it is reset (RST)
  stall,  // nothing moves any more
};

enum class ControlFault : std::uint8_t {
  none,
  hang_up,  // the control connection is closed (FIN), without a word and without close_notify
  reset,    // it is reset (RST)
};

// What goes wrong with a reply; nothing, as it is made.
struct ReplyFault {
  // So much later; then comes what else is asked for here.
  std::chrono::milliseconds delay{0};

  // At most one of these three stands for the reply.
  ControlFault control = ControlFault::none;
  bool silence = false;               // there is none
  std::optional<std::string> text{};  // these lines (LF between them; CR LF is sent), right or wrong
};

// What goes wrong with one command; nothing, as it is made.
struct Fault {
  // The command waits; and is not carried out, where something stands for its reply.
  ReplyFault reply{};
  // The reply to the end of its transfer, whether that was complete or not. What the transfer did stays done, and its
  // data connection ends before.
  ReplyFault final_reply{};

  // What happens to its transfer, once `octets` octets have passed over the data connection (before TLS encrypts them,
  // or after it has decrypted them). A transfer that has no more octets than that ends as ever.
  DataFault data = DataFault::none;
  std::uint64_t octets = 0;

  // The port that PASV and EPSV announce instead of the right one; 0: the right one.
  std::uint16_t announced_port = 0;
};

class FaultInjector {
 public:
  virtual ~FaultInjector() = default;

  // A command is about to be carried out: `verb` in capitals, "SITE CHMOD" for commands of SITE. "CONNECT" stands for
  // the greeting. `line` is the whole command, with *** for an argument that is secret; empty for "CONNECT".
  virtual Fault on_command(std::uint64_t session, std::string_view verb, std::string_view line) = 0;

  // A reply is about to be sent: its lines as they go over the wire, with their CR LFs.
  virtual void on_reply(std::uint64_t session, std::string_view lines) = 0;
};

}  // namespace ferry
