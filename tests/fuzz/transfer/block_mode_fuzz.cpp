// MODE B: what is sent of a file becomes the same file; what a peer sends means the same however it is cut.
#include "fuzz/support/codecs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ferry::fuzz::check_mode(ferry::TransferMode::block, data, size);
  return 0;
}
