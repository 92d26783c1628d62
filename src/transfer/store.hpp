// STOR, APPE, STOU: a file comes up the data connection.
#pragma once

#include <memory>

#include <ferry/filesystem.hpp>

#include "transfer/transfer_job.hpp"

namespace ferry {

struct StoreOptions {
  bool ascii = false;
  bool use_splice = true;
};

// Commits the sink only when the data connection came to its orderly end: FIN in clear, close_notify under TLS.
std::unique_ptr<TransferJob> make_store_job(std::unique_ptr<Sink> sink, StoreOptions options);

}  // namespace ferry
