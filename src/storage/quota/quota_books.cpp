#include "storage/quota/quota_books.hpp"

#include <algorithm>
#include <limits>

namespace ferry {

namespace {

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

std::uint64_t left_of(const std::optional<std::uint64_t>& limit, std::uint64_t used) {
  if (!limit) return std::numeric_limits<std::uint64_t>::max();
  return *limit > used ? *limit - used : 0;
}

}  // namespace

std::optional<QuotaUsage> QuotaBooks::usage() const {
  const std::lock_guard lock(mutex_);
  return counted_ ? std::optional(used_) : std::nullopt;
}

std::optional<std::uint64_t> QuotaBooks::octets_left() const {
  if (!limits_.octets) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return left_of(limits_.octets, used_.octets);
}

bool QuotaBooks::fits(QuotaUsage amount) const {
  return amount.octets <= left_of(limits_.octets, used_.octets) && amount.files <= left_of(limits_.files, used_.files);
}

void QuotaBooks::lower(QuotaUsage amount) {
  used_.octets -= std::min(used_.octets, amount.octets);
  used_.files -= std::min(used_.files, amount.files);
}

bool QuotaBooks::take(QuotaUsage amount) {
  const std::lock_guard lock(mutex_);
  if (!fits(amount)) {
    refused_ = true;
    return false;
  }
  used_.octets = sum(used_.octets, amount.octets);
  used_.files = sum(used_.files, amount.files);
  return true;
}

void QuotaBooks::give_back(QuotaUsage amount) {
  const std::lock_guard lock(mutex_);
  lower(amount);
}

void QuotaBooks::correct(QuotaUsage booked, QuotaUsage real) {
  const std::lock_guard lock(mutex_);
  used_.octets = sum(used_.octets, real.octets);
  used_.files = sum(used_.files, real.files);
  lower(booked);
}

void QuotaBooks::doubt() {
  const std::lock_guard lock(mutex_);
  doubtful_ = true;
}

bool QuotaBooks::needs_count() const {
  const std::lock_guard lock(mutex_);
  if (!counted_) return true;
  if (uploads_ > 0) return false;
  const bool full = left_of(limits_.octets, used_.octets) == 0 || left_of(limits_.files, used_.files) == 0;
  return (doubtful_ && (refused_ || full)) || Clock::now() - *counted_ >= recount_after_;
}

void QuotaBooks::set_counted(const TreeCount& count) {
  const std::lock_guard lock(mutex_);
  // A count sees no file that has lost its name.
  std::uint64_t gone = 0;
  for (const auto& [file, open] : open_) gone = sum(gone, open.gone);
  if (count.everything) {
    used_ = {.octets = sum(count.usage.octets, gone), .files = count.usage.files};
  } else {
    used_.octets = std::max(used_.octets, count.usage.octets);
    used_.files = std::max(used_.files, count.usage.files);
  }
  counted_ = Clock::now();
  doubtful_ = false;
  refused_ = false;
}

void QuotaBooks::begin_upload() {
  const std::lock_guard lock(mutex_);
  ++uploads_;
}

void QuotaBooks::end_upload() {
  const std::lock_guard lock(mutex_);
  --uploads_;
}

bool QuotaBooks::claim(const FileIdentity& file, bool shared) {
  const std::lock_guard lock(mutex_);
  OpenFile& open = open_[file];
  if (open.writers > 0 && !(shared && open.shared)) return false;
  open.shared = shared;
  ++open.writers;
  return true;
}

void QuotaBooks::disclaim(const FileIdentity& file) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(file);
  --found->second.writers;
  close_if_unused(found);
}

void QuotaBooks::begin_reading(const FileIdentity& file) {
  const std::lock_guard lock(mutex_);
  ++open_[file].readers;
}

void QuotaBooks::end_reading(const FileIdentity& file) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(file);
  --found->second.readers;
  close_if_unused(found);
}

void QuotaBooks::close_if_unused(std::map<FileIdentity, OpenFile>::iterator file) {
  if (file->second.readers > 0 || file->second.writers > 0) return;
  lower({.octets = file->second.gone, .files = 0});
  open_.erase(file);
}

void QuotaBooks::give_back_when_unused(const FileIdentity& file, std::uint64_t octets) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(file);
  if (found == open_.end())
    lower({.octets = octets, .files = 0});
  else
    found->second.gone = sum(found->second.gone, octets);
}

}  // namespace ferry
