// Break-ins by way of names and files: out of the home, through links and FIFOs, by forged names and modes.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Every Unix has it, and everybody may read it; no login that is confined to a home sees it.
constexpr std::string_view outside = "etc/passwd";
constexpr std::string_view mark_of_outside = "root:";

// What RETR gives, empty where it is refused.
std::string content_of_file(Dialogue& dialogue, const std::string& name) {
  user_pi::Connection data = dialogue.passive();
  const Reply reply = dialogue.command("RETR " + name);
  if (reply.code >= 200) return {};
  std::string content;
  try {
    dialogue.secure(data);
    content = dialogue.read_all(data);
  } catch (const user_pi::Closed&) {
  }
  dialogue.expect({226, 250, 4, 5}, "end of RETR");
  return content;
}

bool is_outside(std::string_view content) { return content.find(mark_of_outside) != std::string_view::npos; }

// Traversal means nothing where the login sees the whole machine.
void need_a_home(Dialogue& dialogue) {
  if (is_outside(content_of_file(dialogue, "/" + std::string(outside)))) untried("this login sees the whole machine");
}

// Every way to write "some directories up, then outside".
std::vector<std::string> spellings() {
  constexpr std::string_view ups[] = {"..",
                                      "../.",
                                      "..//",
                                      "....//",
                                      "..\\",
                                      "..%2f",
                                      "%2e%2e",
                                      "%2e%2e%2f",
                                      "..%5c",
                                      "%252e%252e%252f",
                                      "..%c0%af",
                                      "..\xc0\xaf",
                                      "\xc0\xae\xc0\xae",
                                      ".. ",
                                      "..;",
                                      "\".\".",
                                      "..\x01",
                                      "~/.."};
  constexpr std::string_view begins[] = {"", "/", "./", "//", "/./", "here/", "\\", "~/", "/~", "here/../"};
  std::vector<std::string> all;
  for (const std::string_view begin : begins) {
    for (const std::string_view up : ups) {
      for (const int depth : {1, 4, 12}) {
        std::string path(begin);
        for (int i = 0; i < depth; ++i) {
          path += up;
          if (!up.ends_with('/') && !up.ends_with("%2f")) path += up.ends_with('\\') ? "" : "/";
        }
        all.push_back(path + std::string(outside));
      }
    }
  }
  return all;
}

void traversal_by_reading(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_a_home(dialogue);
  const std::vector<std::string> paths = spellings();
  // Each costs some packets; a server far away is asked for a part of them.
  const bool near = dialogue.peer().host().starts_with("127.") || dialogue.peer().host() == "::1";
  for (std::size_t i = 0; i < paths.size(); i += near || visit.target().thorough ? 1 : 10) {
    if (visit.has_little_time())
      untried(fmt::format("{} of {} spellings were refused in the time of a check", i, paths.size()));
    require(!is_outside(content_of_file(dialogue, paths[i])), "nothing from outside of the home",
            "RETR " + printable(paths[i]) + " gives /etc/passwd");
  }
}

void traversal_by_moving(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_a_home(dialogue);
  for (const std::string& path : spellings()) {
    if (visit.has_little_time()) untried("not all spellings were refused in the time of a check");
    const std::string directory = path.substr(0, path.size() - std::string_view("/passwd").size());
    if (dialogue.command("CWD " + directory).code >= 400) continue;
    require(!is_outside(content_of_file(dialogue, "passwd")), "no directory outside of the home",
            "CWD " + printable(directory) + " leads to /etc");
    dialogue.need("CWD /", {250, 200});
    if (!visit.target().directory.empty()) dialogue.need("CWD " + visit.target().directory, {250, 200});
  }
}

void traversal_by_writing(Visit& visit) {
  const fs::path home = visit.home();
  Dialogue dialogue = visit.login();
  const std::string name = "made-by-ferry-conform";
  const std::string source = visit.stored(dialogue, "source", "x");
  for (const char* const up :
       {"../../", "../../../", "/../", "/../../", "..\\..\\", "..%2f..%2f", "here/../../../", "//../"}) {
    const std::string path = up + name;
    dialogue.command("MKD " + path);
    dialogue.command("RNFR " + source);
    dialogue.command("RNTO " + path);
    {
      user_pi::Connection data = dialogue.passive();
      if (dialogue.command("STOR " + path).code < 200) {
        dialogue.secure(data);
        dialogue.finish(data);
        dialogue.reply();
      }
    }
    // Inside of the home it is no harm.
    const bool escaped = fs::exists(home.parent_path() / name) || fs::exists(home.parent_path().parent_path() / name);
    dialogue.command("RMD " + path);
    dialogue.command("DELE " + path);
    require(!escaped, "nothing made outside of the home", printable(path));
  }
}

