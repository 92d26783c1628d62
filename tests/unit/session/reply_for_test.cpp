#include "session/reply_for.hpp"

#include <gtest/gtest.h>

#include <set>

#include "unit/session/kinds.hpp"

namespace ferry::test {
namespace {

using Kind = TransferEnd::Kind;

TEST(ReplyForFsError, HasTheCodesOfRfc959Section54) {
  const std::pair<FsErrc, int> expected[] = {
      {FsErrc::busy, 450},       {FsErrc::failed, 451},     {FsErrc::no_space, 452},        {FsErrc::unsupported, 504},
      {FsErrc::not_found, 550},  {FsErrc::exists, 550},     {FsErrc::not_permitted, 550},   {FsErrc::not_a_file, 550},
      {FsErrc::not_empty, 550},  {FsErrc::over_quota, 552}, {FsErrc::not_a_directory, 550}, {FsErrc::bad_name, 553},
      {FsErrc::bad_offset, 554},  // RFC 1123 §4.1.3.4
  };
  static_assert(std::size(expected) == std::size(every_fs_error));
  for (const auto& [error, code] : expected) EXPECT_EQ(reply_for(FsError(error)).code(), code);
}

TEST(ReplyForTarget, Has553WhereOthersHave550) {
  for (const FsErrc error : every_fs_error) {
    const int code = reply_for(FsError(error)).code();
    const bool about_the_name = code == 550 && error != FsErrc::not_empty;
    EXPECT_EQ(reply_for_target(FsError(error)).code(), about_the_name ? 553 : code);
  }
}

TEST(ReplyForFsError, NeverTellsTheDetail) {
  for (const FsErrc error : every_fs_error) {
    const FsError with_path(error, "/srv/secret: EIO");
    for (const Reply& reply : {reply_for(with_path), reply_for_target(with_path), reply_for(TransferEnd(with_path))})
      EXPECT_EQ(reply.render(english()).find("secret"), std::string::npos);
  }
}

TEST(ReplyForTransferEnd, HasOneReplyForEachKind) {
  const std::pair<Kind, int> expected[] = {
      {Kind::complete, 226}, {Kind::no_connection, 425}, {Kind::tls_refused, 522}, {Kind::foreign_session, 522},
      {Kind::lost, 426},     {Kind::truncated, 426},     {Kind::timed_out, 426},   {Kind::aborted, 426},
      {Kind::stopped, 426},  {Kind::storage, 451},       {Kind::vetoed, 550},
  };
  static_assert(std::size(expected) == std::size(every_transfer_end));
  for (const auto& [kind, code] : expected) EXPECT_EQ(reply_for(TransferEnd(kind)).code(), code);
}

TEST(ReplyForTransferEnd, HasTheReplyOfTheStoragesError) {
  EXPECT_EQ(reply_for(TransferEnd(FsError(FsErrc::no_space))).code(), 452);
  EXPECT_EQ(reply_for(TransferEnd(FsError(FsErrc::over_quota))).code(), 552);
  EXPECT_EQ(reply_for(TransferEnd(FsError(FsErrc::not_permitted))).code(), 553);
}

TEST(ReplyForTransferEnd, HasTheTextOfWhoeverRefusedAnUpload) {
  TransferEnd end(Kind::vetoed);
  end.error = FsError(FsErrc::not_permitted, "Infected.\nAsk somebody.");
  EXPECT_EQ(reply_for(end).render(english()), "550-Infected.\r\n550 Ask somebody.\r\n");
  end.error = FsError(FsErrc::over_quota, "Too much.");
  EXPECT_EQ(reply_for(end).render(english()), "552 Too much.\r\n");
}

TEST(OutcomeText, TellsAllKindsApart) {
  std::set<std::string_view> seen;
  for (const Kind kind : every_transfer_end) EXPECT_TRUE(seen.insert(outcome_text(TransferEnd(kind))).second);
}

}  // namespace
}  // namespace ferry::test
