// A file system with a quota: see ferry/quota.hpp.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include <ferry/quota.hpp>

#include "storage/quota/quota_books.hpp"
#include "storage/quota/quota_sink.hpp"
#include "storage/quota/seen_file.hpp"
#include "storage/quota/tree_count.hpp"

namespace ferry {

namespace {

// A file that is read is there until it is closed, whatever becomes of its names.
class QuotaSource final : public Source {
 public:
  QuotaSource(std::shared_ptr<QuotaBooks> books, std::unique_ptr<Source> inner, FileIdentity file)
      : books_(std::move(books)), inner_(std::move(inner)), file_(std::move(file)) {
    books_->begin_reading(file_);
  }
  ~QuotaSource() override {
    inner_.reset();
    books_->end_reading(file_);
  }

  std::uint64_t remaining() const override { return inner_->remaining(); }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override { return inner_->read(buffer); }
  std::optional<NativeFile> native() override { return inner_->native(); }

 private:
  const std::shared_ptr<QuotaBooks> books_;
  std::unique_ptr<Source> inner_;
  const FileIdentity file_;
};

class QuotaFileSystem final : public FileSystem, public ModeSetter, public SpaceTeller, public LinkMaker {
 public:
  QuotaFileSystem(std::shared_ptr<FileSystem> files, std::shared_ptr<QuotaBooks> books)
      : files_(std::move(files)), books_(std::move(books)) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override { return files_->stat(path); }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    return files_->list(path, detail);
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    if (!books_->limits().octets) co_return co_await files_->open_read(path, offset);
    const Turnstile::Turn turn = co_await books_->changes.enter();
    const auto seen = co_await look_at_file(*files_, path);
    auto source = co_await files_->open_read(path, offset);
    if (!source || !seen) co_return source;
    co_return std::make_unique<QuotaSource>(books_, *std::move(source), seen->identity);
  }

  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    const Turnstile::Turn turn = co_await books_->changes.enter();
    if (auto counted = co_await count(); !counted) co_return std::unexpected(std::move(counted.error()));
    std::optional<SeenFile> old;
    if (request.mode != StoreMode::unique) old = co_await look_at_file(*files_, path);
    if (!may_begin(request, old)) co_return std::unexpected(FsError(FsErrc::over_quota, path.text()));
    auto sink = co_await files_->open_write(path, request);
    if (!sink) co_return sink;
    co_return std::make_unique<QuotaSink>(books_, files_, *std::move(sink), request, std::move(old));
  }

  Task<Result<void>> make_directory(const FtpPath& path) override { return files_->make_directory(path); }
  Task<Result<void>> remove_directory(const FtpPath& path) override { return files_->remove_directory(path); }

  Task<Result<void>> remove_file(const FtpPath& path) override {
    const Turnstile::Turn turn = co_await books_->changes.enter();
    const auto seen = co_await look_at_name(*files_, path);
    Result<void> removed = co_await files_->remove_file(path);
    if (!removed) co_return removed;
    books_->give_back({.octets = 0, .files = 1});
    if (seen) books_->give_back_when_unused(seen->identity, seen->octets);
    co_return removed;
  }

  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    const Turnstile::Turn turn = co_await books_->changes.enter();
    std::optional<SeenFile> replaced;
    if (may_replace) replaced = co_await look_at_name(*files_, to);
    Result<void> renamed = co_await files_->rename(from, to, may_replace);
    if (!renamed || !replaced) co_return renamed;
    // Where both are names of one file, nothing happens.
    const auto left = co_await files_->stat(from);
    if (left || left.error().code != FsErrc::not_found) co_return renamed;
    books_->give_back({.octets = 0, .files = 1});
    books_->give_back_when_unused(replaced->identity, replaced->octets);
    co_return renamed;
  }

  ModeSetter* mode_setter() override { return files_->mode_setter() ? this : nullptr; }
  TimeSetter* time_setter() override { return files_->time_setter(); }
  SpaceTeller* space_teller() override { return books_->limits().octets ? this : files_->space_teller(); }
  OwnerSetter* owner_setter() override { return files_->owner_setter(); }
  LinkMaker* link_maker() override { return files_->link_maker() ? this : nullptr; }
  AttributeReader* attribute_reader() override { return files_->attribute_reader(); }

  // In a turn, as a directory that cannot be listed must not come about while it is counted.
  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    const Turnstile::Turn turn = co_await books_->changes.enter();
    co_return co_await files_->mode_setter()->set_mode(path, mode);
  }

  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    constexpr QuotaUsage link{.octets = 0, .files = 1};
    const Turnstile::Turn turn = co_await books_->changes.enter();
    if (auto counted = co_await count(); !counted) co_return counted;
    if (!books_->take(link)) co_return std::unexpected(FsError(FsErrc::over_quota, path.text()));
    Result<void> made = co_await files_->link_maker()->make_link(path, target);
    if (!made) books_->give_back(link);
    co_return made;
  }

  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    Result<std::uint64_t> room = 0;
    if (SpaceTeller* const teller = files_->space_teller()) {
      room = co_await teller->available(path);
    } else {
      const auto info = co_await files_->stat(path);
      room = info ? Result<std::uint64_t>(*books_->limits().octets) : std::unexpected(info.error());
    }
    if (!room) co_return room;
    const Turnstile::Turn turn = co_await books_->changes.enter();
    if (auto counted = co_await count(); !counted) co_return std::unexpected(std::move(counted.error()));
    co_return std::min(*room, books_->octets_left().value_or(*room));
  }

 private:
  // In a turn.
  Task<Result<void>> count() {
    if (!books_->needs_count()) co_return Result<void>();
    const auto counted = co_await count_tree(*files_);
    if (counted) books_->set_counted(*counted);
    if (!counted && !books_->usage()) co_return std::unexpected(counted.error());
    co_return Result<void>();
  }

  // Whether there is anything left that the upload could use.
  bool may_begin(const StoreRequest& request, const std::optional<SeenFile>& old) const {
    const QuotaUsage used = books_->usage().value_or(QuotaUsage());
    const QuotaLimits& limits = books_->limits();
    const bool no_name = limits.files && used.files >= *limits.files;
    const bool no_octets = limits.octets && used.octets >= *limits.octets;
    const bool stays_within = old && (request.mode == StoreMode::patch ||
                                      (request.mode == StoreMode::resume && request.offset < old->octets));
    return !(no_name && !old) && !(no_octets && !stays_within);
  }

  const std::shared_ptr<FileSystem> files_;
  const std::shared_ptr<QuotaBooks> books_;
};

}  // namespace

Quota::Quota(QuotaLimits limits, std::chrono::steady_clock::duration recount_after)
    : books_(std::make_shared<QuotaBooks>(limits, recount_after)) {}
Quota::~Quota() = default;
const QuotaLimits& Quota::limits() const { return books_->limits(); }
std::optional<QuotaUsage> Quota::usage() const { return books_->usage(); }

std::shared_ptr<FileSystem> with_quota(std::shared_ptr<FileSystem> files, const std::shared_ptr<Quota>& quota) {
  if (!files || !quota) throw std::invalid_argument("a quota needs a file system, and a file system a quota");
  return std::make_shared<QuotaFileSystem>(std::move(files), quota->books_);
}

}  // namespace ferry
