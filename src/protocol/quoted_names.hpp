// Pathnames in quotes, as the commands take them that name several files or let numbers follow a name: XCRC and its
// kin, MMD5, COMB. No standard describes them; this is what GlobalSCAPE's and Rhino's servers and clients made common.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/syntax_error.hpp"

namespace ferry {

// A file, or the part of it from `start` up to, not including, `end`.
struct FilePart {
  std::string name;
  std::uint64_t start = 0;
  std::optional<std::uint64_t> end;  // none: the end of the file

  friend bool operator==(const FilePart&, const FilePart&) = default;
};

struct ChecksumRequest {
  FilePart part;
  // Without quotes, numbers at the end may belong to the name. Then this is the other reading, for the case that no
  // file has the whole name.
  std::optional<FilePart> otherwise;
};

// XCRC, XMD5, XSHA1 ...: `name`, `"name"`, each perhaps with ` end` or ` start end` behind it (GlobalSCAPE EFT).
std::expected<ChecksumRequest, SyntaxErrc> parse_checksum_request(std::string_view argument);

// COMB: names separated by spaces, those with spaces in quotes. At least one, at most `most`.
std::expected<std::vector<std::string>, SyntaxErrc> parse_names(std::string_view argument, std::size_t most);

// MMD5: names separated by commas, perhaps in quotes. At least one, at most `most`.
std::expected<std::vector<std::string>, SyntaxErrc> parse_names_with_commas(std::string_view argument,
                                                                            std::size_t most);

}  // namespace ferry
