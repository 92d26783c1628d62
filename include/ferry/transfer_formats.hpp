// How files may look on a data connection, beyond TYPE A and I, STRU F and MODE S, which are always offered (RFC 959
// §3). docs/MAINFRAMES.md shows each with an example. What is off is refused with 504, and not listed by FEAT.
#pragma once

#include <cstdint>
#include <string>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

struct TransferFormats {
  bool ebcdic = true;           // TYPE E
  bool records = true;          // STRU R
  bool block_mode = true;       // MODE B
  bool compressed_mode = true;  // MODE C
  bool deflate_mode = true;     // MODE Z (draft-preston-ftpext-deflate-04)

  // MODE Z under TLS too. Off: how well data compresses shows in the length of what is encrypted, and whoever can put
  // text of his own beside a secret may find the secret out from that.
  bool deflate_under_tls = false;
  // An upload in MODE Z that has expanded to more than 64 MiB, and to more than so many times its size, is refused with
  // 552. Text expands to 3 to 20 times its size, zeros to 1000 times. 0: no limit but the storage's.
  std::uint32_t deflate_ratio = 250;

  // So many octets of the file are between two restart markers that a download in MODE B or C contains (RFC 959 §3.5),
  // or a few more where lines or records are kept whole. 0: no markers.
  std::uint64_t marker_interval = 0;

  // The EBCDIC code page of TYPE E, as iconv names it.
  std::string ebcdic_code_page = "IBM1047";
};

}  // namespace ferry
