// FileSystem over a directory of the local disk: see local_directory() in ferry/filesystem.hpp.
#pragma once

#include <memory>
#include <string>

#include <ferry/filesystem.hpp>

#include "storage/local/local_tree.hpp"

namespace ferry {

class LocalFileSystem final : public FileSystem,
                              public ModeSetter,
                              public TimeSetter,
                              public SpaceTeller,
                              public OwnerSetter,
                              public LinkMaker,
                              public AttributeReader {
 public:
  LocalFileSystem(Jail jail, const LocalOptions& options) : tree_(std::move(jail), options) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override;
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override;
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override;
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override;
  Task<Result<void>> make_directory(const FtpPath& path) override;
  Task<Result<void>> remove_directory(const FtpPath& path) override;
  Task<Result<void>> remove_file(const FtpPath& path) override;
  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override;

  ModeSetter* mode_setter() override { return this; }
  TimeSetter* time_setter() override { return this; }
  SpaceTeller* space_teller() override { return this; }
  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override;
  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override;
  Task<Result<std::uint64_t>> available(const FtpPath& path) override;
  OwnerSetter* owner_setter() override { return this; }
  LinkMaker* link_maker() override { return this; }
  AttributeReader* attribute_reader() override { return this; }
  Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                               const std::optional<std::string>& group) override;
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override;
  Task<Result<FileAttributes>> attributes(const FtpPath& path) override;

 private:
  LocalTree tree_;
};

// local_directory() with the roads of LocalOptions.
Result<std::shared_ptr<FileSystem>> open_local_directory(const std::string& directory, const LocalOptions& options);

}  // namespace ferry
