// TYPE A: from every restart point the octets go on that a whole transfer would have sent, and lines come back as they
// were.
#include "transfer/ascii.hpp"

#include <cstring>

#include <ferry/sync_wait.hpp>

#include "fuzz/support/codecs.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

// A file that is read in pieces of at most so many octets.
class TextSource final : public Source {
 public:
  TextSource(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}
  std::uint64_t remaining() const override { return text_.size(); }
  Task<Result<std::size_t>> read(std::span<std::byte> room) override {
    const std::size_t n = std::min({room.size(), piece_, text_.size()});
    if (n > 0) std::memcpy(room.data(), text_.data(), n);
    text_.remove_prefix(n);
    co_return n;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const std::uint64_t point = in.number(2);
  const std::size_t piece = 1 + in.below(16);
  const std::string_view file = in.rest();

  AsciiEncoder whole;
  const std::string sent = encode(whole, {Cuts::Kind::whole, file});
  TextSource source(file, piece);
  const auto position = sync_wait(find_ascii_position(source, point));
  must(position.has_value() == (point <= sent.size()), "a restart point lies within what is sent");
  if (position) {
    must(position->file_offset <= file.size(), "and within the file");
    AsciiEncoder rest(position->cr_sent);
    must(encode(rest, {Cuts::Kind::mixed, file.substr(position->file_offset)}) == sent.substr(point),
         "and goes on there");
  }
  const Representation text{.type = DataType::ascii, .mode = TransferMode::stream};
  check_round_trip(text, file);
  check_decoder(text, file);
  return 0;
}
