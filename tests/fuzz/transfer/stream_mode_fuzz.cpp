// MODE S with TYPE A and E and STRU R: a file comes back as it was; what a peer sends means the same however it is cut.
#include "fuzz/support/codecs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ferry::fuzz::check_mode(ferry::TransferMode::stream, data, size);
  return 0;
}
