#include "session/listing_readers.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace ferry {

namespace {

class MatchingReader final : public DirectoryReader {
 public:
  MatchingReader(std::unique_ptr<DirectoryReader> all, Glob glob, bool hidden_too, Loop& loop)
      : all_(std::move(all)), glob_(std::move(glob)), hidden_too_(hidden_too), loop_(loop) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    for (;;) {
      const auto entries = co_await all_->next();
      if (!entries || entries->empty()) co_return entries;
      matching_.clear();
      for (const DirectoryEntry& entry : *entries)
        if (hidden_too_ ? glob_.matches_hidden_too(entry.name) : glob_.matches(entry.name)) matching_.push_back(entry);
      if (!matching_.empty()) co_return std::span<const DirectoryEntry>(matching_);
      co_await loop_.yield();
    }
  }

 private:
  std::unique_ptr<DirectoryReader> all_;
  Glob glob_;
  bool hidden_too_;
  Loop& loop_;
  std::vector<DirectoryEntry> matching_;  // views of what all_ gave
};

class OrderedReader final : public DirectoryReader {
 public:
  OrderedReader(std::unique_ptr<DirectoryReader> all, ListOrder order, std::uint32_t most, Loop& loop)
      : all_(std::move(all)), order_(order), most_(most), loop_(loop) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    while (!collected_) {
      const auto entries = co_await all_->next();
      if (!entries) co_return entries;
      for (const DirectoryEntry& entry : *entries) kept_.push_back({std::string(entry.name), entry.info});
      ended_ = entries->empty();
      collected_ = ended_ || kept_.size() > most_;
      if (ended_) sort();
      co_await loop_.yield();
    }
    batch_.clear();
    while (given_ < kept_.size() && batch_.size() < batch_size) {
      const Kept& kept = kept_[given_++];
      batch_.push_back({kept.name, kept.info});
    }
    if (!batch_.empty() || ended_) co_return std::span<const DirectoryEntry>(batch_);
    kept_ = std::vector<Kept>();  // `= {}` would keep the memory
    given_ = 0;
    co_return co_await all_->next();
  }

 private:
  static constexpr std::size_t batch_size = 512;

  struct Kept {
    std::string name;
    FileInfo info;
  };

  // The newest or the largest first; what is equal, by name.
  bool comes_before(const Kept& a, const Kept& b) const {
    if (order_.key == ListOrder::Key::time && a.info.modified != b.info.modified)
      return a.info.modified > b.info.modified;
    if (order_.key == ListOrder::Key::size && a.info.size != b.info.size) return a.info.size > b.info.size;
    return a.name < b.name;
  }

  void sort() {
    std::ranges::sort(kept_, [this](const Kept& a, const Kept& b) {
      return order_.reversed ? comes_before(b, a) : comes_before(a, b);
    });
  }

  std::unique_ptr<DirectoryReader> all_;
  ListOrder order_;
  std::size_t most_;
  Loop& loop_;
  std::vector<Kept> kept_;
  std::vector<DirectoryEntry> batch_;
  std::size_t given_ = 0;
  bool collected_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<DirectoryReader> matching(std::unique_ptr<DirectoryReader> all, Glob glob, bool hidden_too,
                                          Loop& loop) {
  return std::make_unique<MatchingReader>(std::move(all), std::move(glob), hidden_too, loop);
}

std::unique_ptr<DirectoryReader> in_order(std::unique_ptr<DirectoryReader> all, ListOrder order, std::uint32_t most,
                                          Loop& loop) {
  return std::make_unique<OrderedReader>(std::move(all), order, most, loop);
}

Task<Result<std::unique_ptr<DirectoryReader>>> open_ordered(const ListingNeeds& needs, const FtpPath& path) {
  auto opened = co_await needs.files.list(path, needs.detail);
  if (opened && needs.order && needs.most_sorted > 0)
    *opened = in_order(std::move(*opened), *needs.order, needs.most_sorted, needs.loop);
  co_return opened;
}

}  // namespace ferry
