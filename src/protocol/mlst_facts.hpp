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
enum class Fact : std::uint8_t { type, size, modify, create, perm, unique, unix_mode, unix_owner, unix_group };

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

// What is sent until OPTS MLST says otherwise: all but the owner and the group.
FactSet default_facts();

// The facts after "OPTS MLST ", such as "type;size;", in any case. Unknown ones are ignored; "" selects none.
std::expected<FactSet, SyntaxErrc> parse_opts_mlst(std::string_view facts);

// "type;size;", the list of the 200 reply to OPTS MLST (§7.9.1).
std::string format_selected(FactSet selected);

// "type*;size*;UNIX.owner;", the list of the MLST line of FEAT: all facts, a star after those selected (§7.8).
std::string format_feat(FactSet selected);

// Appends the facts, each with its ";". Not the space that follows even where there are no facts (§7.2). A directory is
// always type=dir: the entries cdir and pdir of §7.5.1 are optional, and ferry lists neither.
void append_facts(std::string& out, const FileInfo& info, Permissions permissions, FactSet facts);

}  // namespace ferry
