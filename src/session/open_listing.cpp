#include "session/open_listing.hpp"

#include <ferry/config.hpp>

#include "protocol/list_format.hpp"
#include "session/reply_for.hpp"
#include "session/tree_walk.hpp"
#include "session/wire_names.hpp"

namespace ferry {

namespace {

using Opened = std::expected<OpenedListing, Reply>;

// A pathname in two parts: a directory by its name, and what is to be looked for below it.
struct Pattern {
  std::string at;                       // empty, or with a slash at its end; in UTF-8
  std::vector<std::string> components;  // the first one is a pattern
};

// nullopt where no pattern is allowed, or none is there.
std::optional<Pattern> split_pattern(std::string_view pathname, Globs globs) {
  while (pathname.ends_with('/')) pathname.remove_suffix(1);
  const std::size_t special = pathname.find_first_of("*?[");
  if (globs == Globs::off || special == std::string_view::npos) return std::nullopt;
  const std::size_t slash = pathname.rfind('/', special);
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  if (globs == Globs::plain && pathname.find('/', begin) != std::string_view::npos) {
    // Only the last component may be a pattern; those before it are names, whatever is in them.
    const std::size_t last = pathname.rfind('/') + 1;
    if (!has_glob_characters(pathname.substr(last))) return std::nullopt;
    return Pattern{std::string(pathname.substr(0, last)), {std::string(pathname.substr(last))}};
  }
  Pattern pattern{std::string(pathname.substr(0, begin)), {}};
  for (pathname.remove_prefix(begin);;) {
    const std::size_t end = pathname.find('/');
    const std::string_view component = pathname.substr(0, end);
    if (component == "..") {
      // Taken lexically, as everywhere (TVFS, RFC 3659 §6): "*/../*" is "*".
      if (pattern.components.empty())
        pattern.at += "../";
      else
        pattern.components.pop_back();
    } else if (!component.empty() && component != ".") {
      pattern.components.emplace_back(component);
    }
    if (end == std::string_view::npos) return pattern;
    pathname.remove_prefix(end + 1);
  }
}

// A directory that is called like a pattern is that directory.
Task<void> take_names_first(Session& session, Pattern& pattern) {
  while (pattern.components.size() > 1) {
    const std::string at = pattern.at + pattern.components.front();
    const auto path = FtpPath::resolve(session.directory, at);
    if (!path) co_return;
    const auto info = co_await session.files().stat(*path);
    if (!info || info->kind != FileKind::directory) co_return;
    pattern.at = at + '/';
    pattern.components.erase(pattern.components.begin());
  }
}

std::optional<std::vector<PatternComponent>> compile(const Pattern& pattern) {
  std::vector<PatternComponent> components;
  for (const std::string& text : pattern.components) {
    if (!has_glob_characters(text)) {
      components.emplace_back(text);
      continue;
    }
    auto glob = Glob::compile(text);
    if (!glob) return std::nullopt;
    components.emplace_back(*std::move(glob));
  }
  return components;
}

WalkBounds bounds_of(Session& session) {
  return {.may_list = [account = session.shared_account()](
                          const FtpPath& path) { return account->permissions_at(path, true).allows(Permission::list); },
          .most_visited = session.config().listings.most_visited};
}

Reply denied() { return {550, "Permission denied."}; }

Task<Opened> open_pattern(Session& session, Pattern pattern, const ListOptions& options, ListingNeeds needs) {
  if (session.config().listings.globs == Globs::full) co_await take_names_first(session, pattern);
  const FtpPath base = FtpPath::resolve(session.directory, pattern.at).value_or(session.directory);
  WalkBounds bounds = bounds_of(session);
  if (!bounds.may_list(base)) co_return std::unexpected(denied());
  // Whether there is such a directory is told at once.
  auto first = co_await session.files().list(base, needs.detail);
  if (!first) co_return std::unexpected(reply_for(first.error()));
  const ListingNeeds unordered{.files = needs.files, .loop = needs.loop, .detail = needs.detail, .order = {}};
  OpenedListing listing{
      .path = base, .at = session.on_the_wire(pattern.at), .single_name = {}, .single = {}, .reader = {}};
  if (pattern.components.empty()) {
    listing.reader = std::move(*first);
  } else {
    auto components = compile(pattern);
    if (!components) co_return std::unexpected(reply_for(FsErrc::bad_name));
    if (components->size() == 1 && std::holds_alternative<Glob>(components->front()))
      listing.reader =
          matching(std::move(*first), std::get<Glob>(std::move(components->front())), options.hidden, needs.loop);
    else
      listing.reader = walk_pattern(unordered, std::move(bounds), base, *std::move(components), options.hidden);
  }
  if (needs.order && needs.most_sorted > 0)
    listing.reader = in_order(std::move(listing.reader), *needs.order, needs.most_sorted, needs.loop);
  co_return listing;
}

}  // namespace

Task<Opened> open_listing(Session& session, const ListArgument& argument, Detail detail) {
  const ListOptions& options = argument.options;
  const Listings& settings = session.config().listings;
  const bool recursive = options.recursive && settings.recursive && !options.itself;
  if (options.order || options.classify || recursive) detail = Detail::full;
  const ListingNeeds needs{.files = session.files(),
                           .loop = session.loop(),
                           .detail = detail,
                           .order = options.order,
                           .most_sorted = settings.most_sorted};
  OpenedListing listing{.path = session.resolve(argument.pathname),
                        .at = std::string(argument.pathname),
                        .single_name = {},
                        .single = {},
                        .reader = {}};
  const auto info = co_await session.files().stat(listing.path);
  if (!info) {
    auto pattern = split_pattern(session.to_utf8(argument.pathname), settings.globs);
    if (!pattern) co_return std::unexpected(reply_for(info.error()));
    co_return co_await open_pattern(session, *std::move(pattern), options, needs);
  }
  if (info->kind != FileKind::directory || options.itself) {
    listing.single_name = listing.path.is_root() ? "." : std::string(listing.path.name());
    listing.single = *info;
    if (listing.at.empty()) listing.at = ".";
    co_return listing;
  }
  if (!listing.at.empty() && !listing.at.ends_with('/')) listing.at += '/';
  if (recursive) {
    listing.reader = walk_tree(needs, bounds_of(session), listing.path, !options.long_format.value_or(true));
    co_return listing;
  }
  auto opened = co_await open_ordered(needs, listing.path);
  if (!opened) co_return std::unexpected(reply_for(opened.error()));
  listing.reader = std::move(*opened);
  co_return listing;
}

namespace {

void append_class(std::string& out, const FileInfo& info) {
  if (info.kind == FileKind::directory) out += '/';
  if (info.kind == FileKind::regular && (info.mode & 0111) != 0) out += '*';
}

}  // namespace

LineFormat long_lines(const Session& session, const ListOptions& options, const std::string& at) {
  if (!options.classify && !options.recursive)
    return [clock = list_clock(session.config()), names = WireNames(session)](std::string& out,
                                                                              const DirectoryEntry& entry) mutable {
      const std::string_view name = names(entry.name);
      if (is_listable(name)) append_list_line(out, name, entry.info, clock.now, clock.zone_offset);
    };
  return [clock = list_clock(session.config()), names = WireNames(session), classify = options.classify,
          at = at.empty() ? std::string("./") : at](std::string& out, const DirectoryEntry& entry) mutable {
    if (const std::string_view directory = heading_of(entry); !directory.empty()) {
      out += "\r\n" + at;
      out += names(directory);
      out += ":\r\n";
      return;
    }
    const std::string_view name = names(entry.name);
    if (!is_listable(name)) return;
    append_list_line(out, name, entry.info, clock.now, clock.zone_offset);
    if (!classify) return;
    out.resize(out.size() - 2);
    append_class(out, entry.info);
    out += "\r\n";
  };
}

LineFormat name_lines(const Session& session, const ListOptions& options, std::string at) {
  return [at = std::move(at), names = WireNames(session), classify = options.classify](
             std::string& out, const DirectoryEntry& entry) mutable {
    const std::string_view name = names(entry.name);
    if (!is_listable(name)) return;
    out += at;
    out += name;
    if (classify) append_class(out, entry.info);
    out += "\r\n";
  };
}

}  // namespace ferry
