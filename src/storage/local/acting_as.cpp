// local_directory_as(): see ferry/unix_identity.hpp.
//
// The storage underneath is a local directory all of whose calls go to the pool. They go there through the executor
// that a task inherits from the one that awaits it; here that executor is one that clothes the pool thread with the
// user's identity around each piece of work. So no call of the storage has to know about identities, and none can be
// forgotten.
#include <ferry/unix_identity.hpp>

#include <sys/statfs.h>

#include <algorithm>
#include <coroutine>
#include <memory>
#include <utility>

#include "storage/local/credentials.hpp"
#include "storage/local/local_file_system.hpp"

namespace ferry {

namespace {

class ActingExecutor final : public Executor {
 public:
  ActingExecutor(Executor& home, std::shared_ptr<const UnixIdentity> identity)
      : home_(home), identity_(std::move(identity)) {}

  void post(std::move_only_function<void()> work) override { home_.post(std::move(work)); }
  void post_blocking(std::move_only_function<void()> work) override {
    home_.post_blocking([identity = identity_, owned = std::move(work)]() mutable {
      const ActingAs acting(*identity);
      owned();
      // What the work owns may close files, which belongs to it.
      owned = nullptr;
    });
  }

 private:
  Executor& home_;
  const std::shared_ptr<const UnixIdentity> identity_;
};

// `co_await on(executor, task)`: the task and all that it awaits inherit `executor` instead of the caller's.
template <typename T>
class OnExecutor {
 public:
  OnExecutor(Executor& executor, Task<T> task) : executor_(executor), task_(std::move(task)) {}

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) const noexcept {
    const auto begun = task_.operator co_await().handle;
    begun.promise().continuation = caller;
    begun.promise().executor = &executor_;
    return begun;
  }
  T await_resume() const { return task_.operator co_await().await_resume(); }

 private:
  Executor& executor_;
  const Task<T> task_;
};

template <typename T>
OnExecutor<T> on(Executor& executor, Task<T> task) {
  return OnExecutor<T>(executor, std::move(task));
}

class ActingSource final : public Source {
 public:
  ActingSource(const ActingExecutor& executor, std::unique_ptr<Source> inner, bool may_block)
      : executor_(executor), inner_(std::move(inner)), may_block_(may_block) {}

  std::uint64_t remaining() const override { return inner_->remaining(); }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override {
    co_return co_await on(executor_, inner_->read(buffer));
  }
  // The right to read was checked when the file was opened, so from then on anybody may move its octets.
  std::optional<NativeFile> native() override {
    auto file = inner_->native();
    if (file) file->may_block = may_block_;
    return file;
  }

 private:
  ActingExecutor executor_;
  const std::unique_ptr<Source> inner_;
  const bool may_block_;
};

// The storage underneath takes every file for one that may block; whether it may is asked of its file system.
bool may_block(Source& source) {
  struct statfs facts;
  const auto file = source.native();
  return !file || ::fstatfs(file->descriptor, &facts) != 0 || !is_local_magic(static_cast<std::uint64_t>(facts.f_type));
}

Task<std::unique_ptr<Source>> acting(const ActingExecutor& executor, std::unique_ptr<Source> inner) {
  const bool blocks = co_await run_blocking([&] { return may_block(*inner); });
  co_return std::make_unique<ActingSource>(executor, std::move(inner), blocks);
}

// Without native(): writing as root would pass over the user's quota and keep set-user-ID bits.
class ActingSink final : public Sink {
 public:
  ActingSink(const ActingExecutor& executor, std::unique_ptr<Sink> inner)
      : executor_(executor), inner_(std::move(inner)) {}

  Task<Result<void>> start() override { co_return co_await on(executor_, inner_->start()); }
  Task<Result<void>> write(std::span<const std::byte> octets) override {
    co_return co_await on(executor_, inner_->write(octets));
  }
  Task<Result<void>> commit() override { co_return co_await on(executor_, inner_->commit()); }
  const FtpPath& path() const override { return inner_->path(); }
  std::uint64_t offset() const override { return inner_->offset(); }
  Task<Result<std::unique_ptr<Source>>> preview() override {
    auto source = co_await on(executor_, inner_->preview());
    if (!source || !*source) co_return source;
    co_return co_await acting(executor_, *std::move(source));
  }
  Task<void> keep_part() override { co_await on(executor_, inner_->keep_part()); }

