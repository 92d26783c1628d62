// RETR: a file goes down the data connection.
#pragma once

#include <memory>

#include <ferry/filesystem.hpp>

#include "transfer/transfer_job.hpp"

namespace ferry {

struct RetrieveOptions {
  bool ascii = false;
  bool ascii_cr_sent = false;  // see AsciiPosition
  bool use_sendfile = true;
};

std::unique_ptr<TransferJob> make_retrieve_job(std::unique_ptr<Source> source, RetrieveOptions options);

}  // namespace ferry
