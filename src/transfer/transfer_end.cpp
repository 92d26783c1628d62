#include "transfer/transfer_end.hpp"

namespace ferry {

TransferEnd TransferEnd::from(IoErrc io) {
  switch (io) {
    case IoErrc::none:
      return Kind::complete;
    case IoErrc::truncated:
      return Kind::truncated;
    case IoErrc::timed_out:
      return Kind::timed_out;
    case IoErrc::aborted:
      return Kind::aborted;
    case IoErrc::stopped:
      return Kind::stopped;
    case IoErrc::would_block:
    case IoErrc::lost:
    case IoErrc::tls_failed:
    case IoErrc::no_resource:
      return Kind::lost;
  }
  std::unreachable();
}

TransferEnd TransferEnd::from(DecodeErrc decoding) {
  switch (decoding) {
    case DecodeErrc::incomplete:
      return Kind::incomplete;
    case DecodeErrc::malformed:
      return Kind::malformed;
    case DecodeErrc::expands_too_much:
      return Kind::expands_too_much;
  }
  std::unreachable();
}

}  // namespace ferry
