#include "auth/system/login_messages.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

LoginRequest question() {
  LoginRequest request;
  request.user = "alice";
  request.password = Secret("open sesame");
  request.peer = *IpAddress::parse("2001:db8::7");
  return request;
}

TEST(LoginQuestion, ArrivesAsItWasAsked) {
  const auto arrived = decode_question(encode_question(question()).value());
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->user, "alice");
  EXPECT_EQ(arrived->password.reveal(), "open sesame");
  EXPECT_EQ(arrived->peer, question().peer);
}

TEST(LoginQuestion, IsRefusedWhereAnythingIsMissingOrLeft) {
  const std::string packet = encode_question(question()).value();
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(decode_question(std::string_view(packet).substr(0, size))) << size;
  EXPECT_FALSE(decode_question(packet + "x"));
  std::string other = packet;
  other[0] = '\xff', other[3] = '\x7f';  // a length beyond the end
  EXPECT_FALSE(decode_question(other));
  EXPECT_FALSE(decode_question(std::string(largest_question + 1, '\1')));
}

TEST(LoginQuestion, IsNotAskedWhereItIsTooLarge) {
  LoginRequest large = question();
  large.password = Secret(std::string(largest_question, 'x'));
  EXPECT_FALSE(encode_question(large));
}

TEST(LoginAnswer, ArrivesAsItWasGiven) {
  for (const bool anonymous : {false, true}) {
    const auto arrived = decode_answer(encode_answer(LetIn{.home = "/home/alice", .anonymous = anonymous}));
    ASSERT_TRUE(arrived && *arrived);
    EXPECT_EQ((*arrived)->home, "/home/alice");
    EXPECT_EQ((*arrived)->anonymous, anonymous);
  }
  for (const AuthErrc error : {AuthErrc::rejected, AuthErrc::unavailable})
    EXPECT_EQ(decode_answer(encode_answer(std::unexpected(error))).value().error(), error);
}

TEST(LoginAnswer, IsRefusedWhereAnythingIsMissingOrTooMuch) {
  const std::string packet = encode_answer(LetIn{.home = "/home/alice"});
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(decode_answer(std::string_view(packet).substr(0, size))) << size;
  EXPECT_FALSE(decode_answer(packet + "xyz"));
  EXPECT_FALSE(decode_answer("\3"));  // no verdict
  EXPECT_EQ(decode_answer(encode_answer(LetIn{.home = std::string(largest_answer, 'h')})).value().error(),
            AuthErrc::unavailable);
}

}  // namespace
}  // namespace ferry::test
