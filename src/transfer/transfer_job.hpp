// What flows over a data connection once it is open.
#pragma once

#include <vector>

#include <ferry/digests.hpp>

#include "transfer/data_connection.hpp"

namespace ferry {

class TransferJob {
 public:
  virtual ~TransferJob() = default;
  // Runs the whole transfer, up to and including the end of the data connection and, for uploads, the commit.
  virtual Task<TransferEnd> run(DataConnection& data) = 0;
  // The data said itself where it ends: once run() has ended in success, the data connection may serve another
  // transfer.
  virtual bool leaves_open() const { return false; }
  // Where in the file it begins; for uploads, which know it only when they have begun.
  virtual std::uint64_t offset() const { return 0; }
  // Of the octets that were moved, at the end; none where none were asked for.
  virtual std::vector<Digest> digests() { return {}; }
  // It goes down by send_file() where the kernel encrypts.
  virtual bool suits_kernel_tls() const { return false; }
  // False for listings.
  virtual bool moves_a_file() const { return true; }
};

}  // namespace ferry
