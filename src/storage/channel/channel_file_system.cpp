#include "storage/channel/channel_file_system.hpp"

#include <sys/stat.h>
#include <sys/statfs.h>

#include <algorithm>
#include <cerrno>

#include "storage/channel/files_channel.hpp"
#include "storage/local/local_source.hpp"
#include "storage/local/local_tree.hpp"
#include "storage/local/mounts.hpp"
#include "storage/local/refused.hpp"

namespace ferry {

namespace {

// What the parts share.
struct Connection {
  Connection(Descriptor socket, ChannelOptions the_options)
      : options(std::move(the_options)), channel(std::move(socket)) {}

  const ChannelOptions options;
  FilesChannel channel;  // ends before what the options keep
  OwnerNames owners;
};

// Asks on the pool, as the answer may take its time.
Task<Result<FilesChannel::Reply>> ask(Connection& connection, const FileRequest& request) {
  co_return co_await run_blocking([&] { return connection.channel.ask(request); });
}

Task<Result<void>> tell(Connection& connection, const FileRequest& request) {
  auto reply = co_await ask(connection, request);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return Result<void>();
}

// The numbers are those of this machine, and so are the names.
void name_owners(Connection& connection, FileInfo& info) {
  if (!info.owner_id || !info.group_id) return;
  if (!name_owners_if_known(connection.owners, *info.owner_id, *info.group_id, info))
    ferry::name_owners(connection.owners, *info.owner_id, *info.group_id, info);
}

bool may_block(int fd) {
  struct statfs facts;
  return ::fstatfs(fd, &facts) != 0 || !is_local_magic(static_cast<std::uint64_t>(facts.f_type));
}

// Asks for an open file; nullptr where none came with the answer. Blocks.
Result<std::unique_ptr<Source>> fetch_source(Connection& connection, const FileRequest& request, std::uint64_t offset) {
  auto reply = connection.channel.ask(request);
  if (!reply) return std::unexpected(std::move(reply.error()));
  Descriptor file = std::move(reply->file);
  if (!file) return nullptr;
  struct stat facts;
  if (::fstat(file.get(), &facts) != 0) return std::unexpected(FsErrc::failed);
  // It may have become shorter since the offset was found to be good.
  const std::uint64_t size = std::max(static_cast<std::uint64_t>(facts.st_size), offset);
  const bool blocks = may_block(file.get());
  return std::make_unique<LocalSource>(std::move(file), size, offset, blocks);
}

// A handle of the other process.
class Handle {
 public:
  Handle(std::shared_ptr<Connection> connection, std::uint32_t number)
      : connection_(std::move(connection)), number_(number) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { connection_->channel.release(number_); }

  Connection& connection() const { return *connection_; }
  std::uint32_t number() const { return number_; }

 private:
  const std::shared_ptr<Connection> connection_;
  const std::uint32_t number_;
};

class ChannelReader final : public DirectoryReader {
 public:
  ChannelReader(std::shared_ptr<Connection> connection, std::uint32_t handle)
      : handle_(std::move(connection), handle) {}

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    auto reply = co_await run_blocking([&] { return fetch(); });
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    reply_ = *std::move(reply);
    co_return std::span<const DirectoryEntry>(reply_.answer.entries);
  }

 private:
  Result<FilesChannel::Reply> fetch() const {
    Connection& connection = handle_.connection();
    auto reply = connection.channel.ask({.call = FileCall::entries, .handle = handle_.number()});
    if (reply)
      for (DirectoryEntry& entry : reply->answer.entries) name_owners(connection, entry.info);
    return reply;
  }

  const Handle handle_;
  FilesChannel::Reply reply_;
};

class ChannelSink final : public Sink {
 public:
  ChannelSink(std::shared_ptr<Connection> connection, const FileAnswer& opened)
      : handle_(std::move(connection), opened.handle), path_(opened.path), offset_(opened.number) {}

  Task<Result<void>> start() override {
    co_return co_await run_blocking([&] { return start_there(); });
  }

  Task<Result<void>> write(std::span<const std::byte> octets) override {
    co_return co_await run_blocking([&] { return write_there(octets); });
  }

  Task<Result<void>> commit() override {
    co_return co_await run_blocking([&] { return close_and_tell(FileCall::commit); });
  }

  const FtpPath& path() const override { return path_; }
  std::uint64_t offset() const override { return offset_; }

  Task<Result<std::unique_ptr<Source>>> preview() override {
    const FileRequest request{.call = FileCall::preview, .handle = handle_.number()};
    co_return co_await run_blocking([&] { return fetch_source(handle_.connection(), request, 0); });
  }

  Task<void> keep_part() override {
    co_await run_blocking([&] { static_cast<void>(close_and_tell(FileCall::keep_part)); });
  }

  std::optional<NativeFile> native() override {
    if (!file_) return std::nullopt;
    return NativeFile{.descriptor = file_.get(), .offset = offset_, .may_block = blocks_};
  }

