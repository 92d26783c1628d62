// Files being stored on the local disk.
//
// A new file, or a new content for an old one, is written without a name (O_TMPFILE) or, where the file system cannot
// do that, under a hidden one, and gets its name when the upload is complete: nobody sees half a file, and what was
// there before survives an upload that breaks off. Appending and resuming write into the old file, since what arrived
// has to stay for the next attempt; with Atomicity::always they write on a copy of it.
#pragma once

#include <ferry/filesystem.hpp>

#include "storage/local/local_tree.hpp"

namespace ferry {

// What all kinds share.
class LocalSink : public Sink {
 public:
  Task<Result<void>> write(std::span<const std::byte> octets) final;
  const FtpPath& path() const final { return path_; }
  std::uint64_t offset() const final { return begin_; }
  std::optional<NativeFile> native() final;

 protected:
  LocalSink(FtpPath path, const StoreRequest& request, bool may_block)
      : path_(std::move(path)),
        durability_(request.policy.durability),
        permission_bits_(request.permission_bits),
        may_block_(may_block) {}

  // Where writing begins.
  void begin_at(std::uint64_t offset) { begin_ = position_ = offset; }
  // Whether the commit may block: to write to the disk always does.
  bool commit_may_block() const { return may_block_ || durability_ != Durability::none; }
  // Of a new file: gives it the mode that was asked for. It cannot be made with that, since the umask of the process
  // would take bits away.
  Result<void> set_permission_bits();
  // Brings the content to the disk, where that is asked for.
  Result<void> sync_file();
  // Brings the name to the disk that the file has in `directory`, where that is asked for.
  Result<void> sync_directory(int directory);
  // Closes the file; the error is that of writes which the file system put off until now.
  Result<void> close_file();

  const FtpPath path_;
  const Durability durability_;
  const std::optional<std::uint32_t> permission_bits_;
  const bool may_block_;
  Descriptor file_;

 private:
  std::uint64_t begin_ = 0;
  std::uint64_t position_ = 0;
};

// An old file whose first octets a new one begins with. It stays claimed, and so open, until the new one is complete.
struct CopiedBeginning {
  Descriptor file;
  std::optional<std::uint64_t> length;  // nullopt: all of it, as it is at the start
};

// STOR, STOU; APPE where there is no such file; with Atomicity::always, everything.
class LocalNewFile final : public LocalSink {
 public:
  // `replaces`: there is an old file in `place`, and it may go.
  LocalNewFile(const LocalTree& tree, FtpPath path, Jail::Place place, bool replaces, const StoreRequest& request,
               bool may_block)
      : LocalSink(std::move(path), request, may_block),
        tree_(tree),
        place_(std::move(place)),
        replaces_(replaces),
        may_replace_(request.may_replace) {}
  ~LocalNewFile() override;

  // Both before start(). What cannot be made here shows before anything is made that somebody could see. May block.
  Result<void> prepare();
  void begin_with(CopiedBeginning beginning);

  Task<Result<void>> start() override;
  Task<Result<void>> commit() override;
  Task<Result<std::unique_ptr<Source>>> preview() override;
  Task<void> keep_part() override;

 private:
  Result<void> create();
  // None where the file system has no files without a name.
  Result<Descriptor> make_nameless() const;
  Result<void> create_hidden();
  Result<void> refused_create(int error) const;
  Task<Result<void>> copy_beginning();
  Result<std::unique_ptr<Source>> open_again() const;
  Result<void> publish();
  Result<void> publish_nameless();
  Result<void> publish_hidden();
  Result<void> take_over_attributes();

  const LocalTree& tree_;
  Jail::Place place_;
  bool replaces_;
  bool may_replace_;
  Descriptor nameless_;  // until start()
  std::optional<CopiedBeginning> beginning_;
  std::string hidden_name_;  // stands in place_ beside the final name; empty while there is none
  Executor* executor_ = nullptr;
};

// APPE, REST + STOR, RANG + STOR.
class LocalOldFile final : public LocalSink {
 public:
  // `request`: append, resume or patch; writing begins at `offset`.
  LocalOldFile(FtpPath path, Descriptor file, std::uint64_t offset, const StoreRequest& request, bool may_block)
      : LocalSink(std::move(path), request, may_block), mode_(request.mode) {
    file_ = std::move(file);
    begin_at(offset);
  }

  Task<Result<void>> start() override;
  Task<Result<void>> commit() override;

 private:
  Result<void> prepare();
  Result<void> finish();

  const StoreMode mode_;
};

// STOR with Atomicity::off: straight under its name.
class LocalPlainFile final : public LocalSink {
 public:
  // `replaces`: there was an old file in `place` when that was looked at.
  LocalPlainFile(const LocalTree& tree, FtpPath path, Jail::Place place, bool replaces, const StoreRequest& request,
                 bool may_block)
      : LocalSink(std::move(path), request, may_block),
        tree_(tree),
        place_(std::move(place)),
        replaces_(replaces),
        may_replace_(request.may_replace) {}

  Task<Result<void>> start() override;
  Task<Result<void>> commit() override;

 private:
  Result<void> open();
  Descriptor open_file(bool made) const;
  Result<void> finish();

  const LocalTree& tree_;
  const Jail::Place place_;
  const bool replaces_;
  const bool may_replace_;
};

// Of an open file that is to be written in place: `busy` where another upload writes into it, as the two would spoil
// each other's work. Several may claim it as `shared`, for none of which the file becomes shorter. Holds until the file
// is closed, in all processes that ask; file systems without locks say yes.
Result<void> claim_content(int fd, bool shared, const FtpPath& path);

// Whether a file may be made in the directory of `place`. May block.
Result<void> check_directory_writable(const FtpPath& path, const Jail::Place& place);

// Checks and prepares; changes nothing. May block.
Result<std::unique_ptr<Sink>> open_sink(const LocalTree& tree, const FtpPath& path, const StoreRequest& request);

}  // namespace ferry
