// A choice of facts survives being written; whatever an entry's facts are, they make one line of `name=value;` words.
#include "protocol/mlst_facts.hpp"

#include <algorithm>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

FileTime time_of(Input& in) { return FileTime(FileTime::duration(static_cast<std::int64_t>(in.number()))); }

void check_words(std::string_view facts) {
  while (!facts.empty()) {
    const std::size_t end = facts.find(';');
    must(end != std::string_view::npos, "each fact ends with a semicolon");
    const std::string_view fact = facts.substr(0, end);
    facts.remove_prefix(end + 1);
    const std::size_t equals = fact.find('=');
    must(equals != std::string_view::npos && equals > 0, "each fact has a name and an equals sign");
    for (const char c : fact) must(c > ' ' && c <= '~', "facts are printable and hold no space");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto chosen = parse_opts_mlst(in.text_before('\n'));
  const FactSet facts = chosen.value_or(default_facts());
  must(parse_opts_mlst(format_selected(facts)) == facts, "a choice survives being written");
  const std::string feat = format_feat(facts);
  must(static_cast<std::size_t>(std::count(feat.begin(), feat.end(), '*')) == static_cast<std::size_t>([&] {
         const std::string selected = format_selected(facts);
         return std::count(selected.begin(), selected.end(), ';');
       }()),
       "FEAT has a star for each chosen fact");

  FileInfo info;
  info.kind = static_cast<FileKind>(in.below(4));
  const std::uint8_t access = in.octet();
  info.access = {(access & 1) != 0, (access & 2) != 0, (access & 4) != 0, (access & 8) != 0};
  info.mode = static_cast<std::uint32_t>(in.number(4));
  info.size = in.number();
  info.modified = time_of(in);
  if (in.flag()) info.created = time_of(in);
  info.device = in.number();
  info.inode = in.number();
  info.owner = in.text_before('\n');
  info.group = in.rest();
  std::string line;
  append_facts(line, info, access & 16 ? Permissions::all() : Permissions::read_only(), facts);
  check_words(line);
  return 0;
}
