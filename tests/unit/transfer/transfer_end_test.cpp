#include "transfer/transfer_end.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using Kind = TransferEnd::Kind;

TEST(TransferEnd, TellsWhyADataConnectionFailed) {
  EXPECT_TRUE(TransferEnd::from(IoErrc::none).complete());
  EXPECT_EQ(TransferEnd::from(IoErrc::truncated).kind, Kind::truncated);
  EXPECT_EQ(TransferEnd::from(IoErrc::timed_out).kind, Kind::timed_out);
  EXPECT_EQ(TransferEnd::from(IoErrc::aborted).kind, Kind::aborted);
  EXPECT_EQ(TransferEnd::from(IoErrc::stopped).kind, Kind::stopped);
  for (const IoErrc error : {IoErrc::lost, IoErrc::tls_failed, IoErrc::no_resource, IoErrc::would_block})
    EXPECT_EQ(TransferEnd::from(error).kind, Kind::lost);
}

TEST(TransferEnd, OnlyOneKindIsComplete) {
  for (const Kind kind : {Kind::no_connection, Kind::tls_refused, Kind::foreign_session, Kind::lost, Kind::truncated,
                          Kind::timed_out, Kind::aborted, Kind::stopped, Kind::storage})
    EXPECT_FALSE(TransferEnd(kind).complete());
  EXPECT_TRUE(TransferEnd().complete());
}

TEST(TransferEnd, AnErrorOfTheStorageIsKept) {
  const TransferEnd end = FsError(FsErrc::no_space, "disk full");
  EXPECT_EQ(end.kind, Kind::storage);
  EXPECT_EQ(end.error.code, FsErrc::no_space);
  EXPECT_EQ(end.error.detail, "disk full");
}

}  // namespace
}  // namespace ferry::test
