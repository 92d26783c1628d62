// What the server says and understands on the control connection.
#include "options/groups.hpp"

#include <algorithm>

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view habits = "Conversation";

SetResult add_disabled_commands(Options& options, const std::string& value) {
  std::string verbs = value;
  std::ranges::transform(verbs, verbs.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  for (std::string_view rest = verbs;;) {
    const std::size_t end = rest.find(',');
    const std::string_view verb = rest.substr(0, end);
    if (verb.empty()) return std::unexpected("holds no verb; give verbs with commas between them, such as HASH,XCRC");
    options.config.disabled_commands.emplace_back(verb);
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
}

SetResult add_network_encoding(Options& options, const std::string& value) {
  auto encoding = parse_network_encoding(value);
  if (!encoding) return std::unexpected(std::move(encoding).error());
  options.config.network_encodings.push_back(*std::move(encoding));
  return {};
}

SetResult add_media_type(Options& options, const std::string& value) {
  auto type = parse_media_type(value);
  if (!type) return std::unexpected(std::move(type).error());
  options.config.listings.media_types.insert_or_assign(std::move(type->first), std::move(type->second));
  return {};
}

const OptionRow conversation_rows[] = {
    {.group = habits,
     .names = "--banner",
     .value = "TEXT",
     .help = "what the server says first",
     .set = [](Options& o, const std::string& v) { return assign_text(v, o.config.banner); }},
    {.group = habits,
     .names = "--without",
     .value = "VERB[,VERB]",
     .help =
         "leave out these commands, such as HASH or \"SITE CHMOD\": the server does not know them, and FEAT does not "
         "list them. May be repeated",
     .set = add_disabled_commands,
     .repeatable = true,
     .setting = "disabled_commands"},
    {.group = habits,
     .names = "--permit-owner-changes",
     .value = "",
     .help = "let who may change modes change owners and groups too (MFF, SITE CHGRP)",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.permit_owner_changes); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--encoding",
     .value = "CHARSET",
     .help = "the characters of pathnames on the wire; default: UTF-8",
     .set = [](Options& o, const std::string& v) { return assign(parse_encoding(v), o.config.encoding); },
     .setting = "encoding"},
    {.group = habits,
     .names = "--network-encoding",
     .value = "NETWORK=CHARSET",
     .help =
         "the same for the clients of one network, such as 192.0.2.0/24; the first that fits counts. May be repeated",
     .set = add_network_encoding,
     .repeatable = true},
    {.group = habits,
     .names = "--globs",
     .value = "MODE",
     .help =
         "patterns with *, ? and [a-z] in LIST, NLST and STAT: off, plain (in the last component; the default), full",
     .set = [](Options& o, const std::string& v) { return assign(parse_globs(v), o.config.listings.globs); }},
    {.group = habits,
     .names = "--list-recursive",
     .value = "",
     .help = "let LIST -R and NLST -R descend",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.listings.recursive); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--link-targets",
     .value = "",
     .help = "let MLSD and MLST show symbolic links as links with their targets, instead of as what they lead to",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.listings.link_targets); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--media-type",
     .value = "SUFFIX=TYPE",
     .help =
         "the media type of files whose names end so, such as .pdf=application/pdf, for the media-type fact of MLSD "
         "and MLST, where a file has no attribute user.mime_type. May be repeated",
     .set = add_media_type,
     .repeatable = true,
     .setting = "listings.media_types"},
    {.group = habits,
     .names = "--use-localtime",
     .value = "",
     .help = "show local times in LIST instead of UTC",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.local_time); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--disable-sendfile",
     .value = "",
     .help = "send files without sendfile(2)",
     .set = [](Options& o, const std::string&) -> SetResult {
       o.config.use_sendfile = false;
       return {};
     },
     .takes = Takes::nothing},
};

}  // namespace

std::span<const OptionRow> conversation_options() { return conversation_rows; }

}  // namespace ferry
