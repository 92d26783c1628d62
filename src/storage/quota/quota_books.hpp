// The books of one quota: what is used of it, and by what (see ferry/quota.hpp).
//
// Whoever changes a name, or looks at a file to book what a change makes of it, does both in one turn of `changes`: two
// who replaced or deleted one file at the same time would give its octets back twice. Octets that an upload writes are
// taken beforehand, without a turn.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <ferry/quota.hpp>

#include "base/turnstile.hpp"
#include "storage/quota/tree_count.hpp"

namespace ferry {

// The content of a file, whatever names it has; the path where the storage tells nothing better.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::string path;  // empty where the two tell

  bool is_certain() const { return path.empty(); }
  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

class QuotaBooks {
 public:
  using Clock = std::chrono::steady_clock;

  QuotaBooks(QuotaLimits limits, Clock::duration recount_after) : limits_(limits), recount_after_(recount_after) {}

  const QuotaLimits& limits() const { return limits_; }
  std::optional<QuotaUsage> usage() const;
  // nullopt without a limit.
  std::optional<std::uint64_t> octets_left() const;

  Turnstile changes{1};

  // False, and nothing is taken, where that is more than the limits leave.
  bool take(QuotaUsage amount);
  void give_back(QuotaUsage amount);
  // What was booked as one amount has turned out to be another.
  void correct(QuotaUsage booked, QuotaUsage real);
  // More may be booked than there is.
  void doubt();

  // In a turn. Whether the tree is to be counted now: not while uploads have taken what a count does not see.
  bool needs_count() const;
  void set_counted(const TreeCount& count);
  void begin_upload();
  void end_upload();

  // The right to write into an old file: no two uploads may (holes would make its size more than what was taken for
  // it), but for several that leave all of it there.
  bool claim(const FileIdentity& file, bool shared);
  void disclaim(const FileIdentity& file);
  void begin_reading(const FileIdentity& file);
  void end_reading(const FileIdentity& file);
  // A name of this file is gone: so many octets are given back when nobody reads it or writes into it any more, as they
  // are there until then.
  void give_back_when_unused(const FileIdentity& file, std::uint64_t octets);

 private:
  struct OpenFile {
    std::uint64_t readers = 0;
    std::uint64_t writers = 0;
    bool shared = false;     // by writers
    std::uint64_t gone = 0;  // octets to be given back at the end
  };

  // With the lock held, these three.
  bool fits(QuotaUsage amount) const;
  void lower(QuotaUsage amount);
  void close_if_unused(std::map<FileIdentity, OpenFile>::iterator file);

  const QuotaLimits limits_;
  const Clock::duration recount_after_;
  mutable std::mutex mutex_;
  QuotaUsage used_;
  std::optional<Clock::time_point> counted_;
  std::uint64_t uploads_ = 0;
  bool doubtful_ = false;
  bool refused_ = false;  // something, since the last count
  std::map<FileIdentity, OpenFile> open_;
};

}  // namespace ferry
