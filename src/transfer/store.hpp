// STOR, APPE, STOU: a file comes up the data connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include <ferry/filesystem.hpp>

#include "transfer/codec.hpp"
#include "transfer/digesters.hpp"
#include "transfer/transfer_job.hpp"

namespace ferry {

struct StoreOptions {
  std::unique_ptr<Decoder> decoder = nullptr;  // null: octets as they are
  bool use_splice = true;
  // The peer sent a restart marker, and the file has been written up to this offset. Whoever is told so may go on from
  // there: a transfer that breaks off later leaves its file in place, as far as it came. Null: markers are passed over.
  std::function<void(std::string_view marker, std::uint64_t file_offset)> on_marker = nullptr;
  std::unique_ptr<Digesters> digesters = nullptr;  // of the octets of the file; null: none
  bool keep_partial = false;                       // see UploadPolicy
  // Has the last word before the commit; empty: none. What it returns is the end, where that is not `complete`.
  std::function<Task<TransferEnd>(Sink&, std::vector<Digest>)> inspect{};
};

// Commits the sink only when the data came to its orderly end: what the decoder takes for one, and where there is none,
// that of the data connection: FIN in clear, close_notify under TLS.
std::unique_ptr<TransferJob> make_store_job(std::unique_ptr<Sink> sink, StoreOptions options);

}  // namespace ferry
