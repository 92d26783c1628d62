#include "log_output.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace ferry {
namespace {

using namespace std::chrono_literals;

// 2026-01-02 03:04:05.006 UTC
constexpr LogTime now = std::chrono::sys_days{std::chrono::January / 2 / 2026} + 3h + 4min + 5s + 6ms;

LogRecord record() {
  return {.level = LogLevel::info,
          .event = "retr",
          .session = 3,
          .peer = "192.0.2.1:40000",
          .user = "alice",
          .text = "RETR /a.txt"};
}

TEST(TextLine, HasTimeLevelSessionPeerUserAndText) {
  EXPECT_THAT(text_line(record(), now), ::testing::MatchesRegex("2026-01-0[123] [0-9][0-9]:[0-9][0-9]:05 info    "
                                                                "\\[3\\] 192\\.0\\.2\\.1:40000 alice RETR /a\\.txt"));
}

TEST(TextLine, LeavesOutWhatThereIsNot) {
  const LogRecord bare{
      .level = LogLevel::warning, .event = "x", .session = 0, .peer = {}, .user = {}, .text = "careful"};
  EXPECT_TRUE(text_line(bare, now).ends_with(":05 warning careful"));
}

TEST(JsonLine, IsOneObjectWithTheFieldsOfTheRecord) {
  EXPECT_EQ(json_line(record(), now),
            R"({"time":"2026-01-02T03:04:05.006Z","level":"info","event":"retr","session":3,"peer":"192.0.2.1:40000",)"
            R"("user":"alice","text":"RETR /a.txt"})");
}

TEST(JsonLine, ReplacesWhatIsNotUtf8AndEscapesQuotes) {
  LogRecord odd = record();
  odd.text = "a\xE4\"b\n";
  const auto object = nlohmann::json::parse(json_line(odd, now));
  EXPECT_EQ(object["text"], "a\xEF\xBF\xBD\"b\n");
  EXPECT_EQ(json_line(odd, now).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace ferry
