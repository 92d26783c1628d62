#include "session/entry_facts.hpp"

#include "base/text.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

// Entries whose attributes are asked for before others on the loop get their turn.
constexpr std::size_t facts_to_a_turn = 32;

}  // namespace

EntryFacts::EntryFacts(const Session& session)
    : facts_(session.facts),
      charset_(session.charset()),
      table_(session.config().listings.media_types),
      media_types_(facts_.contains(Fact::media_type)),
      links_(session.config().listings.link_targets && facts_.contains(Fact::type)) {}

bool EntryFacts::need_attributes(FileKind kind, bool may_be_link) const {
  return (media_types_ && kind == FileKind::regular) || (links_ && may_be_link && kind != FileKind::broken_link);
}

// RFC 3659 §7.5.8: never guessed; the operator's table is no guess.
std::string_view EntryFacts::media_type(std::string_view name, const FileAttributes& attributes) const {
  if (!attributes.media_type.empty()) return attributes.media_type;
  std::string_view suffix;
  std::string_view type;
  for (const auto& [end, its_type] : table_) {
    if (end.size() <= suffix.size() || !name.ends_with(end)) continue;
    suffix = end;
    type = its_type;
  }
  return type;
}

void EntryFacts::append(std::string& out, std::string_view name, std::string_view on_the_wire, const FileInfo& info,
                        Permissions permissions, const FileAttributes& attributes) const {
  FurtherFacts further;
  std::string target;
  if (media_types_ && info.kind == FileKind::regular) further.media_type = media_type(name, attributes);
  // A name that is no UTF-8 goes as it is.
  if (!charset_.is_utf8() || is_valid_utf8(on_the_wire)) further.charset = charset_.name();
  if (links_ && attributes.link_target) {
    target = charset_.from_utf8(attributes.link_target->text());
    further.link_target = target;
  }
  append_facts(out, info, permissions, facts_, further);
}

Task<Result<std::span<const DirectoryEntry>>> AttributedReader::next() {
  const auto entries = co_await inner_->next();
  if (!entries) co_return entries;
  entries_ = *entries;
  found_.assign(entries_.size(), FileAttributes());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const DirectoryEntry& entry = entries_[i];
    if (!facts_.need_attributes(entry.info.kind, entry.info.link)) continue;
    if ((i + 1) % facts_to_a_turn == 0) co_await loop_.yield();
    const auto path = directory_.child(entry.name);
    if (!path) continue;
    // What cannot be found out is not said.
    auto attributes = co_await attributes_.attributes(*path);
    if (attributes) found_[i] = *std::move(attributes);
  }
  co_return entries;
}

}  // namespace ferry
