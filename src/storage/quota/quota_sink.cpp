#include "storage/quota/quota_sink.hpp"

#include <algorithm>
#include <utility>

namespace ferry {

namespace {

bool makes_new_content(const StoreRequest& request) {
  return request.mode == StoreMode::create || request.mode == StoreMode::unique;
}

}  // namespace

QuotaSink::QuotaSink(std::shared_ptr<QuotaBooks> books, std::shared_ptr<FileSystem> files, std::unique_ptr<Sink> inner,
                     const StoreRequest& request, std::optional<SeenFile> old)
    : books_(std::move(books)),
      files_(std::move(files)),
      inner_(std::move(inner)),
      path_(inner_->path()),
      request_(request),
      old_(std::move(old)),
      in_place_(!makes_new_content(request) || request.policy.atomic == Atomicity::off) {}

// What was taken is given back when what it was taken for is gone.
QuotaSink::~QuotaSink() {
  inner_.reset();
  if (claim_) books_->disclaim(*claim_);
  if (!begun_) return;
  if (in_place_ && written_ > 0) books_->doubt();
  books_->give_back({.octets = copied_ + (in_place_ ? 0 : written_), .files = names_});
  books_->end_upload();
}

bool QuotaSink::writes_a_copy() const {
  const bool goes_on = request_.mode == StoreMode::append || request_.mode == StoreMode::resume;
  return goes_on && old_ && request_.policy.atomic == Atomicity::always;
}

Task<Result<void>> QuotaSink::start() { return writes_a_copy() ? start_copy() : start_in_place(); }

Result<void> QuotaSink::begin(const std::optional<SeenFile>& before, std::uint64_t copy) {
  if (in_place_) {
    // What is under the name must be the file that was opened, or its size would be that of another one.
    const bool same = makes_new_content(request_) || !old_ || (before && before->identity == old_->identity);
    if (before && same && books_->claim(before->identity, request_.mode == StoreMode::patch)) claim_ = before->identity;
    if (!same || (before && !claim_))
      return std::unexpected(FsError(FsErrc::busy, path_.text() + ": another upload writes into it"));
  }
  const std::uint64_t names = before ? 0 : 1;
  if (!books_->take({.octets = copy, .files = names})) return std::unexpected(over_quota());
  copied_ = copy;
  names_ = names;
  books_->begin_upload();
  begun_ = true;
  return {};
}

Task<Result<void>> QuotaSink::start_in_place() {
  const Turnstile::Turn turn = co_await books_->changes.enter();
  const auto before = co_await look_at_file(*files_, path_);
  if (auto ready = begin(before, 0); !ready) co_return ready;
  Result<void> started = co_await inner_->start();
  position_ = inner_->offset();
  if (!in_place_) co_return started;
  // A new file may have its name from now on, and an old one may have been cut.
  const auto after = co_await look_at_file(*files_, path_);
  if (!after) co_return started;
  if (claim_ != after->identity) {
    if (claim_) books_->disclaim(*claim_);
    claim_.reset();
    if (books_->claim(after->identity, false)) claim_ = after->identity;
  }
  if (!before) names_ = 0;
  if (before) books_->give_back({.octets = before->octets - std::min(before->octets, after->octets), .files = 0});
  if (request_.mode == StoreMode::patch && before && after->identity.is_certain()) end_ = after->octets;
  co_return started;
}

// Copying takes its time, and changes no name: others have their turns meanwhile.
Task<Result<void>> QuotaSink::start_copy() {
  {
    const Turnstile::Turn turn = co_await books_->changes.enter();
    const auto before = co_await look_at_file(*files_, path_);
    const std::uint64_t size = std::max(old_->octets, before ? before->octets : 0);
    if (auto ready = begin(before, request_.mode == StoreMode::append ? size : request_.offset); !ready)
      co_return ready;
  }
  Result<void> started = co_await inner_->start();
  position_ = inner_->offset();
  if (started && position_ > copied_) {
    if (!books_->take({.octets = position_ - copied_, .files = 0})) co_return std::unexpected(over_quota());
    copied_ = position_;
  }
  co_return started;
}

Task<Result<void>> QuotaSink::write(std::span<const std::byte> octets) {
  const std::uint64_t there = end_ > position_ ? end_ - position_ : 0;
  const std::uint64_t more = octets.size() - std::min<std::uint64_t>(octets.size(), there);
  if (!books_->take({.octets = more, .files = 0})) co_return std::unexpected(over_quota());
  written_ += more;
  position_ += octets.size();
  co_return co_await inner_->write(octets);
}

bool QuotaSink::pay_for_name(const std::optional<SeenFile>& before) {
  if (before || in_place_ || names_ > 0) return true;
  if (!books_->take({.octets = 0, .files = 1})) return false;
  names_ = 1;
  return true;
}

bool QuotaSink::settle(const std::optional<SeenFile>& before, const std::optional<SeenFile>& after) {
  if (!after) return false;
  const bool certain = after->identity.is_certain();
  if (before && (certain ? before->identity == after->identity : in_place_)) return false;
  const std::uint64_t names = names_ + (before ? 1 : 0);
  books_->correct({.octets = copied_ + written_, .files = names}, {.octets = after->octets, .files = 1});
  if (before) books_->give_back_when_unused(before->identity, before->octets);
  copied_ = written_ = names_ = 0;
  return true;
}

Task<Result<void>> QuotaSink::commit() {
  const Turnstile::Turn turn = co_await books_->changes.enter();
  const auto before = co_await look_at_file(*files_, path_);
  if (!pay_for_name(before)) co_return std::unexpected(over_quota());
  Result<void> committed = co_await inner_->commit();
  const auto after = co_await look_at_file(*files_, path_);
  if (settle(before, after) || !committed) co_return committed;
  // It was written in place, or is now where this name does not lead: then it is there all the same.
  if (!in_place_ || !after || after->identity != claim_) books_->doubt();
  written_ = names_ = 0;
  co_return committed;
}

Task<void> QuotaSink::keep_part() {
  const Turnstile::Turn turn = co_await books_->changes.enter();
  const auto before = co_await look_at_file(*files_, path_);
  if (!pay_for_name(before)) co_return;
  co_await inner_->keep_part();
  const auto after = co_await look_at_file(*files_, path_);
  if (!before) settle(before, after);
}

std::optional<NativeFile> QuotaSink::native() { return books_->limits().octets ? std::nullopt : inner_->native(); }

}  // namespace ferry
