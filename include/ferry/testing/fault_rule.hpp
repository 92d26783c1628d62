// One thing that goes wrong on purpose, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <ferry/fault_injector.hpp>

namespace ferry::testing {

struct FaultRule {
  // A verb in capitals, "SITE CHMOD" for commands of SITE; "*": every command; "CONNECT": the greeting.
  std::string verb;
  // With the n-th command of that verb since the rule was made, counted over all sessions; 0: with each of them.
  std::uint32_t occurrence = 0;

  Fault fault{};

  // For PASV and EPSV. The port is one of 127.0.0.1: for clients on the same machine.
  enum class Port : std::uint8_t {
    right,
    refused,     // connections to the announced port are refused
    unanswered,  // nothing answers there: connecting takes until the client's own deadline
  };
  Port port = Port::right;

  // For the verbs "TLS" and "DISK", which stand for the server as a whole.
  bool no_resumption = false;               // no TLS session is ever resumed
  std::chrono::milliseconds disk_delay{0};  // every operation of the storage takes so much longer
};

// A rule from its text:
//
//     VERB:FAULT           with every VERB
//     VERB#2:FAULT         with the second one
//
//     drop[@OCTET]         the data connection is reset after so many octets (0); the reply is 426
//     close[@OCTET]        it ends as a complete one does; the reply is 426
//     stall[@OCTET]        nothing moves on it any more
//     reply=TEXT           TEXT is the reply, and the command is not carried out
//     silence              neither carried out nor answered
//     hangup               the control connection is closed instead
//     reset                the control connection is reset instead
//     delay=SECONDS        the command waits first
//     final-reply=TEXT     TEXT is the reply to the end of its transfer, which is carried out; likewise
//                          final-silence, final-hangup, final-reset and final-delay=SECONDS
//     refused              PASV, EPSV: the announced port refuses connections
//     unanswered           PASV, EPSV: nothing answers at the announced port
//     TLS:no-resumption    no TLS session is ever resumed
//     DISK:delay=SECONDS   every operation of the storage takes so much longer
//
// VERB may also be CONNECT (the greeting), * (every command) or, as in "SITE CHMOD", have two words. SECONDS may have a
// fraction: 0.25. The error is the rest of a sentence that begins with the text: what is wrong with it, and the remedy.
std::expected<FaultRule, std::string> parse_fault_rule(std::string_view text);

}  // namespace ferry::testing
