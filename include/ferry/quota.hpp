// Quotas: how much may be stored in a tree, whoever stores it over however many sessions.
//
//     auto quota = std::make_shared<ferry::Quota>(ferry::QuotaLimits{.octets = 10ull << 30});
//     account.files = ferry::with_quota(*ferry::local_directory("/srv/alice"), quota);
//
// An upload takes its octets out of the quota before it writes them, so parallel ones never write more than the limit
// together; what goes beyond it is `over_quota` (552), as is an upload that begins when nothing is left. One that
// breaks off gives back what it took, unless its octets stay (APPE, STOR after REST or RANG, parts that are kept).
//
// - While a file is being replaced, the old and the new one count both, as both are there; with Atomicity::always so do
//   an old file and the copy that is written to. What is deleted or replaced counts until nobody reads it or writes
//   into it any more.
// - Files are counted by their names: each name of a file with several counts with its full size, and a symbolic link
//   is a file of 0 octets. Directories do not count.
// - What is there already is counted by a walk through the tree, before the first upload or question that needs to
//   know, and again once that is older than an hour (`recount_after`): the next upload that finds no other under way
//   waits for it. What was put there or removed without the quota's knowledge counts from then on. So it does at once
//   where an upload would be refused although it is not known what became of an earlier one.
// - What the walk cannot list does not count at first; later counts never lower the usage when they could not look
//   everywhere.
// - FileInfo::device and inode should tell files apart: where they are 0, uploads that write into old files may count
//   for more than they are until the next count. FileAttributes::link should tell links from files: without an
//   AttributeReader, deleting a file looks through its directory.
// - Octets under a limit are moved by way of the Sink, as splice would pass the quota by; a limit of files alone costs
//   nothing of the kind.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>

namespace FERRY_API ferry {

struct QuotaLimits {
  std::optional<std::uint64_t> octets = {};  // nullopt: no limit, as below
  std::optional<std::uint64_t> files = {};
};

// What counts against the limits, with what uploads under way have taken. Without a limit of octets their number is no
// more than about right.
struct QuotaUsage {
  std::uint64_t octets = 0;
  std::uint64_t files = 0;

  friend bool operator==(const QuotaUsage&, const QuotaUsage&) = default;
};

class QuotaBooks;

// The limits and what is used of them, for all who count together: the logins of one user, or of several who share a
// tree. All the file systems that it is given to must show the same tree, and none of them another one of them.
//
// Lifetime: shared with its file systems; it should last as long as the server, since a new one has to count.
// Threads:  any.
class Quota {
 public:
  explicit Quota(QuotaLimits limits, std::chrono::steady_clock::duration recount_after = std::chrono::hours(1));
  ~Quota();
  Quota(const Quota&) = delete;
  Quota& operator=(const Quota&) = delete;

  const QuotaLimits& limits() const;
  // nullopt before the first count.
  std::optional<QuotaUsage> usage() const;

 private:
  friend std::shared_ptr<FileSystem> with_quota(std::shared_ptr<FileSystem> files, const std::shared_ptr<Quota>& quota);
  const std::shared_ptr<QuotaBooks> books_;
};

// `files` with what is stored there limited by `quota`. A SpaceTeller tells no more than the quota leaves. Changes of
// one quota are made one after the other, but for the octets of uploads, so a call of `files` that hangs holds up the
// changes of all who count together.
//
// Throws std::invalid_argument for a null file system or quota.
std::shared_ptr<FileSystem> with_quota(std::shared_ptr<FileSystem> files, const std::shared_ptr<Quota>& quota);

}  // namespace ferry