void links_to_the_outside(Visit& visit) {
  const fs::path place = visit.local();
  Dialogue dialogue = visit.login();
  need_a_home(dialogue);
  const std::string directory = visit.file("link");
  const std::string file = visit.file("link");
  fs::create_symlink("/etc", place / directory);
  fs::create_symlink("/etc/passwd", place / file);
  const bool by_directory = is_outside(content_of_file(dialogue, directory + "/passwd"));
  const bool by_file = is_outside(content_of_file(dialogue, file));
  fs::remove(place / directory);
  fs::remove(place / file);
  require(!by_directory && !by_file, "nothing through a symbolic link to the outside", "/etc/passwd");
}

// A directory that is a link to /etc half of the time.
void link_races(Visit& visit) {
  const fs::path place = visit.local();
  Dialogue dialogue = visit.login();
  need_a_home(dialogue);
  const std::string name = visit.file("race");
  const fs::path path = place / name;
  const fs::path other = place / (name + "-other");
  fs::create_directory(path);
  std::ofstream(path / "passwd") << "harmless\n";
  fs::create_symlink("/etc", other);
  std::atomic<bool> stop = false;
  std::string seen;
  {
    std::jthread exchanger([&] {
      while (!stop) ::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
    });
    try {
      for (int i = 0; i < (visit.target().thorough ? 20'000 : 300) && !is_outside(seen); ++i)
        seen = content_of_file(dialogue, name + "/passwd");
    } catch (...) {
      stop = true;
      exchanger.join();
      fs::remove_all(path);
      fs::remove_all(other);
      throw;
    }
    stop = true;
  }
  fs::remove_all(path);
  fs::remove_all(other);
  require(!is_outside(seen), "nothing from outside of the home", "/etc/passwd");
}

// Whether the server answers RETR, STOR and others of what is no file, and goes on.
void no_plain_file(Visit& visit, const std::string& name) {
  for (const char* const verb : {"RETR", "STOR", "APPE"}) {
    Dialogue dialogue = visit.login();
    user_pi::Connection data = dialogue.passive();
    const Reply reply = dialogue.insist(std::string(verb) + " " + name, {150, 125, 4, 5});
    if (reply.code < 200) {
      dialogue.secure(data);
      dialogue.finish(data);
      dialogue.expect({4, 5}, std::string(verb) + " of what is no file");
    }
    dialogue.insist("NOOP", {200});
  }
}

void fifo(Visit& visit) {
  const fs::path place = visit.local();
  const std::string name = visit.file("fifo");
  if (::mkfifo((place / name).c_str(), 0666) != 0) untried("no FIFO can be made here");
  try {
    no_plain_file(visit, name);
  } catch (...) {
    fs::remove(place / name);
    throw;
  }
  fs::remove(place / name);
}

void device(Visit& visit) {
  const fs::path place = visit.local();
  const std::string name = visit.file("device");
  // 1, 5 is /dev/zero.
  if (::mknod((place / name).c_str(), S_IFCHR | 0666, ::makedev(1, 5)) != 0) untried("only root can make devices");
  try {
    no_plain_file(visit, name);
  } catch (...) {
    fs::remove(place / name);
    throw;
  }
  fs::remove(place / name);
}

// A name that is on the disk with a line of its own in it.
void forged_line(Visit& visit, const std::string& line, const std::vector<std::string>& commands,
                 bool on_the_control_connection) {
  const fs::path place = visit.local();
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "names");
  const fs::path path = place / directory / ("x\r\n" + line);
  if (!(std::ofstream(path) << "content" << std::flush)) untried("no file can be made in --home");
  std::string came;
  for (const std::string& command : commands) {
    const std::string with_path = fmt::format("{} {}", command, directory);
    try {
      if (on_the_control_connection) {
        const Reply reply = dialogue.command(with_path);
        for (const std::string& each : reply.lines) came += each + '\n';
        dialogue.insist("NOOP", {200});
      } else {
        came += dialogue.download(with_path, Otherwise::untried);
      }
    } catch (const Outcome& outcome) {
      if (outcome.verdict == Verdict::failed) {
        fs::remove(path);
        throw;
      }
    }
  }
  fs::remove(path);
  const std::vector<std::string> lines = lines_of(came);
  require(std::ranges::find(lines, line) == lines.end(), "no line that a name has forged", printable(line));
}

void forged_listing(Visit& visit) {
  forged_line(visit, "-rw-r--r--   1 root     root            5 Jan  1  2020 forged", {"LIST", "NLST", "MLSD"}, false);
}

void forged_reply(Visit& visit) { forged_line(visit, "213 forged", {"STAT"}, true); }

void forged_echo(Visit& visit) {
  Dialogue dialogue = visit.login();
  // CR NUL is a CR of a name (RFC 2640 §2.2); LF may end the command, or be part of the name, too.
  dialogue.send_raw("CWD nothing\r" + std::string(1, '\0') + "\n250 forged\r\n");
  for (int i = 0; i < 2 && dialogue.speaks_within(500ms); ++i) {
    const Reply reply = dialogue.reply();
    for (const std::string& line : reply.lines)
      require(!line.starts_with("250 forged"), "no reply that the client has made up", reply.shown());
  }
  dialogue.insist("NOOP", {200});
}

void setuid_by_chmod(Visit& visit) {
  const fs::path place = visit.local();
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "program", "#!/bin/sh\n");
  const Reply reply = dialogue.command("SITE CHMOD 6755 " + name);
  dialogue.command("SITE CHMOD 4777 " + name);
  struct stat status{};
  if (::stat((place / name).c_str(), &status) != 0) untried("the stored file is not in --home");
  require((status.st_mode & (S_ISUID | S_ISGID)) == 0, "no setuid and setgid bits by SITE CHMOD",
          fmt::format("mode {:o} behind {}", status.st_mode & 07777, reply.shown()));
}

