// Runs a BlockingFileSystem on the pool: see ferry/blocking_filesystem.hpp.
#include <ferry/blocking_filesystem.hpp>

#include <algorithm>
#include <utility>

namespace ferry {

namespace {

std::unexpected<FsError> no_such_ability(const FtpPath& path) {
  return std::unexpected(FsError(FsErrc::unsupported, path.text()));
}

// Destroys `object` on the pool: closing a file may take as long as writing to it.
template <typename T>
void destroy_on_pool(Executor& executor, std::unique_ptr<T> object) {
  executor.post_blocking([owned = std::move(object)]() mutable { owned.reset(); });
}

class PoolSource final : public Source {
 public:
  PoolSource(Executor& executor, std::unique_ptr<BlockingSource> source)
      : executor_(executor), source_(std::move(source)) {}
  ~PoolSource() override { destroy_on_pool(executor_, std::move(source_)); }

  std::uint64_t remaining() const override { return source_->remaining(); }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override {
    co_return co_await run_blocking([&] { return source_->read(buffer); });
  }

 private:
  Executor& executor_;
  std::unique_ptr<BlockingSource> source_;
};

class PoolSink final : public Sink {
 public:
  PoolSink(Executor& executor, std::unique_ptr<BlockingSink> sink)
      : executor_(executor), path_(sink->path()), sink_(std::move(sink)) {}
  ~PoolSink() override { destroy_on_pool(executor_, std::move(sink_)); }

  Task<Result<void>> start() override {
    co_return co_await run_blocking([&] { return sink_->start(); });
  }
  Task<Result<void>> write(std::span<const std::byte> octets) override {
    co_return co_await run_blocking([&] { return sink_->write(octets); });
  }
  Task<Result<void>> commit() override {
    co_return co_await run_blocking([&] { return sink_->commit(); });
  }
  const FtpPath& path() const override { return path_; }
  std::uint64_t offset() const override { return sink_->offset(); }
  Task<Result<std::unique_ptr<Source>>> preview() override {
    auto source = co_await run_blocking([&] { return sink_->preview(); });
    if (!source) co_return std::unexpected(std::move(source.error()));
    if (!*source) co_return nullptr;
    co_return std::make_unique<PoolSource>(executor_, *std::move(source));
  }
  Task<void> keep_part() override {
    co_await run_blocking([&] { sink_->keep_part(); });
  }

 private:
  Executor& executor_;
  const FtpPath path_;
  std::unique_ptr<BlockingSink> sink_;
};

class VectorReader final : public DirectoryReader {
 public:
  explicit VectorReader(std::vector<BlockingEntry> all) : all_(std::move(all)) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    static constexpr std::size_t batch = 512;
    entries_.clear();
    for (; used_ < all_.size() && entries_.size() < batch; ++used_)
      entries_.push_back({.name = all_[used_].name, .info = all_[used_].info});
    co_return std::span<const DirectoryEntry>(entries_);
  }

 private:
  const std::vector<BlockingEntry> all_;
  std::size_t used_ = 0;
  std::vector<DirectoryEntry> entries_;
};

class PoolFileSystem final : public FileSystem,
                             public ModeSetter,
                             public TimeSetter,
                             public SpaceTeller,
                             public OwnerSetter,
                             public LinkMaker,
                             public AttributeReader {
 public:
  explicit PoolFileSystem(std::shared_ptr<BlockingFileSystem> files) : files_(std::move(files)) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    co_return co_await run_blocking([&] { return files_->stat(path); });
  }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    auto all = co_await run_blocking([&] { return files_->list(path, detail); });
    if (!all) co_return std::unexpected(std::move(all.error()));
    co_return std::make_unique<VectorReader>(*std::move(all));
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    auto source = co_await run_blocking([&] { return files_->open_read(path, offset); });
    if (!source) co_return std::unexpected(std::move(source.error()));
    co_return std::make_unique<PoolSource>(co_await current_executor(), *std::move(source));
  }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    auto sink = co_await run_blocking([&] { return files_->open_write(path, request); });
    if (!sink) co_return std::unexpected(std::move(sink.error()));
    co_return std::make_unique<PoolSink>(co_await current_executor(), *std::move(sink));
  }
  Task<Result<void>> make_directory(const FtpPath& path) override {
    co_return co_await run_blocking([&] { return files_->make_directory(path); });
  }
  Task<Result<void>> remove_directory(const FtpPath& path) override {
    co_return co_await run_blocking([&] { return files_->remove_directory(path); });
  }
  Task<Result<void>> remove_file(const FtpPath& path) override {
    co_return co_await run_blocking([&] { return files_->remove_file(path); });
  }
  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    co_return co_await run_blocking([&] { return files_->rename(from, to, may_replace); });
  }

  ModeSetter* mode_setter() override { return files_->sets_modes() ? this : nullptr; }
  TimeSetter* time_setter() override { return files_->sets_times() ? this : nullptr; }
  SpaceTeller* space_teller() override { return files_->tells_space() ? this : nullptr; }
  OwnerSetter* owner_setter() override { return files_->sets_owners() ? this : nullptr; }
  LinkMaker* link_maker() override { return files_->makes_links() ? this : nullptr; }
  AttributeReader* attribute_reader() override { return files_->reads_attributes() ? this : nullptr; }
  bool sets_created() const override { return files_->sets_created(); }
  Task<Result<void>> set_created(const FtpPath& path, FileTime time) override {
    co_return co_await run_blocking([&] { return files_->set_created(path, time); });
  }
  Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                               const std::optional<std::string>& group) override {
    co_return co_await run_blocking([&] { return files_->set_owner(path, owner, group); });
  }
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    co_return co_await run_blocking([&] { return files_->make_link(path, target); });
  }
  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    co_return co_await run_blocking([&] { return files_->set_mode(path, mode); });
  }
  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override {
    co_return co_await run_blocking([&] { return files_->set_modified(path, time); });
  }
  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    co_return co_await run_blocking([&] { return files_->available(path); });
  }
  Task<Result<FileAttributes>> attributes(const FtpPath& path) override {
    co_return co_await run_blocking([&] { return files_->attributes(path); });
  }

 private:
  const std::shared_ptr<BlockingFileSystem> files_;
};

}  // namespace

Result<void> BlockingFileSystem::set_mode(const FtpPath& path, std::uint32_t) { return no_such_ability(path); }
Result<void> BlockingFileSystem::set_modified(const FtpPath& path, FileTime) { return no_such_ability(path); }
Result<void> BlockingFileSystem::set_created(const FtpPath& path, FileTime) { return no_such_ability(path); }
Result<void> BlockingFileSystem::set_owner(const FtpPath& path, const std::optional<std::string>&,
                                           const std::optional<std::string>&) {
  return no_such_ability(path);
}
Result<void> BlockingFileSystem::make_link(const FtpPath& path, const FtpPath&) { return no_such_ability(path); }
Result<std::uint64_t> BlockingFileSystem::available(const FtpPath& path) { return no_such_ability(path); }
Result<FileAttributes> BlockingFileSystem::attributes(const FtpPath& path) { return no_such_ability(path); }

std::shared_ptr<FileSystem> on_pool(std::shared_ptr<BlockingFileSystem> files) {
  return std::make_shared<PoolFileSystem>(std::move(files));
}

}  // namespace ferry
