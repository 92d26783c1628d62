// How files look on the data connection: data type, file structure and transmission mode (RFC 959 §3), and what encoder
// and decoder follow from the three.
//
// They are composed in this order: TYPE converts octets or characters, STRU divides them into records, MODE frames what
// comes out. A file that is sent as it is gets no encoder at all.
#pragma once

#include <cstdint>
#include <memory>

#include "protocol/ebcdic.hpp"
#include "transfer/codec.hpp"

namespace ferry {

enum class DataType : std::uint8_t { ascii, ebcdic, image };
enum class Form : std::uint8_t { non_print, telnet, carriage_control };  // of ASCII and EBCDIC; changes no octet here
enum class Structure : std::uint8_t { file, record };
enum class TransferMode : std::uint8_t { stream, block, compressed, deflate };

struct Representation {
  DataType type = DataType::ascii;
  Form form = Form::non_print;
  Structure structure = Structure::file;
  TransferMode mode = TransferMode::stream;
  int deflate_level = 6;  // of MODE Z, 0 to 9

  bool operator==(const Representation&) const = default;
};

// The restart markers that a download in MODE B or C contains. Each is the offset in the file at which it stands, as
// REST takes it.
struct RestartMarkers {
  std::uint64_t interval = 0;  // in the file, at least; 0: none
  std::uint64_t offset = 0;    // where in the file the download begins
};

// Null where the octets of the file go as they are. `cr_sent`: see AsciiPosition.
std::unique_ptr<Encoder> make_encoder(const Representation& representation, const EbcdicTable& ebcdic,
                                      bool cr_sent = false, RestartMarkers markers = {});

// The same for the lines of LIST and NLST, which end in CR LF (RFC 1123 §4.1.2.7: as TYPE E N while TYPE is E, else as
// TYPE A N).
std::unique_ptr<Encoder> make_listing_encoder(Representation representation, const EbcdicTable& ebcdic);

// Null where what comes is the file. `largest_ratio`: how many times its size MODE Z data may expand to (see
// DeflateDecoder).
std::unique_ptr<Decoder> make_decoder(const Representation& representation, const EbcdicTable& ebcdic,
                                      std::uint32_t largest_ratio);

}  // namespace ferry
