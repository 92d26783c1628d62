// What MLST and MLSD say about an entry: the facts of RFC 3659 §7.5, and their choice by OPTS MLST (§7.9).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <ferry/filesystem.hpp>
#include <ferry/permissions.hpp>

#include "protocol/syntax_error.hpp"

namespace ferry {

// In the order in which they are sent.
enum class Fact : std::uint8_t {
  type,
  perm,
  size,
  modify,
  create,
  unique,
  media_type,
  charset,
  unix_mode,
  unix_owner,
  unix_group,
  unix_uid,
  unix_gid,
};

class FactSet {
 public:
  constexpr FactSet() = default;

  constexpr bool contains(Fact fact) const { return (bits_ & bit(fact)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr FactSet with(Fact fact) const { return FactSet(bits_ | bit(fact)); }
  constexpr FactSet without(Fact fact) const { return FactSet(bits_ & ~bit(fact)); }

  friend constexpr bool operator==(FactSet, FactSet) = default;

 private:
  constexpr explicit FactSet(unsigned bits) : bits_(static_cast<std::uint16_t>(bits)) {}
  static constexpr unsigned bit(Fact fact) { return 1u << static_cast<unsigned>(fact); }
  std::uint16_t bits_ = 0;
};

// What is sent until OPTS MLST says otherwise: what costs nothing to find out and most user-PIs look at.
FactSet default_facts();

// The facts after "OPTS MLST ", such as "type;size;", in any case, each with its semicolon. Unknown ones are ignored;
// "" selects none.
std::expected<FactSet, SyntaxErrc> parse_opts_mlst(std::string_view facts);

// "type;size;", the list of the 200 reply to OPTS MLST (§7.9.1).
std::string format_selected(FactSet selected);

// "type*;size*;UNIX.owner;", the list of the MLST line of FEAT: all facts, a star after those selected (§7.8).
std::string format_feat(FactSet selected);

// What facts need beyond a FileInfo. What is empty is not said.
struct FurtherFacts {
  std::string_view media_type;   // perhaps with parameters, which are left out
  std::string_view charset;      // of the pathname, not of the content (§7.5.9)
  std::string_view link_target;  // the entry is to appear as a symbolic link that leads there (§7.5.1.5)
};

// Appends the facts, each with its ";". Not the space that follows even where there are no facts (§7.2). A directory is
// always type=dir: the entries cdir and pdir of §7.5.1 are optional, and ferry lists neither.
void append_facts(std::string& out, const FileInfo& info, Permissions permissions, FactSet facts,
                  const FurtherFacts& further = {});

// "type/subtype" as a fact can say it.
bool is_media_type(std::string_view text);

}  // namespace ferry
