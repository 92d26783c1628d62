// A file system of which nothing can be changed: see ferry/storages.hpp.
#include <ferry/storages.hpp>

#include <utility>

#include "storage/wrappers/changed_reader.hpp"

namespace ferry {

namespace {

void forbid_changes(FileInfo& info) {
  info.access.write = false;
  info.access.removable = false;
}

std::unexpected<FsError> no(const FtpPath& path) {
  return std::unexpected(FsError(FsErrc::not_permitted, path.text() + ": read-only"));
}

// The abilities to change something are not passed on.
class ReadOnly final : public FileSystem {
 public:
  explicit ReadOnly(std::shared_ptr<FileSystem> files) : files_(std::move(files)) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    auto info = co_await files_->stat(path);
    if (info) forbid_changes(*info);
    co_return info;
  }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    auto reader = co_await files_->list(path, detail);
    if (!reader || detail == Detail::names) co_return reader;
    ChangedReader::Change change = [](DirectoryEntry& entry) {
      forbid_changes(entry.info);
      return true;
    };
    co_return std::make_unique<ChangedReader>(*std::move(reader), std::move(change));
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    return files_->open_read(path, offset);
  }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest&) override {
    co_return no(path);
  }
  Task<Result<void>> make_directory(const FtpPath& path) override { co_return no(path); }
  Task<Result<void>> remove_directory(const FtpPath& path) override { co_return no(path); }
  Task<Result<void>> remove_file(const FtpPath& path) override { co_return no(path); }
  Task<Result<void>> rename(const FtpPath& from, const FtpPath&, bool) override { co_return no(from); }

  SpaceTeller* space_teller() override { return files_->space_teller(); }
  AttributeReader* attribute_reader() override { return files_->attribute_reader(); }

 private:
  const std::shared_ptr<FileSystem> files_;
};

}  // namespace

std::shared_ptr<FileSystem> read_only(std::shared_ptr<FileSystem> files) {
  return std::make_shared<ReadOnly>(std::move(files));
}

}  // namespace ferry