 private:
  Result<void> start_there() {
    const bool here = handle_.connection().options.writes_here;
    auto reply = handle_.connection().channel.ask({.call = FileCall::start, .handle = handle_.number(), .flag = here});
    if (!reply) return std::unexpected(std::move(reply.error()));
    offset_ = reply->answer.number;
    if (!here || !reply->file) return {};
    file_ = std::move(reply->file);
    blocks_ = may_block(file_.get());
    return {};
  }

  // Some file systems tell only at a close that there was no room, and only once.
  Result<void> close_and_tell(FileCall call) {
    if (!file_.close()) return refused(errno, "close", path_.text());
    auto reply = handle_.connection().channel.ask({.call = call, .handle = handle_.number()});
    if (!reply) return std::unexpected(std::move(reply.error()));
    return {};
  }

  Result<void> write_there(std::span<const std::byte> octets) const {
    while (!octets.empty()) {
      const auto piece = octets.first(std::min(octets.size(), largest_write));
      const std::string_view text(reinterpret_cast<const char*>(piece.data()), piece.size());
      const auto reply =
          handle_.connection().channel.ask({.call = FileCall::write, .handle = handle_.number(), .octets = text});
      if (!reply) return std::unexpected(reply.error());
      octets = octets.subspan(piece.size());
    }
    return {};
  }

  const Handle handle_;
  const FtpPath path_;
  std::uint64_t offset_;
  Descriptor file_;  // to write to, where that is done here
  bool blocks_ = false;
};

class ChannelFileSystem final : public FileSystem,
                                public ModeSetter,
                                public TimeSetter,
                                public SpaceTeller,
                                public OwnerSetter,
                                public LinkMaker,
                                public AttributeReader {
 public:
  explicit ChannelFileSystem(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    const FileRequest request{.call = FileCall::stat, .path = path};
    co_return co_await run_blocking([&]() -> Result<FileInfo> {
      auto reply = connection_->channel.ask(request);
      if (!reply) return std::unexpected(std::move(reply.error()));
      name_owners(*connection_, reply->answer.info);
      return reply->answer.info;
    });
  }

  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    const FileRequest request{.call = FileCall::list, .path = path, .flag = detail == Detail::full};
    auto reply = co_await ask(*connection_, request);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return std::make_unique<ChannelReader>(connection_, reply->answer.handle);
  }

  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    const FileRequest request{.call = FileCall::open_read, .path = path, .number = offset};
    auto source = co_await run_blocking([&] { return fetch_source(*connection_, request, offset); });
    if (source && !*source) co_return std::unexpected(FsError(FsErrc::failed, "no file came"));
    co_return source;
  }

  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& store) override {
    const FileRequest request{.call = FileCall::open_write, .path = path, .store = store};
    auto reply = co_await ask(*connection_, request);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return std::make_unique<ChannelSink>(connection_, reply->answer);
  }

  Task<Result<void>> make_directory(const FtpPath& path) override {
    const FileRequest request{.call = FileCall::make_directory, .path = path};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<void>> remove_directory(const FtpPath& path) override {
    const FileRequest request{.call = FileCall::remove_directory, .path = path};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<void>> remove_file(const FtpPath& path) override {
    const FileRequest request{.call = FileCall::remove_file, .path = path};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    const FileRequest request{.call = FileCall::rename, .path = from, .other = to, .flag = may_replace};
    co_return co_await tell(*connection_, request);
  }

  ModeSetter* mode_setter() override { return this; }
  TimeSetter* time_setter() override { return this; }
  SpaceTeller* space_teller() override { return this; }
  OwnerSetter* owner_setter() override { return this; }
  LinkMaker* link_maker() override { return this; }
  AttributeReader* attribute_reader() override { return this; }

  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    const FileRequest request{.call = FileCall::set_mode, .path = path, .number = mode & 0777};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override {
    const FileRequest request{.call = FileCall::set_modified, .path = path, .time = time};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                               const std::optional<std::string>& group) override {
    const FileRequest request{.call = FileCall::set_owner, .path = path, .owner = owner, .group = group};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    const FileRequest request{.call = FileCall::make_link, .path = path, .other = target};
    co_return co_await tell(*connection_, request);
  }
  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    const FileRequest request{.call = FileCall::available, .path = path};
    auto reply = co_await ask(*connection_, request);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return reply->answer.number;
  }
  Task<Result<FileAttributes>> attributes(const FtpPath& path) override {
    const FileRequest request{.call = FileCall::attributes, .path = path};
    auto reply = co_await ask(*connection_, request);
    if (!reply) co_return std::unexpected(std::move(reply.error()));
    co_return std::move(reply->answer.attributes);
  }

 private:
  const std::shared_ptr<Connection> connection_;
};

}  // namespace

std::optional<Result<std::shared_ptr<FileSystem>>> files_over(Descriptor channel, ChannelOptions options) {
  auto connection = std::make_shared<Connection>(std::move(channel), std::move(options));
  auto greeting = connection->channel.greeting();
  if (!greeting) return std::nullopt;
  if (!*greeting) return std::unexpected(std::move(greeting->error()));
  return std::make_shared<ChannelFileSystem>(std::move(connection));
}

}  // namespace ferry
