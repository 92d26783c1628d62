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
  must(rule->disk_delay.count() >= 0 && rule->disk_delay <= day, "at most a day");
  for (const ReplyFault& reply : {rule->fault.reply, rule->fault.final_reply}) {
    must(reply.delay.count() >= 0 && reply.delay <= day, "at most a day");
    const int replacements = (reply.control != ControlFault::none) + reply.silence + reply.text.has_value();
    must(replacements <= 1, "at most one thing stands for the reply");
    must(!reply.text || !reply.text->empty(), "a reply is not empty");
  }
  return 0;
}
