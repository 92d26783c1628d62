// What is done with whole files on the server itself: digests and copies, as bulk work (bulk_work.hpp).
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include <ferry/filesystem.hpp>

#include "transfer/bulk_work.hpp"
#include "transfer/digest.hpp"
#include "transfer/digesters.hpp"
#include "transfer/transfer_end.hpp"

namespace ferry {

struct BulkWork {
  Turnstile& gate;
  const Cancellation& cancellation;
};

// The digest of the next `octets` octets of `source`. That the file became shorter meanwhile is an error of the
// storage.
Task<std::expected<std::string, TransferEnd>> digest_of(Source& source, std::uint64_t octets, DigestKind kind,
                                                        BulkWork work);

// Moves what `source` has left into `sink`, which has been started and has taken `written` octets of this kind before;
// by the kernel (copy_file_range) where both are files of the operating system and there are no `digesters`, which see
// the octets that pass. Commits nothing.
Task<TransferEnd> copy_octets(Source& source, Sink& sink, std::uint64_t written, BulkWork work,
                              Digesters* digesters = nullptr);

}  // namespace ferry
