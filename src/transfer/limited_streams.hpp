// A Source or a Sink for a part of a file only (RANG, draft-bryan-ftp-range-08).
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include <ferry/filesystem.hpp>

namespace ferry {

// At most the next `most` octets of another source.
class LimitedSource final : public Source {
 public:
  LimitedSource(std::unique_ptr<Source> source, std::uint64_t most)
      : source_(std::move(source)), remaining_(std::min(source_->remaining(), most)), left_(remaining_) {}

  std::uint64_t remaining() const override { return remaining_; }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
    if (size == 0) co_return std::size_t{0};
    const auto read = co_await source_->read(buffer.first(size));
    if (read) left_ -= *read;
    co_return read;
  }
  // Who uses it moves no more than remaining() octets.
  std::optional<NativeFile> native() override { return source_->native(); }

 private:
  const std::unique_ptr<Source> source_;
  const std::uint64_t remaining_;
  std::uint64_t left_;
};

// Takes `most` octets; one more is `over_quota`, after the others have been written. It has no descriptor to offer: the
// kernel would not know where to stop.
class LimitedSink final : public Sink {
 public:
  LimitedSink(std::unique_ptr<Sink> sink, std::uint64_t most) : sink_(std::move(sink)), left_(most) {}

  Task<Result<void>> start() override { return sink_->start(); }
  Task<Result<void>> write(std::span<const std::byte> octets) override {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), left_));
    if (size > 0) {
      const auto written = co_await sink_->write(octets.first(size));
      if (!written) co_return written;
      left_ -= size;
    }
    if (size < octets.size()) co_return std::unexpected(FsError(FsErrc::over_quota, "more than the range of RANG"));
    co_return Result<void>();
  }
  Task<Result<void>> commit() override { return sink_->commit(); }
  const FtpPath& path() const override { return sink_->path(); }
  std::uint64_t offset() const override { return sink_->offset(); }
  Task<Result<std::unique_ptr<Source>>> preview() override { return sink_->preview(); }
  Task<void> keep_part() override { return sink_->keep_part(); }

 private:
  const std::unique_ptr<Sink> sink_;
  std::uint64_t left_;
};

}  // namespace ferry
