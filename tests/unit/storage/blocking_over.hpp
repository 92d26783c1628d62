// A BlockingFileSystem for tests: another file system, each of its calls waited for where it is made.
#pragma once

#include <ferry/blocking_filesystem.hpp>
#include <ferry/sync_wait.hpp>

namespace ferry::test {

class BlockingSourceOver final : public BlockingSource {
 public:
  explicit BlockingSourceOver(std::unique_ptr<Source> inner) : inner_(std::move(inner)) {}
  std::uint64_t remaining() const override { return inner_->remaining(); }
  Result<std::size_t> read(std::span<std::byte> buffer) override { return sync_wait(inner_->read(buffer)); }

 private:
  std::unique_ptr<Source> inner_;
};

class BlockingSinkOver final : public BlockingSink {
 public:
  explicit BlockingSinkOver(std::unique_ptr<Sink> inner) : inner_(std::move(inner)) {}
  const FtpPath& path() const override { return inner_->path(); }
  Result<void> start() override { return sync_wait(inner_->start()); }
  Result<void> write(std::span<const std::byte> octets) override { return sync_wait(inner_->write(octets)); }
  Result<void> commit() override { return sync_wait(inner_->commit()); }
  std::uint64_t offset() const override { return inner_->offset(); }
  Result<std::unique_ptr<BlockingSource>> preview() override {
    auto source = sync_wait(inner_->preview());
    if (!source) return std::unexpected(source.error());
    if (!*source) return nullptr;
    return std::make_unique<BlockingSourceOver>(*std::move(source));
  }
  void keep_part() override { sync_wait(inner_->keep_part()); }

 private:
  std::unique_ptr<Sink> inner_;
};

class BlockingOver final : public BlockingFileSystem {
 public:
  explicit BlockingOver(std::shared_ptr<FileSystem> inner) : inner_(std::move(inner)) {}

  Result<FileInfo> stat(const FtpPath& path) override { return sync_wait(inner_->stat(path)); }
  Result<std::vector<BlockingEntry>> list(const FtpPath& path, Detail detail) override {
    const auto reader = sync_wait(inner_->list(path, detail));
    if (!reader) return std::unexpected(reader.error());
    std::vector<BlockingEntry> all;
    for (;;) {
      const auto batch = sync_wait((*reader)->next());
      if (!batch) return std::unexpected(batch.error());
      if (batch->empty()) return all;
      for (const DirectoryEntry& entry : *batch) all.push_back({std::string(entry.name), entry.info});
    }
  }
  Result<std::unique_ptr<BlockingSource>> open_read(const FtpPath& path, std::uint64_t offset) override {
    auto source = sync_wait(inner_->open_read(path, offset));
    if (!source) return std::unexpected(source.error());
    return std::make_unique<BlockingSourceOver>(*std::move(source));
  }
  Result<std::unique_ptr<BlockingSink>> open_write(const FtpPath& path, const StoreRequest& request) override {
    auto sink = sync_wait(inner_->open_write(path, request));
    if (!sink) return std::unexpected(sink.error());
    return std::make_unique<BlockingSinkOver>(*std::move(sink));
  }
  Result<void> make_directory(const FtpPath& path) override { return sync_wait(inner_->make_directory(path)); }
  Result<void> remove_directory(const FtpPath& path) override { return sync_wait(inner_->remove_directory(path)); }
  Result<void> remove_file(const FtpPath& path) override { return sync_wait(inner_->remove_file(path)); }
  Result<void> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    return sync_wait(inner_->rename(from, to, may_replace));
  }
  bool sets_modes() const override { return true; }
  bool sets_times() const override { return true; }
  bool tells_space() const override { return true; }
  Result<void> set_mode(const FtpPath& path, std::uint32_t mode) override {
    return sync_wait(inner_->mode_setter()->set_mode(path, mode));
  }
  Result<void> set_modified(const FtpPath& path, FileTime time) override {
    return sync_wait(inner_->time_setter()->set_modified(path, time));
  }
  Result<std::uint64_t> available(const FtpPath& path) override {
    return sync_wait(inner_->space_teller()->available(path));
  }

 private:
  std::shared_ptr<FileSystem> inner_;
};

}  // namespace ferry::test
