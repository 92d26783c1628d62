#include "storage/quota/tree_count.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ferry {

namespace {

// Directories that are remembered for later, in all and at least of each one on the way down.
constexpr std::size_t most_ahead = 16'384;
constexpr std::size_t least_of_one = 16;

struct Ahead {
  FtpPath directory;
  std::string behind;  // only directories with greater names, as all else has been counted; empty: everything
};

class Walk {
 public:
  explicit Walk(FileSystem& files) : files_(files) {}

  Task<Result<TreeCount>> run() {
    const FtpPath root;
    const auto info = co_await files_.stat(root);
    if (info) note_directory(*info);
    ahead_.push_back({root, {}});
    while (!ahead_.empty()) {
      const Ahead here = std::move(ahead_.back());
      ahead_.pop_back();
      const auto counted = co_await count(here);
      if (!counted && !is_beyond_reach(counted.error())) co_return std::unexpected(counted.error());
    }
    co_return count_;
  }

 private:
  Task<Result<void>> count(const Ahead& here) {
    const auto reader = co_await files_.list(here.directory, Detail::full);
    if (!reader) co_return std::unexpected(reader.error());
    Executor& executor = co_await current_executor();
    const std::size_t most = std::max(least_of_one, most_ahead - std::min(most_ahead, ahead_.size()));
    std::set<std::string, std::less<>> below;
    bool more = false;
    for (;;) {
      co_await resume_on(executor);
      const auto batch = co_await (*reader)->next();
      if (!batch) co_return std::unexpected(batch.error());
      if (batch->empty()) break;
      for (const DirectoryEntry& entry : *batch) {
        if (entry.info.kind != FileKind::directory || entry.info.link) {
          if (here.behind.empty()) add(entry.info);
          continue;
        }
        if (entry.name <= here.behind) continue;
        if (here.behind.empty()) note_directory(entry.info);
        below.emplace(entry.name);
        if (below.size() <= most) continue;
        below.erase(std::prev(below.end()));
        more = true;
      }
    }
    if (more) ahead_.push_back({here.directory, *below.rbegin()});
    for (const std::string& name : below) {
      if (auto path = here.directory.child(name))
        ahead_.push_back({*std::move(path), {}});
      else
        count_.everything = false;
    }
    co_return Result<void>();
  }

  void add(const FileInfo& info) {
    const bool has_content = info.kind == FileKind::regular && !info.link;
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - count_.usage.octets;
    count_.usage.octets += has_content ? std::min(info.size, room) : 0;
    ++count_.usage.files;
  }

  // One that may be listed and not entered shows names without sizes.
  void note_directory(const FileInfo& info) { count_.everything &= info.access.read && info.access.enter; }

  // Whether that part of the tree cannot be counted, now or later. What was removed meanwhile need not be.
  bool is_beyond_reach(const FsError& error) {
    if (error.code == FsErrc::not_found || error.code == FsErrc::not_a_directory) return true;
    const bool refused = error.code == FsErrc::not_permitted || error.code == FsErrc::bad_name;
    count_.everything &= !refused;
    return refused;
  }

  FileSystem& files_;
  std::vector<Ahead> ahead_;
  TreeCount count_;
};

}  // namespace

Task<Result<TreeCount>> count_tree(FileSystem& files) {
  Walk walk(files);
  co_return co_await walk.run();
}

}  // namespace ferry
