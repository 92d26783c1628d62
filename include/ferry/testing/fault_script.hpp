// The FaultInjector of a server under test: rules for what goes wrong, and a record of what was said.
//
// Lifetime: shared by the test and the server (Config::fault_injector).
// Threads:  every function may be called from any thread; rules may be added and removed while the server runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/fault_injector.hpp>
#include <ferry/testing/fault_rule.hpp>

namespace ferry::testing {

// One line of a control connection.
struct Line {
  std::uint64_t session = 0;  // 1 for the first one that connected, and so on
  bool from_client = false;   // a command; otherwise a reply, or one line of it
  std::string text;           // without its line end; *** stands for what is secret

  friend bool operator==(const Line&, const Line&) = default;
};

class FaultScript final : public FaultInjector {
 public:
  FaultScript();
  ~FaultScript() override;

  // Of several rules that fit a command each adds what the earlier ones have left open. Throws std::system_error where
  // `refused` or `unanswered` get no port.
  void add(FaultRule rule);
  // All of them.
  void clear();

  // Everything that was said so far, in order. What a client has read is in it.
  std::vector<Line> conversation() const;
  // The same as text: "> USER test" for a command, "< 331 ..." for a reply; of one session, or (0) of all.
  std::vector<std::string> lines(std::uint64_t session = 0) const;
  // Only the commands: "USER test", "PASS ***", ...
  std::vector<std::string> commands(std::uint64_t session = 0) const;
  // Waits until a command was received that begins with `beginning`. False when `patience` was over before.
  bool wait_for_command(std::string_view beginning,
                        std::chrono::milliseconds patience = std::chrono::seconds(10)) const;
  void forget_conversation();

  Fault on_command(std::uint64_t session, std::string_view verb, std::string_view line) override;
  void on_reply(std::uint64_t session, std::string_view lines) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry::testing
