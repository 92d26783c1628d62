// Sources, sinks and directories whose behaviour a test chooses.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ferry/filesystem.hpp>

namespace ferry::test {

// A text as a file, read in pieces of at most `piece` octets.
class TextSource final : public Source {
 public:
  explicit TextSource(std::string text, std::size_t piece = std::numeric_limits<std::size_t>::max())
      : text_(std::move(text)), piece_(piece), remaining_(text_.size()) {}

  // `busy` once so many octets have been read.
  void fail_after(std::size_t octets) { fails_at_ = octets; }
  // The file seems longer than it will turn out to be.
  void claim(std::uint64_t remaining) { remaining_ = remaining; }

  std::uint64_t remaining() const override { return remaining_; }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override {
    if (read_ >= fails_at_) co_return std::unexpected(FsErrc::busy);
    const std::size_t n = std::min({buffer.size(), piece_, text_.size() - read_});
    std::memcpy(buffer.data(), text_.data() + read_, n);
    read_ += n;
    co_return n;
  }

 private:
  std::string text_;
  std::size_t piece_;
  std::uint64_t remaining_;
  std::size_t read_ = 0;
  std::size_t fails_at_ = std::numeric_limits<std::size_t>::max();
};

// What became of an upload.
struct Upload {
  bool started = false;
  bool committed = false;
  std::string text{};
  // Set beforehand: which of the calls fails, with no_space.
  enum class Failing { nothing, start, write, commit } failing = Failing::nothing;
};

class RecordingSink final : public Sink {
 public:
  explicit RecordingSink(Upload& upload) : upload_(upload) {}

  Task<Result<void>> start() override {
    upload_.started = true;
    co_return outcome(Upload::Failing::start);
  }
  Task<Result<void>> write(std::span<const std::byte> octets) override {
    upload_.text.append(reinterpret_cast<const char*>(octets.data()), octets.size());
    co_return outcome(Upload::Failing::write);
  }
  Task<Result<void>> commit() override {
    const Result<void> result = outcome(Upload::Failing::commit);
    upload_.committed = result.has_value();
    co_return result;
  }
  const FtpPath& path() const override { return path_; }

 private:
  Result<void> outcome(Upload::Failing step) const {
    if (upload_.failing == step) return std::unexpected(FsErrc::no_space);
    return {};
  }

  Upload& upload_;
  FtpPath path_;
};

// Hands out `count` entries named by their numbers, in pieces.
class NumberedDirectory final : public DirectoryReader {
 public:
  NumberedDirectory(std::size_t count, std::size_t piece) : count_(count), piece_(piece) {}

  // `failed` after so many entries.
  void fail_after(std::size_t entries) { fails_at_ = entries; }

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    if (given_ >= fails_at_) co_return std::unexpected(FsErrc::failed);
    names_.clear();
    entries_.clear();
    for (; given_ < count_ && entries_.size() < piece_; ++given_)
      entries_.push_back({names_.emplace_back(std::to_string(given_)), FileInfo()});
    co_return std::span<const DirectoryEntry>(entries_);
  }

 private:
  std::size_t count_;
  std::size_t piece_;
  std::size_t given_ = 0;
  std::size_t fails_at_ = std::numeric_limits<std::size_t>::max();
  std::deque<std::string> names_;
  std::vector<DirectoryEntry> entries_;
};

}  // namespace ferry::test
