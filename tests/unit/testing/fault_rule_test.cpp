// The language of faults: what each text means, and how a mistake in one is explained.
#include <ferry/testing/fault_rule.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

FaultRule rule(std::string_view text) {
  const auto parsed = parse_fault_rule(text);
  EXPECT_TRUE(parsed.has_value()) << text << ' ' << (parsed ? "" : parsed.error());
  return parsed.value_or(FaultRule{});
}

TEST(FaultRule, CutsADataConnectionAtAnOctet) {
  const FaultRule drop = rule("RETR:drop@1000");
  EXPECT_EQ(drop.verb, "RETR");
  EXPECT_EQ(drop.occurrence, 0u);
  EXPECT_EQ(drop.fault.data, DataFault::reset);
  EXPECT_EQ(drop.fault.octets, 1000u);
  EXPECT_EQ(rule("STOR:close@7").fault.data, DataFault::close);
  EXPECT_EQ(rule("MLSD:stall").fault.data, DataFault::stall);
  EXPECT_EQ(rule("MLSD:stall").fault.octets, 0u);
  EXPECT_EQ(rule("*:drop@18446744073709551615").fault.octets, 18446744073709551615u);
}

TEST(FaultRule, MeansOneOccurrenceOrEach) {
  EXPECT_EQ(rule("RETR#3:drop").occurrence, 3u);
  EXPECT_EQ(rule("retr#1:silence").verb, "RETR");
  EXPECT_EQ(rule("site chmod:silence").verb, "SITE CHMOD");
}

TEST(FaultRule, TakesTheWholeRestAsAReply) {
  EXPECT_EQ(rule("PASS:reply=530 a=b@c:d").fault.reply.text, "530 a=b@c:d");
  EXPECT_EQ(rule("CONNECT:reply=421 Later.").verb, "CONNECT");
  EXPECT_EQ(rule("FEAT:reply=nonsense").fault.reply.text, "nonsense");
}

TEST(FaultRule, EndsTheControlConnectionOrSaysNothing) {
  EXPECT_EQ(rule("CWD:hangup").fault.reply.control, ControlFault::hang_up);
  EXPECT_EQ(rule("CWD:reset").fault.reply.control, ControlFault::reset);
  EXPECT_TRUE(rule("CWD:silence").fault.reply.silence);
  EXPECT_EQ(rule("CWD:delay=0.25").fault.reply.delay, 250ms);
}

TEST(FaultRule, IsAboutTheEndOfATransfer) {
  const FaultRule reply = rule("STOR#2:final-reply=452 a=b@c:d");
  EXPECT_EQ(reply.occurrence, 2u);
  EXPECT_EQ(reply.fault.final_reply.text, "452 a=b@c:d");
  EXPECT_EQ(reply.fault.reply.text, std::nullopt);
  EXPECT_TRUE(rule("RETR:final-silence").fault.final_reply.silence);
  EXPECT_EQ(rule("MLSD:final-hangup").fault.final_reply.control, ControlFault::hang_up);
  EXPECT_EQ(rule("*:final-reset").fault.final_reply.control, ControlFault::reset);
  EXPECT_EQ(rule("APPE:final-delay=0.25").fault.final_reply.delay, 250ms);
}

TEST(FaultRule, AnnouncesPortsOfNoUse) {
  EXPECT_EQ(rule("PASV:refused").port, FaultRule::Port::refused);
  EXPECT_EQ(rule("EPSV#2:unanswered").port, FaultRule::Port::unanswered);
}

TEST(FaultRule, IsAboutTheServerAsAWhole) {
  EXPECT_TRUE(rule("TLS:no-resumption").no_resumption);
  EXPECT_EQ(rule("DISK:delay=2").disk_delay, 2s);
}

TEST(FaultRule, ExplainsEachMistake) {
  const std::pair<std::string_view, std::string_view> mistakes[] = {
      {"", "colon"},
      {"RETR", "VERB:FAULT"},
      {":drop", "verb"},
      {"RE TR:drop", "verb"},
      {"SITE :drop", "verb"},
      {"RETR:", "names no fault"},
      {"RETR:explode", "drop, close, stall"},
      {"RETR#:drop", "RETR#2"},
      {"RETR#0:drop", "RETR#2"},
      {"RETR#two:drop", "RETR#2"},
      {"RETR:drop@", "octets"},
      {"RETR:drop@-1", "octets"},
      {"RETR:drop@18446744073709551616", "octets"},
      {"RETR:drop=5", "value"},
      {"RETR:silence@5", "silence"},
      {"NOOP:drop", "NOOP"},
      {"NOOP:final-silence", "NOOP"},
      {"RETR:final-reply", "final-reply="},
      {"RETR:final-delay=x", "seconds"},
      {"RETR:final-drop@5", "final-drop"},
      {"RETR:final-drop", "final-reply, final-silence"},
      {"RETR:final-silence=1", "final-silence"},
      {"RETR:refused", "PASV or EPSV"},
      {"USER:reply", "reply="},
      {"USER:reply=", "reply="},
      {"USER:delay", "seconds"},
      {"USER:delay=soon", "seconds"},
      {"USER:delay=-1", "seconds"},
      {"USER:delay=nan", "seconds"},
      {"USER:delay=1e9", "seconds"},
      {"TLS:drop", "no-resumption"},
      {"TLS#2:no-resumption", "#"},
      {"DISK:drop", "delay"},
      {"DISK:delay", "seconds"},
  };
  for (const auto& [text, remedy] : mistakes) {
    const auto parsed = parse_fault_rule(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_THAT(parsed.error(), HasSubstr(std::string(remedy))) << text;
  }
}

}  // namespace
}  // namespace ferry::testing
