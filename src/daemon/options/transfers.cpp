// What becomes of uploads.
#include "options/groups.hpp"

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view uploads = "Uploads";

const OptionRow transfer_rows[] = {
    {.group = uploads,
     .names = "--atomic-uploads",
     .value = "MODE",
     .help = "what gets its name only when it is complete: new (new files and new contents; appending and resuming "
             "write into the file; the default), always (appending and resuming too, on a copy), off (nothing)",
     .set = [](Options& o, const std::string& v) { return assign(parse_atomicity(v), o.config.uploads.atomic); }},
    {.group = uploads,
     .names = "--durability",
     .value = "WHAT",
     .help = "what is on the disk when an upload is said to be complete: none (whatever the system has written so far; "
             "the default), file (the content), full (its name too)",
     .set = [](Options& o, const std::string& v) { return assign(parse_durability(v), o.config.uploads.durability); }},
    {.group = uploads,
     .names = "--keep-partial",
     .value = "",
     .help = "keep what arrived of a new file whose upload broke off, under its name, for the client to resume",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.uploads.keep_partial); },
     .takes = Takes::nothing},
};

}  // namespace

std::span<const OptionRow> transfer_options() { return transfer_rows; }

}  // namespace ferry
