#include "session/tree_walk.hpp"

#include <deque>
#include <set>
#include <utility>

#include "protocol/list_format.hpp"

namespace ferry {

namespace {

using Entries = std::span<const DirectoryEntry>;

constexpr std::size_t most_depth = 64;
// Spent on waiting for the storage, not on sending.
constexpr auto most_time = std::chrono::seconds(30);

// Counts what a walk costs.
class Budget {
 public:
  explicit Budget(std::uint32_t most_visited) : most_visited_(most_visited) {}

  Task<Result<Entries>> read(DirectoryReader& reader) {
    const auto begun = Clock::now();
    auto entries = co_await reader.next();
    spent_ += Clock::now() - begun;
    if (entries) visited_ += entries->size();
    const bool over = (most_visited_ != 0 && visited_ > most_visited_) || spent_ > most_time;
    if (entries && over) entries = std::unexpected(FsError(FsErrc::too_many, "the bounds of a walk"));
    co_return entries;
  }

 private:
  std::uint64_t visited_ = 0;
  std::uint32_t most_visited_;
  Clock::duration spent_{};
};

class TreeWalk final : public DirectoryReader {
 public:
  TreeWalk(ListingNeeds needs, WalkBounds bounds, FtpPath root, bool whole_names)
      : needs_(needs), may_list_(std::move(bounds.may_list)), budget_(bounds.most_visited), whole_names_(whole_names) {
    pending_.push_back({std::move(root), {}, 0});
  }

  Task<Result<Entries>> next() override {
    for (;;) {
      if (!reader_) {
        if (pending_.empty()) co_return Entries();
        here_ = std::move(pending_.back());
        pending_.pop_back();
        auto opened = co_await open_ordered(needs_, here_.path);
        if (!opened && here_.depth == 0) co_return std::unexpected(opened.error());
        if (!opened) continue;
        reader_ = std::move(*opened);
        if (here_.depth > 0 && !whole_names_) {
          heading_.name = here_.name;
          co_return Entries(&heading_, 1);
        }
      }
      const auto entries = co_await budget_.read(*reader_);
      if (!entries) co_return entries;
      if (entries->empty()) {
        reader_.reset();
        // The first one is the next: pending_ is taken from the back.
        for (; !below_.empty(); below_.pop_back()) pending_.push_back(std::move(below_.back()));
        co_await needs_.loop.yield();
        continue;
      }
      for (const DirectoryEntry& entry : *entries) note_directory(entry);
      co_return whole_names_ ? with_whole_names(*entries) : *entries;
    }
  }

 private:
  struct Directory {
    FtpPath path;
    std::string name;  // "/d/e", below the root; empty for the root
    std::size_t depth = 0;
  };

  void note_directory(const DirectoryEntry& entry) {
    if (entry.info.kind != FileKind::directory || here_.depth == most_depth || !is_listable(entry.name)) return;
    auto path = here_.path.child(entry.name);
    if (!path || !may_list_(*path)) return;
    // Links may lead to one directory in many ways.
    if (entry.info.inode != 0 && !seen_.emplace(entry.info.device, entry.info.inode).second) return;
    below_.push_back({*std::move(path), here_.name + '/' + std::string(entry.name), here_.depth + 1});
  }

  Entries with_whole_names(Entries entries) {
    names_.clear();
    renamed_.clear();
    for (const DirectoryEntry& entry : entries) {
      std::string& name = names_.emplace_back();
      if (here_.depth > 0) name = here_.name.substr(1) + '/';
      name += entry.name;
      renamed_.push_back({name, entry.info});
    }
    return renamed_;
  }

  ListingNeeds needs_;
  std::function<bool(const FtpPath&)> may_list_;
  Budget budget_;
  bool whole_names_;
  std::vector<Directory> pending_;
  std::vector<Directory> below_;  // directories in the one that is being read
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
  Directory here_;
  std::unique_ptr<DirectoryReader> reader_;
  DirectoryEntry heading_;
  std::deque<std::string> names_;
  std::vector<DirectoryEntry> renamed_;
};

class PatternWalk final : public DirectoryReader {
 public:
  PatternWalk(ListingNeeds needs, WalkBounds bounds, FtpPath base, std::vector<PatternComponent> components,
              bool hidden_too)
      : needs_(needs),
        may_list_(std::move(bounds.may_list)),
        budget_(bounds.most_visited),
        components_(std::move(components)),
        hidden_too_(hidden_too) {
    pending_.push_back({std::move(base), {}, 0});
  }

