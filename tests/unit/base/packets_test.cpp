#include "base/packets.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

enum class Colour : std::uint8_t { red, green, blue };

TEST(Packet, GivesBackWhatWasPutIn) {
  PacketWriter out;
  out.number(std::uint16_t{513});
  out.number(std::int64_t{-7});
  out.number(Colour::blue);
  out.flag(true);
  out.text("");
  out.text(std::string_view("a\0b", 3));
  out.number(std::uint8_t{9});
  const std::string packet = out.take();
  PacketReader in(packet);
  EXPECT_EQ(in.number<std::uint16_t>(), 513);
  EXPECT_EQ(in.number<std::int64_t>(), -7);
  EXPECT_EQ(in.up_to(Colour::blue), Colour::blue);
  EXPECT_TRUE(in.flag());
  EXPECT_EQ(in.text(), "");
  EXPECT_EQ(in.text(), std::string_view("a\0b", 3));
  EXPECT_EQ(in.left(), 1u);
  EXPECT_EQ(in.rest(1), "\t");
  EXPECT_TRUE(in.whole());
}

TEST(Packet, IsNotWholeWhereSomethingIsMissingOrLeft) {
  PacketReader missing("abc");
  EXPECT_EQ(missing.number<std::uint32_t>(), 0u);
  EXPECT_FALSE(missing.good());
  EXPECT_EQ(missing.left(), 0u);
  PacketReader left("abcde");
  left.number<std::uint32_t>();
  EXPECT_TRUE(left.good());
  EXPECT_FALSE(left.whole());
  PacketReader longer(std::string_view("\x04\0\0\0abc", 7));
  EXPECT_EQ(longer.text(), "");
  EXPECT_FALSE(longer.good());
  PacketReader rest("abc");
  rest.rest(2);
  EXPECT_FALSE(rest.good());
}

TEST(Packet, HasNoValuesThatThereAreNot) {
  PacketReader colour("\x03");
  EXPECT_EQ(colour.up_to(Colour::blue), Colour::red);
  EXPECT_FALSE(colour.good());
  PacketReader flag("\x02");
  EXPECT_FALSE(flag.flag());
  EXPECT_FALSE(flag.good());
}

}  // namespace
}  // namespace ferry::test
