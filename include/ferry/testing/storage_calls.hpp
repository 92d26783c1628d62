// FileSystem calls in one line each, for tests of storage with GoogleTest.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>
#include <ferry/sync_wait.hpp>

namespace FERRY_API ferry {
namespace contract {

inline FtpPath at(std::string_view text) { return FtpPath::resolve(FtpPath(), text).value(); }

inline Result<void> write_text(Sink& sink, std::string_view text) {
  return sync_wait(sink.write(std::as_bytes(std::span(text))));
}

// Stores `text` from open_write to commit.
inline Result<void> store(FileSystem& files, const FtpPath& path, std::string_view text,
                          const StoreRequest& request = {}) {
  auto sink = sync_wait(files.open_write(path, request));
  if (!sink) return std::unexpected(sink.error());
  if (auto done = sync_wait((*sink)->start()); !done) return done;
  if (auto done = write_text(**sink, text); !done) return done;
  return sync_wait((*sink)->commit());
}

inline Result<std::string> read_rest(Source& source) {
  std::string text;
  std::byte buffer[1000];
  for (;;) {
    const auto size = sync_wait(source.read(buffer));
    if (!size) return std::unexpected(size.error());
    if (*size == 0) return text;
    text.append(reinterpret_cast<const char*>(buffer), *size);
  }
}

inline Result<std::string> retrieve(FileSystem& files, const FtpPath& path, std::uint64_t offset = 0) {
  auto source = sync_wait(files.open_read(path, offset));
  if (!source) return std::unexpected(source.error());
  return read_rest(**source);
}

// The entries by name; the owners' names in them stay valid, the entries' own names are the keys.
inline std::map<std::string, FileInfo> entries(FileSystem& files, const FtpPath& path, Detail detail = Detail::full) {
  std::map<std::string, FileInfo> result;
  auto reader = sync_wait(files.list(path, detail));
  if (!reader) {
    ADD_FAILURE() << "cannot list " << path.text();
    return result;
  }
  for (;;) {
    const auto batch = sync_wait((*reader)->next());
    if (!batch) ADD_FAILURE() << batch.error().detail;
    if (!batch || batch->empty()) return result;
    for (const DirectoryEntry& entry : *batch) {
      const bool is_new = result.emplace(entry.name, entry.info).second;
      EXPECT_TRUE(is_new) << entry.name;
    }
  }
}

inline std::vector<std::string> names(FileSystem& files, const FtpPath& path, Detail detail = Detail::names) {
  std::vector<std::string> result;
  for (const auto& [name, info] : entries(files, path, detail)) result.push_back(name);
  return result;
}

// For EXPECT_EQ(code_of(...), FsErrc::x): nullopt where it succeeded.
template <typename T>
std::optional<FsErrc> code_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

}  // namespace contract
}  // namespace ferry