void root_is_not_removed(Visit& visit) {
  visit.file("none");  // only where there is something in the root, so that nothing can be lost
  Dialogue dialogue = visit.login();
  require_refusal(dialogue, "RMD /");
  dialogue.insist("RNFR /", {350, 4, 5});
  require_refusal(dialogue, "RNTO /moved-root");
  dialogue.insist("CWD /", {250, 200});
}

}  // namespace

Group break_in_files_group() {
  static constexpr Check checks[] = {
      {"traversal-by-reading", "safety", "", Level::must, "RETR of 540 spellings of a path to the outside",
       traversal_by_reading},
      {"traversal-by-moving", "safety", "", Level::must, "CWD to the same places", traversal_by_moving},
      {"traversal-by-writing", "safety", "", Level::must, "MKD, STOR and RNTO to the outside", traversal_by_writing},
      {"links-out-of-the-home", "safety", "", Level::must, "symbolic links do not lead outside", links_to_the_outside},
      {"link-race-out-of-the-home", "safety", "", Level::must, "nor do those that change all the time", link_races},
      {"fifo-hangs-the-server", "safety", "", Level::must, "a FIFO is no file", fifo},
      {"device-is-read", "safety", "", Level::must, "a device is no file", device},
      {"listing-lines-forged-by-names", "safety", "RFC 3659 2.2", Level::must,
       "a name with CR LF forges no line of a listing", forged_listing},
      {"replies-forged-by-names", "safety", "RFC 3659 2.2", Level::must, "a name with CR LF forges no reply",
       forged_reply},
      {"replies-forged-by-arguments", "safety", "", Level::must, "an argument forges no reply", forged_echo},
      {"setuid-by-site-chmod", "safety", "", Level::must, "SITE CHMOD sets no setuid bit", setuid_by_chmod},
      {"root-is-removed-or-renamed", "safety", "", Level::must, "RMD and RNTO leave the root alone",
       root_is_not_removed},
  };
  return {"break-in-files", checks};
}

}  // namespace ferry::conform