  Task<Result<Entries>> next() override {
    for (;;) {
      names_.clear();
      found_.clear();
      if (reader_) {
        const auto entries = co_await budget_.read(*reader_);
        if (!entries) co_return entries;
        if (entries->empty()) {
          reader_.reset();
          for (; !below_.empty(); below_.pop_back()) pending_.push_back(std::move(below_.back()));
        }
        for (const DirectoryEntry& entry : *entries) look_at(entry);
      } else if (pending_.empty()) {
        co_return Entries();
      } else {
        here_ = std::move(pending_.back());
        pending_.pop_back();
        if (std::holds_alternative<std::string>(components_[here_.component]))
          co_await step_to_name();
        else
          co_await open();
      }
      if (!found_.empty()) co_return Entries(found_);
      co_await needs_.loop.yield();
    }
  }

 private:
  struct Place {
    FtpPath directory;
    std::string prefix;  // of names in it: empty, or "d/"
    std::size_t component = 0;
  };

  bool is_last() const { return here_.component + 1 == components_.size(); }

  Task<void> open() {
    ListingNeeds needs = needs_;
    if (!is_last()) needs.detail = Detail::names;
    if (!may_list_(here_.directory)) co_return;
    auto opened = co_await open_ordered(needs, here_.directory);
    if (opened) reader_ = std::move(*opened);
  }

  Task<void> step_to_name() {
    const std::string& name = std::get<std::string>(components_[here_.component]);
    const auto path = here_.directory.child(name);
    if (!path) co_return;
    const auto info = co_await needs_.files.stat(*path);
    if (info) take(name, *info, *path);
  }

  void look_at(const DirectoryEntry& entry) {
    const Glob& glob = std::get<Glob>(components_[here_.component]);
    if (!(hidden_too_ ? glob.matches_hidden_too(entry.name) : glob.matches(entry.name))) return;
    if (const auto path = here_.directory.child(entry.name)) take(entry.name, entry.info, *path);
  }

  void take(std::string_view name, const FileInfo& info, const FtpPath& path) {
    if (is_last()) {
      names_.push_back(here_.prefix + std::string(name));
      found_.push_back({names_.back(), info});
    } else if (info.kind == FileKind::directory) {
      Place place{path, here_.prefix + std::string(name) + '/', here_.component + 1};
      (reader_ ? below_ : pending_).push_back(std::move(place));
    }
  }

  ListingNeeds needs_;
  std::function<bool(const FtpPath&)> may_list_;
  Budget budget_;
  std::vector<PatternComponent> components_;
  bool hidden_too_;
  std::vector<Place> pending_;
  std::vector<Place> below_;  // in the directory that is being read
  Place here_;
  std::unique_ptr<DirectoryReader> reader_;
  std::deque<std::string> names_;
  std::vector<DirectoryEntry> found_;
};

}  // namespace

std::unique_ptr<DirectoryReader> walk_tree(ListingNeeds needs, WalkBounds bounds, FtpPath root, bool whole_names) {
  return std::make_unique<TreeWalk>(needs, std::move(bounds), std::move(root), whole_names);
}

// No name of an entry begins with a slash.
std::string_view heading_of(const DirectoryEntry& entry) {
  return entry.name.starts_with('/') ? entry.name.substr(1) : std::string_view();
}

std::unique_ptr<DirectoryReader> walk_pattern(ListingNeeds needs, WalkBounds bounds, FtpPath base,
                                              std::vector<PatternComponent> components, bool hidden_too) {
  return std::make_unique<PatternWalk>(needs, std::move(bounds), std::move(base), std::move(components), hidden_too);
}

}  // namespace ferry
