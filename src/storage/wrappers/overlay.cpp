// Several file systems under one tree: see mounted() in ferry/storages.hpp.
//
// Each path belongs to the deepest mount that holds it, and is translated into that file system's own. What no mount
// holds exists only as far as it leads to one: as a virtual directory that nobody can change.
#include <ferry/storages.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "storage/wrappers/changed_reader.hpp"

namespace ferry {

namespace {

// `path`, which `from` contains, as it is below `to`.
FtpPath moved(const FtpPath& path, const FtpPath& from, const FtpPath& to) {
  std::string_view rest(path.text());
  rest.remove_prefix(from.is_root() ? 0 : from.text().size());
  while (rest.starts_with('/')) rest.remove_prefix(1);
  return FtpPath::resolve(to, rest).value_or(to);
}

FileInfo virtual_directory() {
  FileInfo info;
  info.kind = FileKind::directory;
  info.mode = 0555;
  info.access = {.read = true, .write = false, .enter = true, .removable = false};
  return info;
}

void limit(FileInfo& info, const Permissions& permissions) {
  const bool directory = info.kind == FileKind::directory;
  const auto allows_any = [&](std::initializer_list<Permission> any) {
    return std::ranges::any_of(any, [&](Permission one) { return permissions.allows(one); });
  };
  info.access.read &= permissions.allows(directory ? Permission::list : Permission::retrieve);
  info.access.enter &= permissions.allows(Permission::enter);
  info.access.write &= directory ? allows_any({Permission::store, Permission::make_directory, Permission::remove})
                                 : allows_any({Permission::store, Permission::append});
  info.access.removable &= allows_any({Permission::remove, Permission::rename});
}

// A sink whose path is told in the overlay's tree.
class MountedSink final : public Sink {
 public:
  MountedSink(std::unique_ptr<Sink> inner, FtpPath path) : inner_(std::move(inner)), path_(std::move(path)) {}

  Task<Result<void>> start() override { return inner_->start(); }
  Task<Result<void>> write(std::span<const std::byte> octets) override { return inner_->write(octets); }
  Task<Result<void>> commit() override { return inner_->commit(); }
  const FtpPath& path() const override { return path_; }
  std::uint64_t offset() const override { return inner_->offset(); }
  Task<Result<std::unique_ptr<Source>>> preview() override { return inner_->preview(); }
  Task<void> keep_part() override { return inner_->keep_part(); }
  std::optional<NativeFile> native() override { return inner_->native(); }

 private:
  const std::unique_ptr<Sink> inner_;
  const FtpPath path_;
};

// Entries that are there already, then those of another reader.
class ReaderBehind final : public DirectoryReader {
 public:
  ReaderBehind(std::vector<std::pair<std::string, FileInfo>> first, std::unique_ptr<DirectoryReader> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {
    for (const auto& [name, info] : first_) entries_.push_back({.name = name, .info = info});
  }

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    if (!std::exchange(begun_, true) && !entries_.empty()) co_return std::span<const DirectoryEntry>(entries_);
    if (!rest_) co_return std::span<const DirectoryEntry>();
    co_return co_await rest_->next();
  }

 private:
  const std::vector<std::pair<std::string, FileInfo>> first_;
  std::vector<DirectoryEntry> entries_;
  const std::unique_ptr<DirectoryReader> rest_;
  bool begun_ = false;
};

class Overlay final : public FileSystem,
                      public ModeSetter,
                      public TimeSetter,
                      public SpaceTeller,
                      public OwnerSetter,
                      public LinkMaker,
                      public AttributeReader {
 public:
  explicit Overlay(std::vector<Mount> mounts) : mounts_(std::move(mounts)) {
    // The deepest first: of two that hold a path, it has the longer one.
    std::ranges::sort(mounts_, std::ranges::greater{}, [](const Mount& mount) { return mount.at.text().size(); });
    for (const Mount& mount : mounts_) {
      if (!mount.files) throw std::invalid_argument("a mount needs a file system: " + mount.at.text());
      if (std::ranges::count(mounts_, mount.at, &Mount::at) > 1)
        throw std::invalid_argument("two mounts at " + mount.at.text());
    }
  }

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    const Mount* const mount = find(path);
    const bool fixed = is_fixed(path);
    if (!mount) {
      if (fixed) co_return virtual_directory();
      co_return no(FsErrc::not_found, path);
    }
    auto info = co_await mount->files->stat(inside(*mount, path));
    if (fixed && leads_to_mount(path) && (!info || info->kind != FileKind::directory)) co_return virtual_directory();
    if (!info) co_return info;
    limit(*info, mount->permissions);
    if (fixed) info->access.removable = false;
    co_return info;
  }

  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    const Mount* const mount = find(path);
    if (mount && !mount->permissions.allows(Permission::list)) co_return no(FsErrc::not_permitted, path);
    if (!mount && !is_fixed(path)) co_return no(FsErrc::not_found, path);

    Result<std::unique_ptr<DirectoryReader>> inner = nullptr;
    if (mount) inner = co_await mount->files->list(inside(*mount, path), detail);
    if (!inner && !leads_to_mount(path)) co_return inner;

