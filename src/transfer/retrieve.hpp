// RETR: a file goes down the data connection.
#pragma once

#include <memory>

#include <ferry/filesystem.hpp>

#include "transfer/codec.hpp"
#include "transfer/digesters.hpp"
#include "transfer/transfer_job.hpp"

namespace ferry {

struct RetrieveOptions {
  std::unique_ptr<Encoder> encoder = nullptr;  // null: octets as they are
  bool use_sendfile = true;
  std::unique_ptr<Digesters> digesters = nullptr;  // of the octets of the file; null: none
};

std::unique_ptr<TransferJob> make_retrieve_job(std::unique_ptr<Source> source, RetrieveOptions options);

}  // namespace ferry
