// What MFF, MFMT, MDTM and SITE UTIME take is possible: modes up to 0777, names that are part of the argument and not
// empty.
#include "protocol/fact_changes.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

void check_name(std::string_view name, std::string_view argument) {
  must(!name.empty(), "a name is not empty");
  must(name.data() >= argument.data() && name.data() + name.size() <= argument.data() + argument.size(),
       "a name is a part of the argument");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const auto time = parse_time_and_name(text);
  if (time) check_name(time->name, text);
  if (time) must(begins_with_time(text), "what is a time and a name begins like one");
  if (const auto utime = parse_site_utime(text)) check_name(utime->name, text);
  if (const auto mode = parse_mode(text)) must(*mode <= 0777, "no set-user-ID, set-group-ID or sticky bit");

  const auto changes = parse_mff(text);
  if (!changes) return 0;
  check_name(changes->name, text);
  must(!changes->mode || *changes->mode <= 0777, "no set-user-ID, set-group-ID or sticky bit");
  const std::string written = format_changes(*changes) + " name";
  const auto again = parse_mff(written);
  const bool any = changes->modify || changes->create || changes->mode || changes->owner || changes->group;
  must(again.has_value() == any, "changes can be read again");
  if (again)
    must(again->mode == changes->mode && again->owner == changes->owner && again->group == changes->group &&
             again->modify.has_value() == changes->modify.has_value(),
         "changes survive being written");
  return 0;
}
