// A rule for a fault is either refused with a reason, or has one fault, for commands that can have it, within its
// limits.
#include <ferry/testing/fault_rule.hpp>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ferry;
  using fuzz::must;
  const auto rule = testing::parse_fault_rule(fuzz::text_of(data, size));
  if (!rule) {
    must(!rule.error().empty(), "a refusal says why");
    return 0;
  }
  must(!rule->verb.empty() && rule->verb.size() <= 21, "a verb, or SITE and a verb");
  constexpr std::chrono::hours day{24};
  must(rule->fault.delay.count() >= 0 && rule->fault.delay <= day, "at most a day");
  must(rule->disk_delay.count() >= 0 && rule->disk_delay <= day, "at most a day");
  const Fault& fault = rule->fault;
  const int replacements = (fault.control != ControlFault::none) + fault.silence + fault.reply.has_value();
  must(replacements <= 1, "at most one thing stands for the command");
  must(!fault.reply || !fault.reply->empty(), "a reply is not empty");
  return 0;
}
