// STOR, APPE, STOU: a file comes up the data connection.
#pragma once

#include <memory>

#include <ferry/filesystem.hpp>

#include "transfer/codec.hpp"
#include "transfer/transfer_job.hpp"

namespace ferry {

struct StoreOptions {
  std::unique_ptr<Decoder> decoder = nullptr;  // null: octets as they are
  bool use_splice = true;
};

// Commits the sink only when the data came to its orderly end: what the decoder takes for one, and where there is none,
// that of the data connection: FIN in clear, close_notify under TLS.
std::unique_ptr<TransferJob> make_store_job(std::unique_ptr<Sink> sink, StoreOptions options);

}  // namespace ferry
