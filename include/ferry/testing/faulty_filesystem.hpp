// A file system that fails or dawdles where a test wants it to, around any other one.
//
//     auto faults = std::make_shared<ferry::Faults>();
//     account.files = ferry::faulty(ferry::memory_file_system(), faults);
//     ...
//     faults->fail_after(3, ferry::FsErrc::no_space);  // three operations work, the fourth does not
//
// Every call to the file system, and to the sources, sinks and readers that it hands out, is an operation. They never
// give away a file of the operating system (NativeFile), so that each read and write is counted too.
//
// Threads: Faults may be used from any thread at any time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>

namespace FERRY_API ferry {

class Faults {
 public:
  // `operation` is the name of the function in filesystem.hpp: "stat", "read", "commit"...
  using Rule = std::function<std::optional<FsError>(std::string_view operation, const FtpPath& path)>;

  // The operation after `count` more fails once, with `error`.
  void fail_after(std::uint64_t count, FsError error) {
    const std::lock_guard lock(mutex_);
    fail_at_ = operations_ + count;
    error_ = std::move(error);
  }
  // Asked before each operation, under a lock; what it returns is the failure. An empty one asks nobody.
  void fail_where(Rule rule) {
    const std::lock_guard lock(mutex_);
    rule_ = std::move(rule);
  }
  // Each operation takes so much longer, on the pool.
  void slow_down(std::chrono::milliseconds each) {
    const std::lock_guard lock(mutex_);
    delay_ = each;
  }
  // How many there have been, the failed ones too.
  std::uint64_t operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }
  // How many have failed because of these faults.
  std::uint64_t failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

  // For the wrappers: counts an operation, waits where it is to be slow, and says whether it fails.
  Task<std::optional<FsError>> pass(std::string_view operation, const FtpPath& path) {
    std::optional<FsError> error;
    std::chrono::milliseconds delay{};
    {
      const std::lock_guard lock(mutex_);
      delay = delay_;
      if (rule_) error = rule_(operation, path);
      if (fail_at_ == operations_) {
        error = std::move(error_);
        fail_at_.reset();
      }
      ++operations_;
      if (error) ++failures_;
    }
    if (delay.count() > 0) co_await run_blocking([&] { std::this_thread::sleep_for(delay); });
    co_return error;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t operations_ = 0;
  std::uint64_t failures_ = 0;
  std::optional<std::uint64_t> fail_at_;
  FsError error_;
  Rule rule_;
  std::chrono::milliseconds delay_{};
};

namespace detail {

// What the parts share.
class Faulty {
 protected:
  Faulty(std::shared_ptr<Faults> faults, FtpPath path) : faults_(std::move(faults)), path_(std::move(path)) {}
  Task<std::optional<FsError>> pass(std::string_view operation) { return faults_->pass(operation, path_); }

  const std::shared_ptr<Faults> faults_;
  const FtpPath path_;
};

class FaultySource final : public Source, Faulty {
 public:
  FaultySource(std::unique_ptr<Source> inner, std::shared_ptr<Faults> faults, FtpPath path)
      : Faulty(std::move(faults), std::move(path)), inner_(std::move(inner)) {}

  std::uint64_t remaining() const override { return inner_->remaining(); }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override {
    if (auto error = co_await pass("read")) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->read(buffer);
  }

 private:
  const std::unique_ptr<Source> inner_;
};

class FaultySink final : public Sink, Faulty {
 public:
  FaultySink(std::unique_ptr<Sink> inner, std::shared_ptr<Faults> faults, FtpPath path)
      : Faulty(std::move(faults), std::move(path)), inner_(std::move(inner)) {}

  Task<Result<void>> start() override {
    if (auto error = co_await pass("start")) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->start();
  }
  Task<Result<void>> write(std::span<const std::byte> octets) override {
    if (auto error = co_await pass("write")) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->write(octets);
  }
  Task<Result<void>> commit() override {
    if (auto error = co_await pass("commit")) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->commit();
  }
  const FtpPath& path() const override { return inner_->path(); }
  std::uint64_t offset() const override { return inner_->offset(); }
  Task<Result<std::unique_ptr<Source>>> preview() override {
    if (auto error = co_await pass("preview")) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->preview();
  }
  Task<void> keep_part() override { return inner_->keep_part(); }

