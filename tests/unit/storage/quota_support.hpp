// What the tests of quotas share.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include <ferry/quota.hpp>

#include "storage/quota/tree_count.hpp"
#include "storage_support.hpp"

namespace ferry::test {

inline constexpr auto never = std::chrono::hours(24 * 365);

inline QuotaUsage fresh_count(FileSystem& files) {
  const auto counted = sync_wait(count_tree(files));
  EXPECT_TRUE(counted && counted->everything);
  return counted ? counted->usage : QuotaUsage();
}

inline Result<std::unique_ptr<Sink>> open_sink(FileSystem& files, const char* path, const StoreRequest& request = {}) {
  return sync_wait(files.open_write(at(path), request));
}

inline std::unique_ptr<Sink> started(FileSystem& files, const char* path, const StoreRequest& request = {}) {
  auto sink = open_sink(files, path, request).value();
  EXPECT_TRUE(sync_wait(sink->start()));
  return sink;
}

}  // namespace ferry::test