    std::vector<std::pair<std::string, FileInfo>> points;
    for (const std::string& name : names_leading_to_mounts(path)) {
      const auto info = co_await stat(path.child(name).value());
      points.emplace_back(name, info.value_or(virtual_directory()));
    }
    if (!mount || !inner) co_return std::make_unique<ReaderBehind>(std::move(points), nullptr);

    ChangedReader::Change change = [hidden = names_leading_to_mounts(path),
                                    permissions = mount->permissions](DirectoryEntry& entry) {
      limit(entry.info, permissions);
      return !hidden.contains(entry.name);
    };
    auto rest = std::make_unique<ChangedReader>(*std::move(inner), std::move(change));
    co_return std::make_unique<ReaderBehind>(std::move(points), std::move(rest));
  }

  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    const auto mount = allowed(path, Permission::retrieve, FsErrc::not_a_file);
    if (!mount) co_return std::unexpected(mount.error());
    co_return co_await (*mount)->files->open_read(inside(**mount, path), offset);
  }

  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    const bool adds = request.mode != StoreMode::create && request.mode != StoreMode::unique;
    // STOU names a directory, which may be a mount point.
    const bool names_file = request.mode != StoreMode::unique;
    if (names_file && is_fixed(path)) co_return no(FsErrc::not_a_file, path);
    const auto mount = allowed_change(path, adds ? Permission::append : Permission::store);
    if (!mount) co_return std::unexpected(mount.error());
    auto sink = co_await (*mount)->files->open_write(inside(**mount, path), request);
    if (!sink) co_return sink;
    FtpPath shown = moved((*sink)->path(), (*mount)->from, (*mount)->at);
    co_return std::make_unique<MountedSink>(*std::move(sink), std::move(shown));
  }

  Task<Result<void>> make_directory(const FtpPath& path) override {
    if (is_fixed(path)) co_return no(FsErrc::exists, path);
    const auto mount = allowed_change(path, Permission::make_directory);
    if (!mount) co_return std::unexpected(mount.error());
    co_return co_await (*mount)->files->make_directory(inside(**mount, path));
  }

  Task<Result<void>> remove_directory(const FtpPath& path) override {
    if (is_fixed(path)) co_return no(FsErrc::not_permitted, path);
    const auto mount = allowed_change(path, Permission::remove);
    if (!mount) co_return std::unexpected(mount.error());
    co_return co_await (*mount)->files->remove_directory(inside(**mount, path));
  }

  Task<Result<void>> remove_file(const FtpPath& path) override {
    if (is_fixed(path)) co_return no(FsErrc::not_a_file, path);
    const auto mount = allowed_change(path, Permission::remove);
    if (!mount) co_return std::unexpected(mount.error());
    co_return co_await (*mount)->files->remove_file(inside(**mount, path));
  }

  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    if (is_fixed(from)) co_return no(to.is_root() ? FsErrc::exists : FsErrc::not_permitted, from);
    if (is_fixed(to)) co_return no(FsErrc::exists, to);
    const auto source = allowed_change(from, Permission::rename);
    if (!source) co_return std::unexpected(source.error());
    const auto target = allowed_change(to, Permission::rename);
    if (!target) co_return std::unexpected(target.error());
    if (*source != *target) co_return no(FsErrc::unsupported, to);
    co_return co_await (*source)->files->rename(inside(**source, from), inside(**source, to), may_replace);
  }

  ModeSetter* mode_setter() override {
    return any_has([](FileSystem& files) { return files.mode_setter() != nullptr; }) ? this : nullptr;
  }
  TimeSetter* time_setter() override {
    return any_has([](FileSystem& files) { return files.time_setter() != nullptr; }) ? this : nullptr;
  }
  SpaceTeller* space_teller() override {
    return any_has([](FileSystem& files) { return files.space_teller() != nullptr; }) ? this : nullptr;
  }
  OwnerSetter* owner_setter() override {
    return any_has([](FileSystem& files) { return files.owner_setter() != nullptr; }) ? this : nullptr;
  }
  LinkMaker* link_maker() override {
    return any_has([](FileSystem& files) { return files.link_maker() != nullptr; }) ? this : nullptr;
  }
  AttributeReader* attribute_reader() override {
    return any_has([](FileSystem& files) { return files.attribute_reader() != nullptr; }) ? this : nullptr;
  }

  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    const auto mount = allowed(path, Permission::change_mode, FsErrc::not_permitted);
    if (!mount) co_return std::unexpected(mount.error());
    ModeSetter* const setter = (*mount)->files->mode_setter();
    if (!setter) co_return no(FsErrc::unsupported, path);
    co_return co_await setter->set_mode(inside(**mount, path), mode);
  }
  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override {
    const auto mount = allowed(path, Permission::change_time, FsErrc::not_permitted);
    if (!mount) co_return std::unexpected(mount.error());
    TimeSetter* const setter = (*mount)->files->time_setter();
    if (!setter) co_return no(FsErrc::unsupported, path);
    co_return co_await setter->set_modified(inside(**mount, path), time);
  }
  bool sets_created() const override {
    return any_has([](FileSystem& files) { return files.time_setter() && files.time_setter()->sets_created(); });
  }
  Task<Result<void>> set_created(const FtpPath& path, FileTime time) override {
    const auto mount = allowed(path, Permission::change_time, FsErrc::not_permitted);
    if (!mount) co_return std::unexpected(mount.error());
    TimeSetter* const setter = (*mount)->files->time_setter();
    if (!setter || !setter->sets_created()) co_return no(FsErrc::unsupported, path);
    co_return co_await setter->set_created(inside(**mount, path), time);
  }
  Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                               const std::optional<std::string>& group) override {
    const auto mount = allowed(path, Permission::change_mode, FsErrc::not_permitted);
    if (!mount) co_return std::unexpected(mount.error());
    OwnerSetter* const setter = (*mount)->files->owner_setter();
    if (!setter) co_return no(FsErrc::unsupported, path);
    co_return co_await setter->set_owner(inside(**mount, path), owner, group);
  }
  // A link of one mount can lead nowhere else.
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    if (is_fixed(path)) co_return no(FsErrc::exists, path);
    const auto mount = allowed_change(path, Permission::store);
    if (!mount) co_return std::unexpected(mount.error());
    LinkMaker* const maker = (*mount)->files->link_maker();
    if (!maker || find(target) != *mount) co_return no(FsErrc::unsupported, path);
    co_return co_await maker->make_link(inside(**mount, path), inside(**mount, target));
  }
  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    const auto mount = allowed(path, Permission::none, FsErrc::unsupported);
    if (!mount) co_return std::unexpected(mount.error());
    SpaceTeller* const teller = (*mount)->files->space_teller();
    if (!teller) co_return no(FsErrc::unsupported, path);
    co_return co_await teller->available(inside(**mount, path));
  }
  Task<Result<FileAttributes>> attributes(const FtpPath& path) override {
    const Mount* const mount = find(path);
    AttributeReader* const reader = mount ? mount->files->attribute_reader() : nullptr;
    if (!reader) co_return FileAttributes();
    auto attributes = co_await reader->attributes(inside(*mount, path));
    if (attributes && attributes->link_target) {
      // What no mount shows has no name here.
      const FtpPath target = *std::exchange(attributes->link_target, std::nullopt);
      if (mount->from.contains(target)) attributes->link_target = moved(target, mount->from, mount->at);
    }
    co_return attributes;
  }

 private:
  static std::unexpected<FsError> no(FsErrc code, const FtpPath& path) {
    return std::unexpected(FsError(code, path.text()));
  }

  // The deepest mount that holds `path`; null where none does.
  const Mount* find(const FtpPath& path) const {
    const auto found = std::ranges::find_if(mounts_, [&](const Mount& mount) { return mount.at.contains(path); });
    return found == mounts_.end() ? nullptr : &*found;
  }
  static FtpPath inside(const Mount& mount, const FtpPath& path) { return moved(path, mount.at, mount.from); }

  // Whether a mount is below `path`.
  bool leads_to_mount(const FtpPath& path) const {
    return std::ranges::any_of(mounts_,
                               [&](const Mount& mount) { return mount.at != path && path.contains(mount.at); });
  }
  // Whether `path` is there because of the mounts: the root, a mount point, or a directory that leads to one.
  bool is_fixed(const FtpPath& path) const {
    return path.is_root() || leads_to_mount(path) || std::ranges::find(mounts_, path, &Mount::at) != mounts_.end();
  }
  std::set<std::string, std::less<>> names_leading_to_mounts(const FtpPath& directory) const {
    std::set<std::string, std::less<>> names;
    for (const Mount& mount : mounts_) {
      if (mount.at == directory || !directory.contains(mount.at)) continue;
      const FtpPath below = moved(mount.at, directory, FtpPath());
      names.insert(below.text().substr(1, below.text().find('/', 1) - 1));
    }
    return names;
  }

  // The mount of an entry that is to be used; `of_virtual` is the answer for a directory that no mount holds.
  Result<const Mount*> allowed(const FtpPath& path, Permission needed, FsErrc of_virtual) const {
    const Mount* const mount = find(path);
    if (!mount) return no(is_fixed(path) ? of_virtual : FsErrc::not_found, path);
    if (!mount->permissions.allows(needed)) return no(FsErrc::not_permitted, path);
    return mount;
  }
  // The mount of an entry that is to be made or to go.
  Result<const Mount*> allowed_change(const FtpPath& path, Permission needed) const {
    const Mount* const mount = find(path);
    if (!mount) return no(is_fixed(path) || is_fixed(path.parent()) ? FsErrc::not_permitted : FsErrc::not_found, path);
    if (!mount->permissions.allows(needed)) return no(FsErrc::not_permitted, path);
    return mount;
  }

  bool any_has(bool (*has)(FileSystem&)) const {
    return std::ranges::any_of(mounts_, [&](const Mount& mount) { return has(*mount.files); });
  }

  std::vector<Mount> mounts_;
};

}  // namespace

std::shared_ptr<FileSystem> mounted(std::vector<Mount> mounts) { return std::make_shared<Overlay>(std::move(mounts)); }

}  // namespace ferry
