#include "auth/system/login_messages.hpp"

#include <gtest/gtest.h>

namespace ferry {
namespace {

LoginQuestion question() {
  LoginQuestion result;
  result.request.user = "alice";
  result.request.password = Secret("open sesame");
  result.request.peer = *IpAddress::parse("2001:db8::7");
  return result;
}

TEST(LoginQuestion, ArrivesAsItWasAsked) {
  const auto arrived = decode_question(encode_question(question()).value());
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->kind, LoginQuestion::Kind::login);
  EXPECT_EQ(arrived->request.user, "alice");
  EXPECT_EQ(arrived->request.password.reveal(), "open sesame");
  EXPECT_EQ(arrived->request.peer, question().request.peer);
}

TEST(LoginQuestion, IsRefusedWhereAnythingIsMissingOrLeft) {
  const std::string packet = encode_question(question()).value();
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(decode_question(std::string_view(packet).substr(0, size))) << size;
  EXPECT_FALSE(decode_question(packet + "x"));
  std::string other = packet;
  other[0] = 9;  // no kind
  EXPECT_FALSE(decode_question(other));
  other = packet;
  other[1] = '\xff', other[4] = '\x7f';  // a length beyond the end
  EXPECT_FALSE(decode_question(other));
  EXPECT_FALSE(decode_question(std::string(largest_question + 1, '\1')));
}

TEST(LoginQuestion, IsNotAskedWhereItIsTooLarge) {
  LoginQuestion large = question();
  large.request.password = Secret(std::string(largest_question, 'x'));
  EXPECT_FALSE(encode_question(large));
}

TEST(LoginAnswer, ArrivesAsItWasGiven) {
  const FoundLogin found{
      .account = {.name = "alice", .hash = {}, .user = 1000, .group = 100, .home = "/home/alice", .shell = {}},
      .groups = {100, 7}};
  const auto arrived = decode_answer(encode_answer(found));
  ASSERT_TRUE(arrived && *arrived);
  EXPECT_EQ((*arrived)->account.name, "alice");
  EXPECT_EQ((*arrived)->account.user, 1000u);
  EXPECT_EQ((*arrived)->account.group, 100u);
  EXPECT_EQ((*arrived)->account.home, "/home/alice");
  EXPECT_EQ((*arrived)->groups, (std::vector<gid_t>{100, 7}));
  for (const AuthErrc error : {AuthErrc::rejected, AuthErrc::unavailable})
    EXPECT_EQ(decode_answer(encode_answer(std::unexpected(error))).value().error(), error);
}

TEST(LoginAnswer, HoldsNoHash) {
  FoundLogin found;
  found.account.hash = "$y$secret";
  EXPECT_EQ(encode_answer(found).find("secret"), std::string::npos);
}

TEST(LoginAnswer, IsRefusedWhereAnythingIsMissingOrTooMuch) {
  const std::string packet = encode_answer(FoundLogin{
      .account = {.name = "alice", .hash = {}, .user = 1, .group = 1, .home = "/", .shell = {}}, .groups = {}});
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(decode_answer(std::string_view(packet).substr(0, size))) << size;
  EXPECT_FALSE(decode_answer(packet + "xyz"));
  FoundLogin many;
  many.groups.resize(largest_answer);
  EXPECT_EQ(decode_answer(encode_answer(many)).value().error(), AuthErrc::unavailable);
}

}  // namespace
}  // namespace ferry
