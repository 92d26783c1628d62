#include "storage/local/local_file_system.hpp"

#include "storage/local/local_directory_reader.hpp"
#include "storage/local/local_sink.hpp"
#include "storage/local/local_source.hpp"
#include "storage/local/offload.hpp"
#include "storage/local/operations.hpp"

namespace ferry {

Task<Result<FileInfo>> LocalFileSystem::stat(const FtpPath& path) {
  Result<FactsOfOne> facts = co_await offload(tree_.mounts.may_block(), [&] { return facts_of(tree_, path); });
  if (!facts) co_return std::unexpected(std::move(facts.error()));
  FileInfo info = facts->info;
  if (!name_owners_if_known(tree_.owners, facts->user, facts->group, info))
    co_await run_blocking([&] { name_owners(tree_.owners, facts->user, facts->group, info); });
  co_return info;
}

Task<Result<std::unique_ptr<DirectoryReader>>> LocalFileSystem::list(const FtpPath& path, Detail detail) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return open_directory(tree_, path, detail); });
}

Task<Result<std::unique_ptr<Source>>> LocalFileSystem::open_read(const FtpPath& path, std::uint64_t offset) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return open_source(tree_, path, offset); });
}

Task<Result<std::unique_ptr<Sink>>> LocalFileSystem::open_write(const FtpPath& path, const StoreRequest& request) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return open_sink(tree_, path, request); });
}

Task<Result<void>> LocalFileSystem::make_directory(const FtpPath& path) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return ferry::make_directory(tree_, path); });
}

Task<Result<void>> LocalFileSystem::remove_directory(const FtpPath& path) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return ferry::remove_directory(tree_, path); });
}

Task<Result<void>> LocalFileSystem::remove_file(const FtpPath& path) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return ferry::remove_file(tree_, path); });
}

Task<Result<void>> LocalFileSystem::rename(const FtpPath& from, const FtpPath& to, bool may_replace) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return rename_entry(tree_, from, to, may_replace); });
}

Task<Result<void>> LocalFileSystem::set_mode(const FtpPath& path, std::uint32_t mode) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return ferry::set_mode(tree_, path, mode); });
}

Task<Result<void>> LocalFileSystem::set_modified(const FtpPath& path, FileTime time) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return ferry::set_modified(tree_, path, time); });
}

Task<Result<std::uint64_t>> LocalFileSystem::available(const FtpPath& path) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return available_space(tree_, path); });
}

// A name may have to be looked up in a directory service.
Task<Result<void>> LocalFileSystem::set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                                              const std::optional<std::string>& group) {
  co_return co_await run_blocking([&] { return ferry::set_owner(tree_, path, owner, group); });
}

Task<Result<void>> LocalFileSystem::make_link(const FtpPath& path, const FtpPath& target) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return ferry::make_link(tree_, path, target); });
}

Task<Result<FileAttributes>> LocalFileSystem::attributes(const FtpPath& path) {
  co_return co_await offload(tree_.mounts.may_block(), [&] { return attributes_of(tree_, path); });
}

Result<std::shared_ptr<FileSystem>> open_local_directory(const std::string& directory, const LocalOptions& options) {
  Result<Jail> jail = Jail::open(directory, options.method);
  if (!jail) return std::unexpected(std::move(jail.error()));
  return std::make_shared<LocalFileSystem>(std::move(*jail), options);
}

Result<std::shared_ptr<FileSystem>> local_directory(const std::string& directory) {
  return open_local_directory(directory, LocalOptions());
}

}  // namespace ferry