 private:
  ActingExecutor executor_;  // before inner_, which may use it at its end
  const std::unique_ptr<Sink> inner_;
};

class ActingReader final : public DirectoryReader {
 public:
  ActingReader(const ActingExecutor& executor, std::unique_ptr<DirectoryReader> inner)
      : executor_(executor), inner_(std::move(inner)) {}
  Task<Result<std::span<const DirectoryEntry>>> next() override { co_return co_await on(executor_, inner_->next()); }

 private:
  ActingExecutor executor_;
  const std::unique_ptr<DirectoryReader> inner_;
};

class ActingFileSystem final : public FileSystem,
                               public ModeSetter,
                               public TimeSetter,
                               public SpaceTeller,
                               public OwnerSetter,
                               public LinkMaker,
                               public AttributeReader {
 public:
  ActingFileSystem(std::shared_ptr<FileSystem> inner, UnixIdentity identity)
      : inner_(std::move(inner)), identity_(std::make_shared<const UnixIdentity>(std::move(identity))) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->stat(path));
  }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    auto reader = co_await on(executor, inner_->list(path, detail));
    if (!reader) co_return reader;
    co_return std::make_unique<ActingReader>(executor, *std::move(reader));
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    auto source = co_await on(executor, inner_->open_read(path, offset));
    if (!source) co_return source;
    co_return co_await acting(executor, *std::move(source));
  }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    auto sink = co_await on(executor, inner_->open_write(path, request));
    if (!sink) co_return sink;
    co_return std::make_unique<ActingSink>(executor, *std::move(sink));
  }
  Task<Result<void>> make_directory(const FtpPath& path) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->make_directory(path));
  }
  Task<Result<void>> remove_directory(const FtpPath& path) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->remove_directory(path));
  }
  Task<Result<void>> remove_file(const FtpPath& path) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->remove_file(path));
  }
  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->rename(from, to, may_replace));
  }

  ModeSetter* mode_setter() override { return inner_->mode_setter() ? this : nullptr; }
  TimeSetter* time_setter() override { return inner_->time_setter() ? this : nullptr; }
  SpaceTeller* space_teller() override { return inner_->space_teller() ? this : nullptr; }
  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->mode_setter()->set_mode(path, mode));
  }
  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->time_setter()->set_modified(path, time));
  }
  OwnerSetter* owner_setter() override { return inner_->owner_setter() ? this : nullptr; }
  LinkMaker* link_maker() override { return inner_->link_maker() ? this : nullptr; }
  AttributeReader* attribute_reader() override { return inner_->attribute_reader() ? this : nullptr; }
  bool sets_created() const override { return inner_->time_setter()->sets_created(); }
  Task<Result<void>> set_created(const FtpPath& path, FileTime time) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->time_setter()->set_created(path, time));
  }
  Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                               const std::optional<std::string>& group) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->owner_setter()->set_owner(path, owner, group));
  }
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->link_maker()->make_link(path, target));
  }
  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->space_teller()->available(path));
  }
  Task<Result<FileAttributes>> attributes(const FtpPath& path) override {
    ActingExecutor executor(co_await current_executor(), identity_);
    co_return co_await on(executor, inner_->attribute_reader()->attributes(path));
  }

 private:
  const std::shared_ptr<FileSystem> inner_;
  const std::shared_ptr<const UnixIdentity> identity_;
};

// What the storage underneath tells users of their rights.
Identity seen_by_storage(const UnixIdentity& identity) {
  Identity result{.user = identity.user, .groups = identity.groups};
  result.groups.push_back(identity.group);
  std::ranges::sort(result.groups);
  return result;
}

}  // namespace

Result<std::shared_ptr<FileSystem>> local_directory_as(const std::string& directory, const UnixIdentity& identity) {
  constexpr std::size_t most_groups = 65'536;  // NGROUPS_MAX of Linux
  if (!may_act_as_others() || identity.groups.size() > most_groups)
    return std::unexpected(FsError(FsErrc::not_permitted, directory + ": cannot act as another user"));
  const LocalOptions options{.always_slow = true, .identity = seen_by_storage(identity)};
  const auto open = [&] {
    const ActingAs acting(identity);
    return open_local_directory(directory, options);
  };
  auto inner = open();
  if (!inner) return inner;
  return std::make_shared<ActingFileSystem>(*std::move(inner), identity);
}

}  // namespace ferry