 private:
  const std::unique_ptr<Sink> inner_;
};

class FaultyReader final : public DirectoryReader, Faulty {
 public:
  FaultyReader(std::unique_ptr<DirectoryReader> inner, std::shared_ptr<Faults> faults, FtpPath path)
      : Faulty(std::move(faults), std::move(path)), inner_(std::move(inner)) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    if (auto error = co_await pass("next")) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->next();
  }

 private:
  const std::unique_ptr<DirectoryReader> inner_;
};

class FaultyFileSystem final : public FileSystem,
                               public ModeSetter,
                               public TimeSetter,
                               public SpaceTeller,
                               public OwnerSetter,
                               public LinkMaker,
                               public AttributeReader {
 public:
  FaultyFileSystem(std::shared_ptr<FileSystem> inner, std::shared_ptr<Faults> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    if (auto error = co_await faults_->pass("stat", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->stat(path);
  }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    if (auto error = co_await faults_->pass("list", path)) co_return std::unexpected(std::move(*error));
    auto reader = co_await inner_->list(path, detail);
    if (!reader) co_return reader;
    co_return std::make_unique<FaultyReader>(*std::move(reader), faults_, path);
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    if (auto error = co_await faults_->pass("open_read", path)) co_return std::unexpected(std::move(*error));
    auto source = co_await inner_->open_read(path, offset);
    if (!source) co_return source;
    co_return std::make_unique<FaultySource>(*std::move(source), faults_, path);
  }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    if (auto error = co_await faults_->pass("open_write", path)) co_return std::unexpected(std::move(*error));
    auto sink = co_await inner_->open_write(path, request);
    if (!sink) co_return sink;
    co_return std::make_unique<FaultySink>(*std::move(sink), faults_, path);
  }
  Task<Result<void>> make_directory(const FtpPath& path) override {
    if (auto error = co_await faults_->pass("make_directory", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->make_directory(path);
  }
  Task<Result<void>> remove_directory(const FtpPath& path) override {
    if (auto error = co_await faults_->pass("remove_directory", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->remove_directory(path);
  }
  Task<Result<void>> remove_file(const FtpPath& path) override {
    if (auto error = co_await faults_->pass("remove_file", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->remove_file(path);
  }
  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    if (auto error = co_await faults_->pass("rename", from)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->rename(from, to, may_replace);
  }

  ModeSetter* mode_setter() override { return inner_->mode_setter() ? this : nullptr; }
  TimeSetter* time_setter() override { return inner_->time_setter() ? this : nullptr; }
  SpaceTeller* space_teller() override { return inner_->space_teller() ? this : nullptr; }
  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    if (auto error = co_await faults_->pass("set_mode", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->mode_setter()->set_mode(path, mode);
  }
  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override {
    if (auto error = co_await faults_->pass("set_modified", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->time_setter()->set_modified(path, time);
  }
  OwnerSetter* owner_setter() override { return inner_->owner_setter() ? this : nullptr; }
  LinkMaker* link_maker() override { return inner_->link_maker() ? this : nullptr; }
  AttributeReader* attribute_reader() override { return inner_->attribute_reader() ? this : nullptr; }
  bool sets_created() const override { return inner_->time_setter()->sets_created(); }
  Task<Result<void>> set_created(const FtpPath& path, FileTime time) override {
    if (auto error = co_await faults_->pass("set_created", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->time_setter()->set_created(path, time);
  }
  Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                               const std::optional<std::string>& group) override {
    if (auto error = co_await faults_->pass("set_owner", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->owner_setter()->set_owner(path, owner, group);
  }
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    if (auto error = co_await faults_->pass("make_link", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->link_maker()->make_link(path, target);
  }
  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    if (auto error = co_await faults_->pass("available", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->space_teller()->available(path);
  }
  Task<Result<FileAttributes>> attributes(const FtpPath& path) override {
    if (auto error = co_await faults_->pass("attributes", path)) co_return std::unexpected(std::move(*error));
    co_return co_await inner_->attribute_reader()->attributes(path);
  }

 private:
  const std::shared_ptr<FileSystem> inner_;
  const std::shared_ptr<Faults> faults_;
};

}  // namespace detail

inline std::shared_ptr<FileSystem> faulty(std::shared_ptr<FileSystem> files, std::shared_ptr<Faults> faults) {
  return std::make_shared<detail::FaultyFileSystem>(std::move(files), std::move(faults));
}

}  // namespace ferry
