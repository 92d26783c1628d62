// An upload whose octets are taken out of a quota before they are written.
#pragma once

#include <memory>
#include <optional>

#include <ferry/filesystem.hpp>

#include "storage/quota/quota_books.hpp"
#include "storage/quota/seen_file.hpp"

namespace ferry {

class QuotaSink final : public Sink {
 public:
  // `old`: the file that was there when `inner` was opened, in the same turn.
  QuotaSink(std::shared_ptr<QuotaBooks> books, std::shared_ptr<FileSystem> files, std::unique_ptr<Sink> inner,
            const StoreRequest& request, std::optional<SeenFile> old);
  ~QuotaSink() override;

  Task<Result<void>> start() override;
  Task<Result<void>> write(std::span<const std::byte> octets) override;
  Task<Result<void>> commit() override;
  const FtpPath& path() const override { return path_; }
  std::uint64_t offset() const override { return inner_->offset(); }
  Task<Result<std::unique_ptr<Source>>> preview() override { return inner_->preview(); }
  Task<void> keep_part() override;
  std::optional<NativeFile> native() override;

 private:
  bool writes_a_copy() const;
  Task<Result<void>> start_in_place();
  Task<Result<void>> start_copy();
  // Takes what the start needs.
  Result<void> begin(const std::optional<SeenFile>& before, std::uint64_t copy);
  // Where the name was free at the start it has been paid for; it may also have become free since.
  bool pay_for_name(const std::optional<SeenFile>& before);
  // True where `after` is the new file, which has replaced `before`: then all that was taken is settled.
  bool settle(const std::optional<SeenFile>& before, const std::optional<SeenFile>& after);
  FsError over_quota() const { return {FsErrc::over_quota, path_.text()}; }

  const std::shared_ptr<QuotaBooks> books_;
  const std::shared_ptr<FileSystem> files_;
  std::unique_ptr<Sink> inner_;
  const FtpPath path_;
  const StoreRequest request_;
  const std::optional<SeenFile> old_;
  const bool in_place_;  // what is written may stay without a commit
  bool begun_ = false;
  std::optional<FileIdentity> claim_;
  std::uint64_t position_ = 0;
  std::uint64_t end_ = 0;  // of what stands there already, where that stays
  // Taken, and not yet part of a file that the quota counts.
  std::uint64_t copied_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t names_ = 0;
};

}  // namespace ferry
