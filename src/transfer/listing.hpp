// LIST, NLST, MLSD: lines about the entries of a directory go down the data connection.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <ferry/filesystem.hpp>

#include "transfer/codec.hpp"
#include "transfer/transfer_job.hpp"

namespace ferry {

// Appends the line for one entry, CRLF included, or nothing.
using LineFormat = std::move_only_function<void(std::string& out, const DirectoryEntry& entry)>;

// Sends `head` and then a line for each entry of `reader`, which may be null; through `encoder`, unless that is null.
std::unique_ptr<TransferJob> make_listing_job(std::string head, std::unique_ptr<DirectoryReader> reader,
                                              LineFormat format, std::unique_ptr<Encoder> encoder = nullptr);

}  // namespace ferry
