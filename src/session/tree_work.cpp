#include "session/tree_work.hpp"

#include <vector>

#include "session/reply_for.hpp"

namespace ferry {

namespace {

// Entries that are looked at before others on the loop get their turn.
constexpr std::size_t entries_to_a_turn = 64;

struct Child {
  FtpPath path;
  FileKind kind;
  bool link;
  std::uint64_t size;
};

bool cancelled(const Session& session) { return session.work() && session.work()->cancellation.requested(); }

FsError too_deep(const FtpPath& path) { return {FsErrc::failed, path.text() + ": deeper than a walk goes"}; }

// All entries at once: while they are deleted or descended into, the reader would be in an undefined place.
Task<Result<std::vector<Child>>> children_of(Session& session, const FtpPath& directory, Detail detail) {
  const auto reader = co_await session.files().list(directory, detail);
  if (!reader) co_return std::unexpected(reader.error());
  std::vector<Child> children;
  for (;;) {
    const auto entries = co_await (*reader)->next();
    if (!entries) co_return std::unexpected(entries.error());
    if (entries->empty()) co_return children;
    for (const DirectoryEntry& entry : *entries)
      if (auto path = directory.child(entry.name))
        children.push_back({*std::move(path), entry.info.kind, entry.info.link, entry.info.size});
    co_await session.loop().yield();
  }
}

struct Level {
  FtpPath directory;
  std::vector<Child> children;
};

}  // namespace

Task<Result<std::uint64_t>> size_of_tree(Session& session, const FtpPath& directory) {
  std::uint64_t total = 0;
  std::vector<std::pair<FtpPath, std::size_t>> ahead{{directory, 0}};
  while (!ahead.empty()) {
    if (cancelled(session)) co_return std::unexpected(FsErrc::failed);
    const auto [path, depth] = std::move(ahead.back());
    ahead.pop_back();
    if (depth > deepest_walk) co_return std::unexpected(too_deep(path));
    const auto children = co_await children_of(session, path, Detail::full);
    // What this user may not look into does not count; the directory that was asked about must be readable.
    if (!children && depth == 0) co_return std::unexpected(children.error());
    if (!children) continue;
    for (const Child& child : *children) {
      if (!session.permissions(child.path, child.kind).allows(Permission::list)) continue;
      if (child.kind == FileKind::regular) total += child.size;
      if (child.kind == FileKind::directory && !child.link) ahead.emplace_back(child.path, depth + 1);
    }
  }
  co_return total;
}

namespace {

Task<bool> remove_one(Session& session, const FtpPath& path, bool directory) {
  if (!session.permissions(path, directory ? FileKind::directory : FileKind::regular).allows(Permission::remove))
    co_return false;
  Result<void> removed;
  if (directory)
    removed = co_await session.files().remove_directory(path);
  else
    removed = co_await session.files().remove_file(path);
  if (!removed) co_return false;
  co_await session.tell([&](Events& to, const SessionFacts& who) {
    return directory ? to.directory_removed(who, path) : to.file_deleted(who, path);
  });
  co_return true;
}

}  // namespace

Task<Result<Removal>> remove_tree(Session& session, const FtpPath& directory) {
  auto top = co_await children_of(session, directory, Detail::names);
  if (!top) co_return std::unexpected(top.error());
  Removal result;
  std::vector<Level> levels;
  levels.push_back({directory, *std::move(top)});
  std::size_t looked_at = 0;
  while (!levels.empty()) {
    if (cancelled(session)) co_return Removal{.all = false};
    if (++looked_at % entries_to_a_turn == 0) co_await session.loop().yield();
    Level& level = levels.back();
    if (level.children.empty()) {
      const FtpPath done = std::move(level.directory);
      levels.pop_back();
      const bool removed = co_await remove_one(session, done, true);
      result.all = result.all && removed;
      continue;
    }
    const Child child = std::move(level.children.back());
    level.children.pop_back();
    if (child.kind == FileKind::directory && !child.link) {
      result.all = result.all && levels.size() < deepest_walk;
      if (levels.size() == deepest_walk) continue;
      auto below = co_await children_of(session, child.path, Detail::names);
      if (below)
        levels.push_back({child.path, *std::move(below)});
      else
        result.all = false;
      continue;
    }
    const bool removed = co_await remove_one(session, child.path, false);
    result.all = result.all && removed;
  }
  co_return result;
}

std::optional<Reply> reply_to_cancellation(const Session& session) {
  const Cancellation& cancellation = session.work()->cancellation;
  if (!cancellation.requested()) return std::nullopt;
  return reply_for(TransferEnd::from(cancellation.reason()));
}

Task<std::optional<Reply>> remove_whole_directory(Session& session, const FtpPath& directory) {
  if (directory.is_root()) co_return Reply(550, "The root cannot be removed.");
  const auto removed = co_await remove_tree(session, directory);
  if (auto cancelled = reply_to_cancellation(session)) co_return cancelled;
  if (!removed) co_return reply_for(removed.error());
  if (!removed->all) co_return Reply(550, "Not everything could be removed.");
  co_return std::nullopt;
}

}  // namespace ferry
