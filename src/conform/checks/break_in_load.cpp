// Break-ins by load and by timing: bombs, floods, and commands in the middle of a transfer.
#include <fmt/format.h>

#include <fstream>
#include <thread>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

using user_pi::Clock;
using namespace std::chrono_literals;

// A listing of this pattern ends in time, whatever it holds.
void listing_ends(Dialogue& dialogue, const std::string& line) {
  const auto begin = Clock::now();
  try {
    user_pi::Connection data = dialogue.passive();
    const Reply reply = dialogue.insist(line, {150, 125, 226, 250, 4, 5});
    if (reply.code < 200) {
      dialogue.secure(data);
      dialogue.read_all(data);
      dialogue.expect({226, 250, 4, 5}, "end of the listing");
    }
  } catch (const user_pi::TimedOut& failure) {
    fail(printable(line, 80) + ": an end in time", failure.what());
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  require(seconds < 8, printable(line, 80) + ": an end within 8 s", fmt::format("{:.1f} s", seconds));
}

void stars(Visit& visit) {
  Dialogue dialogue = visit.login();
  visit.stored(dialogue, std::string(100, 'a'), "x");
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "a*";
  listing_ends(dialogue, "NLST " + pattern + "b");
  listing_ends(dialogue, "LIST " + pattern + "b");
  visit.require_service("a pattern of many stars");
}

void ups_and_downs(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (int i = 0; i < 6; ++i) visit.made(dialogue, "directory");
  std::string pattern;
  for (int i = 0; i < 15; ++i) pattern += "*/../";
  listing_ends(dialogue, "NLST " + pattern + "*");
  visit.require_service("a pattern that goes up and down");
}

void braces(Visit& visit) {
  Dialogue dialogue = visit.login();
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "{a,b,c}";
  listing_ends(dialogue, "NLST " + pattern);
  listing_ends(dialogue, "NLST " + std::string(400, '{') + "a");
  listing_ends(dialogue, "NLST " + std::string(200, '['));
  visit.require_service("patterns of braces and brackets");
}

void recursive_listing(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "loop");
  if (!visit.target().home.empty()) {
    std::error_code error;
    std::filesystem::create_directory_symlink(".", visit.local() / directory / "self", error);
  }
  listing_ends(dialogue, "LIST -laR");
  if (!visit.target().home.empty()) std::filesystem::remove(visit.local() / directory / "self");
}

void many_entries(Visit& visit) {
  const auto place = visit.local();
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "many");
  const std::size_t count = visit.target().thorough ? 1'000'000 : 5000;
  for (std::size_t i = 0; i < count; ++i)
    if (!std::ofstream(place / directory / fmt::format("entry-{:07}", i))) untried("no file can be made in --home");
  std::size_t names = 0;
  std::string why;
  try {
    names = names_of(dialogue.download("NLST " + directory, Otherwise::failed)).size();
  } catch (const Outcome& outcome) {
    why = outcome.came;
  } catch (const user_pi::Failure& failure) {
    why = failure.what();
  }
  std::filesystem::remove_all(place / directory);
  require(names == count, fmt::format("{} names", count), why.empty() ? fmt::format("{}", names) : why);
}

// What a client sends in the middle of a download does not harm the download, nor the server.
void in_the_middle(Visit& visit, const std::string& line) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.large(dialogue);
  std::string content;
  {
    user_pi::Connection data = dialogue.passive();
    dialogue.begin("RETR " + name, Otherwise::untried);
    dialogue.secure(data);
    dialogue.send(line);
    try {
      content = dialogue.read_all(data);
    } catch (const user_pi::Closed&) {
    }
  }
  require(content.size() == Visit::large_size, fmt::format("all of the file behind {} in its middle", line),
          fmt::format("{} of {} octets", content.size(), Visit::large_size));
  visit.require_service(line + " in the middle of a transfer");
}

void user_in_the_middle(Visit& visit) { in_the_middle(visit, "USER somebody-else"); }
void cwd_in_the_middle(Visit& visit) { in_the_middle(visit, "CWD /"); }
void pasv_in_the_middle(Visit& visit) { in_the_middle(visit, "PASV"); }
void rein_in_the_middle(Visit& visit) { in_the_middle(visit, "REIN"); }
void auth_in_the_middle(Visit& visit) { in_the_middle(visit, "AUTH TLS"); }
void type_in_the_middle(Visit& visit) { in_the_middle(visit, "TYPE A"); }
void dele_in_the_middle(Visit& visit) { in_the_middle(visit, "RNFR large"); }

