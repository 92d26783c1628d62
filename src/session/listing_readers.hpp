// Entries of a directory as LIST and NLST were asked for them: those that match a pattern, or in an order.
//
// Each is a DirectoryReader on top of another one. They keep the loop's other sessions going while they read on.
#pragma once

#include <cstdint>
#include <memory>

#include <ferry/filesystem.hpp>

#include "net/loop.hpp"
#include "protocol/glob.hpp"
#include "session/list_argument.hpp"

namespace ferry {

// The entries whose names match. `hidden_too`: a leading dot is nothing special.
std::unique_ptr<DirectoryReader> matching(std::unique_ptr<DirectoryReader> all, Glob glob, bool hidden_too, Loop& loop);

// The entries in their order, if they are at most `most`; otherwise as they come, with `most` of them in memory.
std::unique_ptr<DirectoryReader> in_order(std::unique_ptr<DirectoryReader> all, ListOrder order, std::uint32_t most,
                                          Loop& loop);

// What a listing takes from the storage. Outlived by the storage.
struct ListingNeeds {
  FileSystem& files;
  Loop& loop;
  Detail detail = Detail::full;
  std::optional<ListOrder> order;  // nullopt: as the entries come
  std::uint32_t most_sorted = 0;
};

// A directory of the storage, in the order that is asked for.
Task<Result<std::unique_ptr<DirectoryReader>>> open_ordered(const ListingNeeds& needs, const FtpPath& path);

}  // namespace ferry
