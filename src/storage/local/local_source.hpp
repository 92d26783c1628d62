// An open file of the local disk, for RETR.
#pragma once

#include <ferry/filesystem.hpp>

#include "storage/local/local_tree.hpp"

namespace ferry {

class LocalSource final : public Source {
 public:
  LocalSource(Descriptor file, std::uint64_t size, std::uint64_t offset, bool may_block)
      : file_(std::move(file)), remaining_(size - offset), offset_(offset), may_block_(may_block) {}

  std::uint64_t remaining() const override { return remaining_; }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override;
  std::optional<NativeFile> native() override;

 private:
  const Descriptor file_;
  const std::uint64_t remaining_;
  std::uint64_t offset_;
  const bool may_block_;
};

// May block.
Result<std::unique_ptr<Source>> open_source(const LocalTree& tree, const FtpPath& path, std::uint64_t offset);

}  // namespace ferry
