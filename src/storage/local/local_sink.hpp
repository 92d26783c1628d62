// Files being stored on the local disk.
//
// A new file, or a new content for an old one, is written without a name (O_TMPFILE) or, where the file system cannot
// do that, under a hidden one, and gets its name when the upload is complete: nobody sees half a file, and what was
// there before survives an upload that breaks off. Appending and resuming write into the old file, since what arrived
// has to stay for the next attempt.
#pragma once

#include <ferry/filesystem.hpp>

#include "storage/local/local_tree.hpp"

namespace ferry {

// What both kinds share.
class LocalSink : public Sink {
 public:
  Task<Result<void>> write(std::span<const std::byte> octets) final;
  const FtpPath& path() const final { return path_; }
  std::optional<NativeFile> native() final;

 protected:
  LocalSink(FtpPath path, bool may_block) : path_(std::move(path)), may_block_(may_block) {}

  // Closes the file; the error is that of writes which the file system put off until now.
  Result<void> close_file();

  const FtpPath path_;
  const bool may_block_;
  Descriptor file_;
  std::uint64_t position_ = 0;
};

// STOR, STOU; APPE where there is no such file.
class LocalNewFile final : public LocalSink {
 public:
  // `replaces`: there is an old file in `place`, and it may go.
  LocalNewFile(const LocalTree& tree, FtpPath path, Jail::Place place, bool replaces, bool may_replace, bool may_block)
      : LocalSink(std::move(path), may_block),
        tree_(tree),
        place_(std::move(place)),
        replaces_(replaces),
        may_replace_(may_replace) {}
  ~LocalNewFile() override;

  Task<Result<void>> start() override;
  Task<Result<void>> commit() override;

 private:
  Result<void> create();
  Result<void> refused_create(int error) const;
  Result<void> publish();
  Result<void> publish_nameless();
  Result<void> publish_hidden();
  Result<void> take_over_attributes();

  const LocalTree& tree_;
  Jail::Place place_;
  bool replaces_;
  const bool may_replace_;
  std::string hidden_name_;  // stands in place_ beside the final name; empty while there is none
  Executor* executor_ = nullptr;
};

// APPE, REST + STOR.
class LocalOldFile final : public LocalSink {
 public:
  // `cut`: writes from `offset` on, after cutting off what is behind; else at the end.
  LocalOldFile(FtpPath path, Descriptor file, std::uint64_t offset, bool cut, bool may_block)
      : LocalSink(std::move(path), may_block), cut_(cut) {
    file_ = std::move(file);
    position_ = offset;
  }

  Task<Result<void>> start() override;
  Task<Result<void>> commit() override;

 private:
  Result<void> prepare();

  const bool cut_;
};

// Checks and prepares; changes nothing. May block.
Result<std::unique_ptr<Sink>> open_sink(const LocalTree& tree, const FtpPath& path, const StoreRequest& request);

}  // namespace ferry