void abor_at_random_moments(Visit& visit) {
  const int times = visit.target().thorough ? 10'000 : 40;
  Dialogue dialogue = visit.login();
  const std::string name = visit.large(dialogue);
  std::uint32_t state = 12'345;
  for (int i = 0; i < times; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    {
      user_pi::Connection data = dialogue.passive();
      dialogue.begin("RETR " + name, Otherwise::failed);
      dialogue.secure(data);
      std::vector<std::byte> octets((state >> 8) % 100'000);
      std::size_t left = octets.size();
      while (left > 0) {
        const std::size_t n = data.read(std::span(octets).first(left));
        if (n == 0) break;
        left -= n;
      }
      dialogue.send("ABOR");
    }
    const Reply first = dialogue.expect({226, 225, 426, 450, 451}, "ABOR in the middle");
    if (first.code >= 400) dialogue.expect({225, 226}, "ABOR behind the end of the transfer");
    Reply next = dialogue.command("NOOP");
    if (first.code < 400 && (next.code == 225 || next.code == 226)) next = dialogue.reply();
    require(next.code == 200, fmt::format("one reply for each command behind ABOR number {}", i + 1), next.shown());
  }
}

void connections_without_login(Visit& visit) {
  std::vector<Dialogue> idle;
  for (int i = 0; i < 50; ++i) {
    try {
      idle.push_back(visit.connect());
    } catch (const Outcome&) {
      break;  // a limit by address protects others, and this address has reached it
    }
  }
  if (idle.size() < 50) {
    idle.clear();
    // The server sees their ends one after the other.
    for (const Clock::time_point end = Clock::now() + 5s; Clock::now() < end; std::this_thread::sleep_for(100ms)) {
      try {
        visit.login();
        return;
      } catch (const Outcome&) {
      } catch (const user_pi::Failure&) {
      }
    }
  }
  visit.require_service("50 connections without a login");
}

void half_open_handshakes(Visit& visit) {
  Dialogue probe = visit.connect();
  probe.auth(*visit.target().tls);
  std::vector<Dialogue> half;
  for (int i = 0; i < 20; ++i) {
    try {
      half.push_back(visit.connect());
    } catch (const Outcome&) {
      break;
    }
    half.back().need("AUTH TLS", {234});
    half.back().send_raw("\x16\x03\x01\x02");  // the beginning of a ClientHello
  }
  const auto begin = Clock::now();
  visit.require_service("20 TLS handshakes that do not go on");
  require(Clock::now() - begin < 5s, "a login within 5 s beside them", "a longer one");
}

void ports_without_connections(Visit& visit) {
  Dialogue dialogue = visit.login();
  const bool extended = dialogue.command("EPSV").code == 229;
  if (!extended) dialogue.need("PASV", {227});
  for (int i = 0; i < 300; ++i) dialogue.insist(extended ? "EPSV" : "PASV", {227, 229});
  visit.require_service("300 times PASV without a connection");
  dialogue.download("LIST", Otherwise::failed);
}

void stalled_transfers(Visit& visit) {
  std::vector<Dialogue> sessions;
  std::vector<user_pi::Connection> stalled;
  for (int i = 0; i < 4; ++i) {
    sessions.push_back(visit.login());
    Dialogue& dialogue = sessions.back();
    const std::string name = visit.large(dialogue);
    stalled.push_back(dialogue.passive());
    dialogue.begin("RETR " + name, Otherwise::untried);
  }
  const auto begin = Clock::now();
  visit.require_service("4 downloads that nobody reads");
  require(Clock::now() - begin < 5s, "a login within 5 s beside them", "a longer one");
}

void hang_up_everywhere(Visit& visit) {
  const std::string lines[] = {"USER", "LIST", "STOR " + visit.file("half"), "RETR large", "PASV", "AUTH TLS",
                               "MLSD", "ABOR"};
  for (const std::string& line : lines) {
    try {
      Dialogue dialogue = visit.login();
      dialogue.send(line);
      dialogue.control().reset();
    } catch (const Outcome&) {
      break;  // the server is asked once more below
    }
  }
  visit.require_service("connections that were reset behind a command");
}

}  // namespace

Group break_in_load_group() {
  static constexpr Check checks[] = {
      {"glob-bomb-of-stars", "safety", "", Level::must, "a pattern of many stars costs little", stars},
      {"glob-bomb-of-directories", "safety", "", Level::must, "a pattern that goes up and down costs little",
       ups_and_downs},
      {"glob-bomb-of-braces", "safety", "", Level::must, "braces and brackets cost little", braces},
      {"listing-bomb", "safety", "", Level::must, "a recursive listing ends", recursive_listing},
      {"listing-of-many-entries", "safety", "", Level::must, "a listing of 5000 entries is whole", many_entries},
      {"user-in-the-middle-of-a-transfer", "safety", "", Level::should, "USER does not cut a transfer",
       user_in_the_middle},
      {"cwd-in-the-middle-of-a-transfer", "safety", "", Level::should, "CWD does not cut a transfer",
       cwd_in_the_middle},
      {"pasv-in-the-middle-of-a-transfer", "safety", "", Level::should, "PASV does not cut a transfer",
       pasv_in_the_middle},
      {"rein-in-the-middle-of-a-transfer", "RFC 959", "4.1.1", Level::must, "REIN lets a transfer finish",
       rein_in_the_middle},
      {"auth-in-the-middle-of-a-transfer", "safety", "", Level::should, "AUTH does not cut a transfer",
       auth_in_the_middle},
      {"type-in-the-middle-of-a-transfer", "safety", "", Level::should, "TYPE does not change a transfer",
       type_in_the_middle},
      {"rnfr-in-the-middle-of-a-transfer", "safety", "", Level::should, "RNFR does not cut a transfer",
       dele_in_the_middle},
      {"abor-at-random-moments", "safety", "", Level::must, "ABOR whenever it comes: one reply for each command",
       abor_at_random_moments},
      {"connections-without-login", "safety", "", Level::should, "idle connections do not lock others out",
       connections_without_login},
      {"half-open-tls-handshakes", "safety", "", Level::should, "handshakes that stand still hold up nobody",
       half_open_handshakes},
      {"passive-ports-without-connections", "safety", "", Level::must, "PASV without a connection uses nothing up",
       ports_without_connections},
      {"stalled-transfers", "safety", "", Level::should, "transfers that stand still hold up nobody",
       stalled_transfers},
      {"hang-up-everywhere", "safety", "", Level::must, "connections that are reset do no harm", hang_up_everywhere},
  };
  return {"break-in-load", checks};
}

}  // namespace ferry::conform
