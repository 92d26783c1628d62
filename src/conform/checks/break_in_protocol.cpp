// Break-ins by way of the control connection: other protocols, lines without end, octets and numbers that nobody
// expects.
#include <fmt/format.h>

#include <algorithm>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

using namespace std::chrono_literals;

// Sends as much as the server takes; it may close, or leave off reading.
void flood(Dialogue& dialogue, std::string_view octets, std::size_t times) {
  try {
    for (std::size_t i = 0; i < times; ++i) dialogue.send_raw(octets);
  } catch (const user_pi::Failure&) {
  }
}

// The first lines of another protocol, and a command behind them that must not be carried out.
void other_protocol(Visit& visit, std::string_view request) {
  Dialogue dialogue = visit.connect_protected();
  const std::string name = "made-by-another-protocol";
  flood(dialogue,
        std::string(request) + "USER " + visit.target().user + "\r\nPASS " + visit.target().password + "\r\nMKD " +
            name + "\r\n",
        1);
  std::string heard;
  try {
    while (heard.size() < 10'000) heard += dialogue.reply().shown() + '\n';
  } catch (const user_pi::Closed&) {
  } catch (const user_pi::TimedOut&) {
    // Still open: whether the commands were carried out is what counts.
  }
  Dialogue cleaner = visit.connect_protected();
  if (cleaner.try_login(visit.target().user, visit.target().password).code == 230) cleaner.command("RMD " + name);
  require(heard.find("257") == std::string::npos && heard.find("230") == std::string::npos,
          "no command is carried out behind a request of another protocol", printable(heard));
}

void http_verbs(Visit& visit) {
  other_protocol(visit, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");
}

void smtp_verbs(Visit& visit) {
  other_protocol(visit, "EHLO localhost\r\nMAIL FROM:<a@localhost>\r\nRCPT TO:<b@localhost>\r\n");
}

void overlong_line(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send("CWD " + std::string(100'000, 'x'));
  try {
    const Reply reply = dialogue.reply();
    require(reply.code >= 400, "a command of 100,000 octets: 500, or the end of the connection", reply.shown());
  } catch (const user_pi::Closed&) {
  }
  visit.require_service("an overlong line");
}

void endless_line(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  flood(dialogue, std::string(64 * 1024, 'x'), 256);
  visit.require_service("16 MiB without the end of a line");
}

void many_arguments(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send("LIST -" + std::string(3000, 'a'));
  flood(dialogue, "SITE " + std::string(200, ' ') + "x y z\r\n", 100);
  visit.require_service("long arguments");
}

void telnet_flood(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  std::string octets;
  for (int i = 0; i < 1000; ++i) octets += {'\xff', '\xfd', static_cast<char>(i % 250)};  // DO
  flood(dialogue, octets, 100);
  visit.require_service("a flood of Telnet options");
}

void endless_subnegotiation(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send_raw("\xff\xfa\x18");
  flood(dialogue, std::string(10'000, 'x'), 100);
  visit.require_service("a Telnet subnegotiation without end");
}

void octets_in_verbs(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (int octet = 0x80; octet < 0xff; ++octet) {
    const char c = static_cast<char>(octet);
    dialogue.send(std::string{c, c, c, c});
    const Reply reply = dialogue.reply();
    require(reply.code >= 500, fmt::format("a verb of octets {:#x}: 500", octet), reply.shown());
  }
  dialogue.insist("NOOP", {200});
}

void nul_in_a_name(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.directory("cut");
  dialogue.send_raw("MKD " + name + std::string(1, '\0') + "off\r\n");
  try {
    static_cast<void>(dialogue.reply());
  } catch (const user_pi::Failure&) {
  }
  Dialogue other = visit.login();
  const Reply reply = other.command("CWD " + name);
  require(reply.code >= 400, "no directory by the part of a name that is before a NUL", reply.shown());
}

void format_directives(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const line : {"CWD %s%s%s%n%n", "SITE %n%s%x", "%n%s%n", "HELP %s%n", "RNFR %99999999d%n"}) {
    const Reply reply = dialogue.command(line);
    require(reply.code >= 200, std::string(line) + ": a reply", reply.shown());
    require(!reply.contains("(null)") && !reply.contains("0x7f"), std::string(line) + ": no format directives",
            reply.shown());
  }
  dialogue.insist("NOOP", {200});
}

void numbers_that_overflow(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string content = content_of(1000);
  const std::string name = visit.stored(dialogue, "file", content);
  for (const char* const number : {"18446744073709551616", "18446744073709551626",
                                   "340282366920938463463374607431768211456", "9223372036854775808", "4294967296"}) {
    user_pi::Connection data = dialogue.passive();
    if (dialogue.command(fmt::format("REST {}", number)).code != 350) continue;
    const Reply reply = dialogue.command("RETR " + name);
    if (reply.code >= 400) continue;
    dialogue.secure(data);
    const std::string came = dialogue.read_all(data);
    dialogue.expect({226, 250, 4, 5}, "end of RETR");
    require(came.empty(), fmt::format("REST {}: refused, or nothing from beyond the end", number),
            fmt::format("{} octets", came.size()));
  }
  for (const char* const number : {"99999999999999999999", "-1", "4294967296"}) {
    const Reply reply = dialogue.command(fmt::format("ALLO {}", number));
    require(reply.code >= 200, "a reply to ALLO", reply.shown());
  }
  for (const char* const line :
       {"PORT 127,0,0,1,4294967296,1", "PORT 127,0,0,1,0,4294967297", "PORT 4294967423,0,0,1,200,1",
        "EPRT |1|127.0.0.1|70000|", "EPRT |1|127.0.0.1|4294968320|", "EPRT |4294967297|127.0.0.1|5000|"}) {
    const Reply reply = dialogue.command(line);
    require(reply.code >= 400, std::string(line) + ": a refusal", reply.shown());
  }
}

void site_exec(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply reply = dialogue.command("SITE EXEC id");
  require(reply.code >= 400 && !reply.contains("uid="), "SITE EXEC: a refusal", reply.shown());
}

void pipelined_garbage(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  flood(dialogue, content_of(64 * 1024), 16);
  visit.require_service("1 MiB of octets without a meaning");
}

void version_leaks(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  const std::string greeting = dialogue.greeting().shown();
  // But neither addresses nor versions of TLS.
  const auto has_version = [](std::string_view text) {
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
      const auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
      if (text[i] != '.' || !digit(i - 1) || !digit(i + 1)) continue;
      std::size_t begin = i;
      while (begin > 0 && (digit(begin - 1) || text[begin - 1] == '.')) --begin;
      std::size_t end = i;
      while (digit(end) || (end < text.size() && text[end] == '.')) ++end;
      const bool of_tls = text.substr(0, begin).ends_with("TLSv") || text.substr(0, begin).ends_with("TLS ");
      if (!of_tls && std::ranges::count(text.substr(begin, end - begin), '.') < 3) return true;
    }
    return false;
  };
  require(!has_version(greeting), "a greeting without a version", greeting);
  for (const char* const line : {"SYST", "HELP", "STAT"}) {
    const Reply reply = dialogue.command(line);
    require(!has_version(reply.shown()), std::string(line) + " before the login: no version", reply.shown());
  }
}

void path_leaks(Visit& visit) {
  const std::string home = visit.home().string();
  Dialogue dialogue = visit.login();
  const std::string file = visit.stored(dialogue, "file", "x");
  for (const std::string& line :
       {std::string("PWD"), std::string("STAT"), std::string("RETR nothing"), std::string("CWD nothing"), "MKD " + file,
        "RMD " + file, std::string("DELE nothing"), std::string("RNFR nothing"), std::string("STAT nothing"),
        std::string("HELP"), "CWD " + file, std::string("STOR a/b/c")}) {
    const Reply reply = dialogue.command(line);
    require(!reply.contains(home), line + ": no path of the machine", reply.shown());
  }
}

void password_is_never_shown(Visit& visit) {
  if (visit.target().password.size() < 6) untried("the password is too short to be found");
  Dialogue dialogue = visit.connect_protected();
  dialogue.need("USER " + visit.target().user, {331});
  for (const std::string& line : {"PASS " + visit.target().password, std::string("STAT"), std::string("HELP PASS")}) {
    const Reply reply = dialogue.command(line);
    require(visit.is_anonymous() || !reply.contains(visit.target().password), "no reply with the password in it",
            "one, to " + line.substr(0, 4));
  }
}

}  // namespace

Group break_in_protocol_group() {
  static constexpr Check checks[] = {
      {"http-verbs", "safety", "", Level::should, "a browser cannot be made to speak FTP", http_verbs},
      {"smtp-verbs", "safety", "", Level::should, "a mail client cannot be made to speak FTP", smtp_verbs},
      {"overlong-line", "safety", "", Level::must, "a line of 100,000 octets is refused", overlong_line},
      {"endless-line", "safety", "", Level::must, "a line without end ends nothing but its session", endless_line},
      {"long-arguments", "safety", "", Level::must, "options and spaces without end do no harm", many_arguments},
      {"telnet-option-flood", "safety", "", Level::must, "100,000 Telnet options do no harm", telnet_flood},
      {"endless-telnet-subnegotiation", "safety", "", Level::must, "a subnegotiation without end does no harm",
       endless_subnegotiation},
      {"octets-in-verbs", "safety", "", Level::must, "octets that are no ASCII are no verbs", octets_in_verbs},
      {"octets-without-meaning", "safety", "", Level::must, "a megabyte of noise does no harm", pipelined_garbage},
      {"nul-cuts-a-name", "safety", "", Level::must, "a NUL does not cut a name off", nul_in_a_name},
      {"format-directives-in-names", "safety", "", Level::must, "%n and %s mean nothing", format_directives},
      {"numbers-that-overflow", "safety", "", Level::must, "numbers beyond 32 and 64 bits never wrap",
       numbers_that_overflow},
      {"site-exec", "safety", "", Level::must, "SITE EXEC runs nothing", site_exec},
      {"version-in-replies", "safety", "", Level::should, "nobody learns the version before the login", version_leaks},
      {"machine-paths-in-replies", "safety", "", Level::should, "replies name no path outside of the home", path_leaks},
      {"password-in-replies", "safety", "", Level::must, "no reply repeats the password", password_is_never_shown},
  };
  return {"break-in-protocol", checks};
}

}  // namespace ferry::conform
