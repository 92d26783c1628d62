#include "session/list_argument.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

#include <ferry/config.hpp>

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

// The time zone of the process, until the object is gone.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    if (const char* const present = std::getenv("TZ")) before_ = present;
    set(zone);
  }
  ~TimeZone() { set(before_ ? before_->c_str() : nullptr); }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  static void set(const char* zone) {
    if (zone)
      ::setenv("TZ", zone, 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  std::optional<std::string> before_;
};

TEST(ListArgument, IsAPathname) {
  for (std::string_view name : {"", "dir", "a b", "/a/b", " dir", "a -l", "*.txt"})
    EXPECT_EQ(parse_list_argument(name).pathname, name);
}

TEST(ListArgument, OptionsInTheMannerOfLsAreSetAside) {
  for (std::string_view options : {"-l", "-a", "-la", "-alR", "-1", "-a -l", "-laR -t"}) {
    EXPECT_EQ(parse_list_argument(options).pathname, "") << options;
    EXPECT_EQ(parse_list_argument(std::string(options) + " dir").pathname, "dir") << options;
  }
}

TEST(ListArgument, OnlyOneSpaceFollowsAnOption) {
  EXPECT_EQ(parse_list_argument("-la  dir").pathname, " dir");
  EXPECT_EQ(parse_list_argument("-la ").pathname, "");
}

TEST(ListArgument, WhatNoLsKnowsIsAName) {
  for (std::string_view name : {"-", "--", "--help", "-x", "-l-a", "-file", "-la2"})
    EXPECT_EQ(parse_list_argument(name).pathname, name);
  EXPECT_EQ(parse_list_argument("-l -x").pathname, "-x");
  EXPECT_EQ(parse_list_argument("dir -l").pathname, "dir -l");
}

TEST(ListArgument, OptionsMeanWhatTheyMeanToLs) {
  EXPECT_FALSE(parse_list_argument("d").options.long_format);
  EXPECT_FALSE(parse_list_argument("d").options.order);
  EXPECT_TRUE(parse_list_argument("-a").options.hidden);
  EXPECT_TRUE(parse_list_argument("-d x").options.itself);
  EXPECT_TRUE(parse_list_argument("-F").options.classify);
  EXPECT_TRUE(parse_list_argument("-laR").options.recursive);
  EXPECT_EQ(parse_list_argument("-1l").options.long_format, true);
  EXPECT_EQ(parse_list_argument("-l -1").options.long_format, false);
  EXPECT_EQ(parse_list_argument("-t").options.order->key, ListOrder::Key::time);
  EXPECT_EQ(parse_list_argument("-tS").options.order->key, ListOrder::Key::size);
  EXPECT_EQ(parse_list_argument("-r").options.order->key, ListOrder::Key::name);
  EXPECT_TRUE(parse_list_argument("-S -r").options.order->reversed);
  EXPECT_FALSE(parse_list_argument("-S").options.order->reversed);
}

TEST(ListClock, IsUtcUnlessTheOperatorWantsLocalTime) {
  const TimeZone zone("FERRY-02:30");
  Config config;
  EXPECT_EQ(list_clock(config).zone_offset, 0s);
  config.local_time = true;
  EXPECT_EQ(list_clock(config).zone_offset, 2h + 30min);
}

}  // namespace
}  // namespace ferry::test
