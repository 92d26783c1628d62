// Whatever two user-PIs do on control and data connections: each command gets one final reply, in its turn; nothing
// beside the root is seen or changed; a file is an old one or a complete one; no session or descriptor stays.
#include "fuzz/server/session/program.hpp"
#include "fuzz/support/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto& world = *new ferry::fuzz::World();  // as long as the process
  ferry::fuzz::play(world, ferry::fuzz::text_of(data, size));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  return ferry::fuzz::mutate(data, size, most, seed);
}
