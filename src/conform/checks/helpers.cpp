#include "conform/checks/helpers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <regex>

namespace ferry::conform {

std::string content_of(std::size_t size) {
  std::string content(size, '\0');
  std::uint32_t state = 2'463'534'242;
  for (char& c : content) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    c = static_cast<char>(state);
  }
  return content;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string> names_of(std::string_view listing) {
  std::vector<std::string> names = lines_of(listing);
  std::erase_if(names, [](const std::string& name) {
    return name == "." || name == ".." || name.ends_with("/.") || name.ends_with("/..");
  });
  return names;
}

bool matches(std::string_view text, const char* pattern) {
  // std::regex recurses: nothing long goes in.
  return text.size() < 2000 && std::regex_match(text.begin(), text.end(), std::regex(pattern));
}

std::string quoted_path(const Reply& reply) {
  const std::string_view text = reply.text();
  std::string path;
  const std::size_t open = text.find('"');
  if (open != std::string_view::npos) {
    for (std::size_t i = open + 1; i < text.size(); ++i) {
      if (text[i] != '"') {
        path += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        path += text[++i];
      } else {
        return path;
      }
    }
  }
  fail("257 with a pathname in quotes", reply.shown());
}

bool has_feature(Dialogue& dialogue, std::string_view feature) {
  const Reply reply = dialogue.command("FEAT");
  const std::string wanted = lower_case(feature);
  return std::ranges::any_of(reply.lines, [&](const std::string& line) {
    const std::string found = lower_case(line);
    return found == " " + wanted || found.starts_with(" " + wanted + " ");
  });
}

void require_feature(Dialogue& dialogue, std::string_view feature) {
  const Reply reply = dialogue.want("FEAT", {211});
  require(has_feature(dialogue, feature), fmt::format("FEAT with a line \" {}\"", feature), reply.shown());
}

void require_refusal(Dialogue& dialogue, std::string_view line) {
  const Reply reply = dialogue.command(line);
  require(reply.code >= 400, fmt::format("{}: a refusal", printable(line, 100)), reply.shown());
}

void list_over(Dialogue& dialogue, user_pi::Connection data) {
  dialogue.begin("LIST", Otherwise::failed);
  dialogue.secure(data);
  dialogue.read_all(data);
  dialogue.complete();
}

void list_at(Dialogue& dialogue, Listener& listener) {
  dialogue.begin("LIST", Otherwise::failed);
  user_pi::Connection data = listener.accept(dialogue.deadline());
  dialogue.secure(data);
  dialogue.read_all(data);
  dialogue.complete();
}

void require_same_content(std::string_view wanted, std::string_view came, std::string_view what) {
  if (wanted == came) return;
  if (wanted.size() != came.size() || wanted.size() < 100)
    fail(fmt::format("{}: {} octets {}", what, wanted.size(), printable(wanted, 60)),
         fmt::format("{} octets {}", came.size(), printable(came, 60)));
  const auto difference = std::ranges::mismatch(wanted, came);
  fail(fmt::format("{}: the same octets", what), fmt::format("another octet at {}", difference.in1 - wanted.begin()));
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace ferry::conform
