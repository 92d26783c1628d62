#include "fuzz/server/session/program.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/text.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace ferry::fuzz {

namespace {

constexpr std::size_t most_lines = 64;

unsigned number_of(std::string_view text, unsigned most) {
  return static_cast<unsigned>(std::min<std::uint64_t>(parse_decimal(text).value_or(1), most));
}

// Verbs after which the content of a file is something else than what one upload sent or what was there.
bool composes(std::string_view line) {
  static constexpr std::string_view verbs[] = {"APPE", "REST", "RANG", "COMB", "TYPE", "STRU", "MODE", "OPTS"};
  const std::string verb = to_upper_ascii(line.substr(0, 4));
  return std::ranges::find(verbs, verb) != std::end(verbs);
}

class Play {
 public:
  explicit Play(World& world) : world_(world) {}

  void run(std::string_view program) {
    Input input(program);
    for (std::size_t lines = 0; !input.empty() && lines < most_lines; ++lines) step(input.text_before('\n'));
    for (const auto& peer : peers_)
      if (peer) peer->finish();
    for (auto& peer : peers_) {
      if (peer) check_replies(*peer);
      if (peer) uploads_.insert(peer->uploads().begin(), peer->uploads().end());
      peer.reset();
    }
  }

  void check_files() const {
    const Tree& before = world_.before();
    const Tree after = world_.now();
    const Permissions allowed = world_.handed_out();
    const auto allows = [&](Permission a, Permission b) { return allowed.allows(a) || allowed.allows(b); };
    for (const auto& [path, entry] : before) {
      const auto found = after.find(path);
      if (found == after.end()) {
        must(allows(Permission::remove, Permission::rename), "only who may delete or rename makes a name go");
        continue;
      }
      if (found->second.content != entry.content)
        must(allowed.allows(Permission::store) || allows(Permission::append, Permission::rename),
             "only who may write changes a file");
      if (found->second.mode != entry.mode)
        must(allowed.allows(Permission::change_mode) || allows(Permission::rename, Permission::store),
             "only who may change modes does");
    }
    for (const auto& [path, entry] : after) {
      if (before.contains(path)) continue;
      if (entry.directory)
        must(allows(Permission::make_directory, Permission::rename), "only who may make directories does");
      else
        must(allowed.allows(Permission::store) || allows(Permission::append, Permission::rename),
             "only who may store makes a file");
    }
    if (composed_) return;
    for (const auto& [path, entry] : after) {
      const bool old = std::ranges::any_of(before, [&](const auto& b) { return b.second.content == entry.content; });
      must(entry.directory || old || uploads_.contains(entry.content), "a file is an old one or a complete one");
    }
  }

 private:
  Peer& peer() {
    auto& current = peers_[who_];
    if (!current) current = std::make_unique<Peer>(world_.port(), world_.commands());
    return *current;
  }

  void step(std::string_view line) {
    if (!line.starts_with('!')) {
      composed_ = composed_ || composes(line);
      peer().command(line);
      return;
    }
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(1, space - 1);
    const std::string_view rest = line.substr(std::min(space + 1, line.size()));
    if (word == "connect") return peer().connect_data();
    if (word == "accept") return peer().accept_data(10);
    if (word == "receive") return peer().receive_data();
    if (word == "end") return peer().end_data();
    if (word == "close") return peer().close_data();
    if (word == "reset") return peer().reset_data();
    if (word == "settle") return peer().settle();
    if (word == "half") return peer().half_close();
    if (word == "gone") return peer().reset();
    if (word == "other") {
      who_ = 1 - who_;
    } else if (word == "send" || word == "bulk") {
      const bool text = word == "send";
      composed_ = composed_ || rest.find('\r') != std::string_view::npos;
      peer().send_data(text ? std::string(rest) : std::string(number_of(rest, 300) * std::size_t{1024}, 'u'));
    } else if (word == "raw") {
      composed_ = true;
      peer().send(rest);
    } else if (word == "urgent") {
      peer().send("\xFF\xF4\xFF");
      peer().send_urgent('\xF2');
    } else if (word == "kick") {
      world_.server().kick_user("alice", rest);
    } else if (word == "wait") {
      std::this_thread::sleep_for(std::chrono::milliseconds(number_of(rest, 150)));
    }
  }

