// The entries of another reader, each changed on its way; see read_only.cpp and overlay.cpp.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <ferry/filesystem.hpp>

namespace ferry {

class ChangedReader final : public DirectoryReader {
 public:
  // Called for each entry; false leaves it out.
  using Change = std::move_only_function<bool(DirectoryEntry& entry)>;

  ChangedReader(std::unique_ptr<DirectoryReader> inner, Change change)
      : inner_(std::move(inner)), change_(std::move(change)) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    entries_.clear();
    // A batch of which nothing is left must not look like the end.
    while (entries_.empty()) {
      const auto batch = co_await inner_->next();
      if (!batch || batch->empty()) co_return batch;
      for (DirectoryEntry entry : *batch)
        if (change_(entry)) entries_.push_back(entry);
    }
    co_return std::span<const DirectoryEntry>(entries_);
  }

 private:
  const std::unique_ptr<DirectoryReader> inner_;
  Change change_;
  std::vector<DirectoryEntry> entries_;
};

}  // namespace ferry
