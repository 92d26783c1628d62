// EPRT and EPSV: data connections over IPv4 and IPv6 (RFC 2428).
#include <fmt/format.h>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/announced_port.hpp"

namespace ferry::conform {

namespace {

int own_family(const Dialogue& dialogue) { return dialogue.peer().is_v6() ? 2 : 1; }

void epsv_form(Visit& visit) {
  const Reply reply = visit.login().want("EPSV", {229});
  require(matches(reply.text(), R"([^()]*\(([!-~])\1\1[0-9]{1,5}\1\)[^()]*)"), "229 text (|||port|)", reply.shown());
}

void epsv_works(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::uint16_t port = user_pi::port_of_229(dialogue.want("EPSV", {229}).lines.back());
  list_over(dialogue, dialogue.connect_data(port));
}

void epsv_of_the_own_family(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("EPSV", {229});
  dialogue.insist(fmt::format("EPSV {}", own_family(dialogue)), {229});
}

void epsv_of_an_unknown_family(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("EPSV", {229});
  const Reply reply = dialogue.insist("EPSV 99", {522});
  require(matches(reply.text(), R"([^()]*\([0-9]+(,[0-9]+)*\)[^()]*)"), "522 text (1,2)", reply.shown());
}

void eprt_works(Visit& visit) {
  Dialogue dialogue = visit.login();
  Listener listener = dialogue.listener();
  dialogue.want(listener.eprt(), {200});
  list_at(dialogue, listener);
}

void eprt_with_any_delimiter(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char delimiter : {'!', '%', '~'}) {
    Listener listener = dialogue.listener();
    std::string line = listener.eprt();
    for (char& c : line)
      if (c == '|') c = delimiter;
    dialogue.want(line, {200});
    list_at(dialogue, listener);
  }
}

void eprt_of_an_unknown_family(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want(dialogue.listener().eprt(), {200});
  const Reply reply = dialogue.insist("EPRT |99|127.0.0.1|50000|", {522});
  require(matches(reply.text(), R"([^()]*\([0-9]+(,[0-9]+)*\)[^()]*)"), "522 text (1,2)", reply.shown());
}

void eprt_refuses(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want(dialogue.listener().eprt(), {200});
  for (const char* const line :
       {"EPRT", "EPRT |1|127.0.0.1|", "EPRT |1|127.0.0.1|x|", "EPRT |1|127.0.0.1|99999|", "EPRT |1|nowhere|50000|"}) {
    const Reply reply = dialogue.command(line);
    require(reply.code >= 500 && reply.code < 600, std::string(line) + ": 501", reply.shown());
  }
}

void epsv_all(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("EPSV ALL", {2});
  for (const std::string& line : {std::string("PASV"), dialogue.listener().port(), dialogue.listener().eprt()}) {
    const Reply reply = dialogue.command(line);
    require(reply.code >= 400, line + " behind EPSV ALL: a refusal", reply.shown());
  }
  dialogue.download("LIST", Otherwise::failed);
}

}  // namespace

Group addresses_group() {
  static constexpr Check checks[] = {
      {"epsv-is-229", "RFC 2428", "3", Level::must, "EPSV is answered with (|||port|)", epsv_form},
      {"epsv-works", "RFC 2428", "3", Level::must, "a LIST behind EPSV", epsv_works},
      {"epsv-of-the-own-family", "RFC 2428", "3", Level::must, "EPSV 1 over IPv4, EPSV 2 over IPv6",
       epsv_of_the_own_family},
      {"epsv-of-an-unknown-family-is-522", "RFC 2428", "3", Level::must, "522 lists the families that are known",
       epsv_of_an_unknown_family},
      {"epsv-all-leaves-only-epsv", "RFC 2428", "4", Level::must, "behind EPSV ALL, PORT, PASV and EPRT are refused",
       epsv_all},
      {"eprt-works", "RFC 2428", "2", Level::must, "a LIST behind EPRT", eprt_works},
      {"eprt-takes-any-delimiter", "RFC 2428", "2", Level::must, "EPRT with other delimiters than |",
       eprt_with_any_delimiter},
      {"eprt-of-an-unknown-family-is-522", "RFC 2428", "2", Level::must, "522 lists the families that are known",
       eprt_of_an_unknown_family},
      {"eprt-refuses-what-is-no-endpoint", "RFC 2428", "2", Level::must, "EPRT that cannot be read is refused",
       eprt_refuses},
  };
  return {"addresses", checks};
}

}  // namespace ferry::conform