  void check_replies(const Peer& peer) const {
    must(!peer.has_seen(World::secret), "nobody sees what lies beside the root");
    if (peer.was_reset() || peer.finals() == peer.turns().commands()) return;
    // The server may have closed before: it said so, or it was not asked in FTP.
    const int last = peer.last_code();
    const bool closed = last == 221 || last == 421 || peer.turns().too_long() >= 3 ||
                        (peer.turns().foreign() && world_.closed_for_foreign_verb()) || peer.hung_up();
    if (!closed)
      std::fprintf(stderr, "%zu replies to %zu commands, the last %d\n", peer.finals(), peer.turns().commands(), last);
    must(closed, "each command gets its reply");
  }

  World& world_;
  std::array<std::unique_ptr<Peer>, 2> peers_;
  std::size_t who_ = 0;
  std::set<std::string> uploads_;
  bool composed_ = false;
};

// A small generator of its own: the seed is all that decides.
class Choices {
 public:
  explicit Choices(unsigned seed) : state_(seed * 2 + 1) {}
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    return static_cast<std::size_t>(state_ >> 33) % limit;
  }
  std::string_view of(std::span<const std::string_view> texts) { return texts[below(texts.size())]; }

 private:
  std::uint64_t state_;
};

std::string new_line(Choices& choices) {
  static constexpr std::string_view actions[] = {
      "!connect", "!accept",     "!send some octets", "!bulk 3",  "!bulk 300", "!receive", "!end",
      "!close",   "!reset",      "!settle",           "!kick",    "!other",    "!urgent",  "!half",
      "!gone",    "!raw STAT\r", "!wait 9",           "!wait 150"};
  static constexpr std::string_view arguments[] = {"f",
                                                   "big",
                                                   "new",
                                                   "empty",
                                                   "d",
                                                   "d/g",
                                                   "d/e",
                                                   "/",
                                                   "..",
                                                   "../secret",
                                                   "/../secret",
                                                   "n/o",
                                                   "*",
                                                   "d/*",
                                                   "-la",
                                                   "-R",
                                                   "I",
                                                   "A N",
                                                   "E",
                                                   "L 8",
                                                   "R",
                                                   "F",
                                                   "S",
                                                   "B",
                                                   "C",
                                                   "Z",
                                                   "P",
                                                   "$P",
                                                   "$E",
                                                   "ALL",
                                                   "1",
                                                   "0",
                                                   "10",
                                                   "99999999999",
                                                   "1 5",
                                                   "all",
                                                   "elr",
                                                   "elw",
                                                   "ela",
                                                   "eldf",
                                                   "p",
                                                   "nobody",
                                                   "UTF8 ON",
                                                   "MLST type;size;",
                                                   "MODE Z LEVEL 9",
                                                   "HASH MD5",
                                                   "20200202020202 f",
                                                   "modify=20200202020202; f",
                                                   "UNIX.mode=0600; f",
                                                   "644 f",
                                                   "MD5",
                                                   "de",
                                                   "\"new\" \"f\" \"d/g\"",
                                                   "new f d/g",
                                                   "f, d/g",
                                                   "30 f",
                                                   "077",
                                                   "link f",
                                                   "*.x",
                                                   "\xFF\xFF",
                                                   "\xC3\xA4",
                                                   "f 20200101000000 20200101000000 20200101000000 UTC"};
  if (choices.below(3) == 0) return std::string(choices.of(actions));
  const auto rows = command_table();
  std::string line(rows[choices.below(rows.size())].verb);
  if (choices.below(8) != 0) line.append(" ").append(choices.of(arguments));
  return line;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (Input input(text); !input.empty();) lines.emplace_back(input.text_before('\n'));
  return lines;
}

}  // namespace

void play(World& world, std::string_view program) {
  world.begin();
  Play play(world);
  play.run(program);
  world.end();
  play.check_files();
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  Choices choices(seed);
  if (choices.below(4) == 0) return LLVMFuzzerMutate(data, size, most);
  std::vector<std::string> lines = lines_of(text_of(data, size));
  for (std::size_t changes = 1 + choices.below(3); changes > 0; --changes) {
    const std::size_t at = choices.below(lines.size() + 1);
    const auto place = lines.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t kind = lines.empty() || at == lines.size() ? 0 : choices.below(5);
    if (kind <= 1)
      lines.insert(place, new_line(choices));
    else if (kind == 2)
      lines.erase(place);
    else if (kind == 3)
      std::swap(lines[at], lines[choices.below(lines.size())]);
    else
      *place = new_line(choices);
  }
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  const std::size_t used = std::min(text.size(), most);
  std::copy_n(text.begin(), used, data);
  return used;
}

}  // namespace ferry::fuzz
