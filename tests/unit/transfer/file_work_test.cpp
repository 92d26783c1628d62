#include "transfer/file_work.hpp"

#include <gtest/gtest.h>

#include "support/sync.hpp"
#include "test_files.hpp"
#include "transfer/limited_streams.hpp"

namespace ferry::test {
namespace {

struct Work {
  Turnstile gate{1};
  Cancellation cancellation;
  operator BulkWork() { return {gate, cancellation}; }
};

std::string text_of(std::size_t octets) { return std::string(octets, 'x'); }

TEST(DigestOf, IsThatOfTheNextOctetsOnly) {
  Work work;
  TextSource source("abcdef", 2);
  EXPECT_EQ(sync_wait(digest_of(source, 3, DigestKind::md5, work)), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(DigestOf, AFileThatBecomesShorterIsAnError) {
  Work work;
  TextSource source("abc");
  const auto digest = sync_wait(digest_of(source, 4, DigestKind::md5, work));
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, TransferEnd::Kind::storage);
}

TEST(DigestOf, ACancelledOneReadsNoFurther) {
  Work work;
  work.cancellation.request(IoErrc::aborted);
  TextSource source("abc");
  source.fail_after(0);
  const auto digest = sync_wait(digest_of(source, 3, DigestKind::md5, work));
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, TransferEnd::Kind::aborted);
}

TEST(DigestOf, GivesItsTurnBackWhateverHappens) {
  Work work;
  for (int i = 0; i < 3; ++i) {
    TextSource source(text_of(10));
    source.fail_after(0);
    EXPECT_FALSE(sync_wait(digest_of(source, 10, DigestKind::md5, work)));
  }
}

TEST(CopyOctets, MovesAllThatTheSourceHas) {
  Work work;
  Upload upload;
  RecordingSink sink(upload);
  const std::string content = text_of(3'000'000);
  TextSource source(content, 70'000);
  EXPECT_TRUE(sync_wait(copy_octets(source, sink, 0, work)).complete());
  EXPECT_EQ(upload.text, content);
  EXPECT_FALSE(upload.committed);
}

TEST(CopyOctets, SaysWhichEndFailed) {
  Work work;
  Upload upload{.failing = Upload::Failing::write};
  RecordingSink sink(upload);
  TextSource source("abc");
  EXPECT_EQ(sync_wait(copy_octets(source, sink, 0, work)).error.code, FsErrc::no_space);
}

TEST(LimitedSource, EndsAtTheLimitOrAtTheEndOfTheFile) {
  LimitedSource part(std::make_unique<TextSource>("abcdef", 2), 3);
  EXPECT_EQ(part.remaining(), 3u);
  std::byte buffer[10];
  EXPECT_EQ(sync_wait(part.read(buffer)), 2u);
  EXPECT_EQ(sync_wait(part.read(buffer)), 1u);
  EXPECT_EQ(sync_wait(part.read(buffer)), 0u);
  EXPECT_EQ(LimitedSource(std::make_unique<TextSource>("abc"), 10).remaining(), 3u);
}

TEST(LimitedSink, TakesWhatFitsAndRefusesTheRest) {
  Upload upload;
  LimitedSink sink(std::make_unique<RecordingSink>(upload), 4);
  EXPECT_TRUE(sync_wait(sink.write(std::as_bytes(std::span("ab", 2)))));
  const auto written = sync_wait(sink.write(std::as_bytes(std::span("cdef", 4))));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, FsErrc::over_quota);
  EXPECT_EQ(upload.text, "abcd");
}

}  // namespace
}  // namespace ferry::test
