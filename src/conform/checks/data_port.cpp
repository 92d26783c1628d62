// How a data connection comes to be: PORT and PASV (RFC 959 §3.2, §4.1.2).
#include <fmt/format.h>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/announced_port.hpp"

namespace ferry::conform {

namespace {

void need_v4(const Dialogue& dialogue) {
  if (dialogue.peer().is_v6()) untried("PORT and PASV are for IPv4");
}

user_pi::Announced pasv(Dialogue& dialogue) {
  need_v4(dialogue);
  return user_pi::announced_by_227(dialogue.need("PASV", {227}).lines.back());
}

void pasv_is_227(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_v4(dialogue);
  const Reply reply = dialogue.insist("PASV", {227});
  require(matches(reply.text(), R"([^0-9]*\(?(\d{1,3},){5}\d{1,3}\)?[^0-9]*)"), "227 text (h1,h2,h3,h4,p1,p2)",
          reply.shown());
  static_cast<void>(user_pi::announced_by_227(reply.lines.back()));
}

void pasv_works(Visit& visit) {
  Dialogue dialogue = visit.login();
  list_over(dialogue, dialogue.connect_data(pasv(dialogue).port));
}

void pasv_announces_the_own_address(Visit& visit) {
  Dialogue dialogue = visit.login();
  const user_pi::Announced announced = pasv(dialogue);
  const std::string host =
      fmt::format("{}.{}.{}.{}", announced.host[0], announced.host[1], announced.host[2], announced.host[3]);
  require(host == dialogue.peer().host(), "the address " + dialogue.peer().host(), host);
}

void second_pasv(Visit& visit) {
  Dialogue dialogue = visit.login();
  pasv(dialogue);
  list_over(dialogue, dialogue.connect_data(pasv(dialogue).port));
}

void port_works(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_v4(dialogue);
  Listener listener = dialogue.listener();
  dialogue.insist(listener.port(), {200});
  list_at(dialogue, listener);
}

void active_address(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_v4(dialogue);
  Listener listener = dialogue.listener();
  dialogue.need(listener.port(), {200});
  dialogue.begin("LIST", Otherwise::untried);
  const user_pi::Connection data = listener.accept(dialogue.deadline());
  require(data.peer().host() == dialogue.peer().host(), "a data connection from " + dialogue.peer().host(),
          data.peer().host());
}

void port_refuses(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_v4(dialogue);
  for (const char* const line : {"PORT 1,2,3", "PORT 127,0,0,256,100,1", "PORT a,b,c,d,e,f", "PORT 127,0,0,1,256,1",
                                 "PORT 127,0,0,1,1,1,1", "PORT 127.0.0.1.100.1"})
    dialogue.insist(line, {500, 501});
}

void nobody_listens(Visit& visit) {
  Dialogue dialogue = visit.login();
  need_v4(dialogue);
  {
    const Listener gone = dialogue.listener();
    dialogue.need(gone.port(), {200});
  }
  const Reply reply = dialogue.insist("LIST", {150, 125, 425, 426});
  if (reply.code < 200) dialogue.expect({425, 426}, "LIST to a port where nobody listens");
  dialogue.insist("NOOP", {200});
}

void no_data_port(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply reply = dialogue.command("LIST");
  if (reply.code == 150 || reply.code == 125) {
    dialogue.expect({4, 5}, "LIST without a data port");
  } else {
    require(reply.code >= 400, "LIST without a data port: 425", reply.shown());
  }
  dialogue.insist("NOOP", {200});
}

void connection_after_the_command(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::uint16_t port = pasv(dialogue).port;
  dialogue.send("LIST");
  {
    user_pi::Connection data = dialogue.connect_data(port);
    dialogue.expect({150, 125}, "LIST before the data connection");
    dialogue.secure(data);
    dialogue.read_all(data);
  }
  dialogue.complete();
}

void pasv_behind_a_refused_transfer(Visit& visit) {
  Dialogue dialogue = visit.login();
  {
    const user_pi::Connection unused = dialogue.passive();
    dialogue.need("RETR no-such-file", {4, 5});
  }
  dialogue.download("LIST", Otherwise::failed);
}

void port_replaces_pasv(Visit& visit) {
  Dialogue dialogue = visit.login();
  pasv(dialogue);
  Listener listener = dialogue.listener();
  dialogue.insist(listener.port(), {200});
  list_at(dialogue, listener);
}

void many_transfers(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (int i = 0; i < 20; ++i) dialogue.download("LIST", Otherwise::failed);
}

}  // namespace

Group data_port_group() {
  static constexpr Check checks[] = {
      {"pasv-is-227", "RFC 959", "4.1.2", Level::must, "PASV is answered with six numbers", pasv_is_227},
      {"pasv-works", "RFC 1123", "4.1.2.6", Level::must, "a LIST over a passive data connection", pasv_works},
      {"pasv-announces-the-control-address", "RFC 959", "4.1.2", Level::should,
       "PASV names the address that the client is connected to", pasv_announces_the_own_address},
      {"each-pasv-has-a-port-of-its-own", "RFC 1123", "4.1.2.6", Level::must, "a second PASV replaces the first",
       second_pasv},
      {"port-works", "RFC 1123", "4.1.2.13", Level::must, "a LIST over an active data connection", port_works},
      {"port-replaces-pasv", "RFC 959", "4.1.2", Level::must, "PORT after PASV", port_replaces_pasv},
      {"active-connection-comes-from-the-control-address", "RFC 1123", "4.1.2.12", Level::must,
       "the server calls from the address of the control connection", active_address},
      {"port-refuses-what-is-no-endpoint", "RFC 959", "5.3.2", Level::must, "PORT with other than six numbers is 501",
       port_refuses},
      {"data-connection-to-nobody-is-425", "RFC 959", "5.4", Level::must,
       "a data connection that cannot be made is 425", nobody_listens},
      {"transfer-without-data-port-fails", "RFC 959", "5.4", Level::should, "a transfer without PORT or PASV ends",
       no_data_port},
      {"data-connection-behind-the-command", "RFC 959", "3.2", Level::must, "the client may connect after its command",
       connection_after_the_command},
      {"transfer-behind-a-refused-one", "RFC 959", "4.1.2", Level::must, "a refused transfer does not disturb the next",
       pasv_behind_a_refused_transfer},
      {"twenty-transfers-in-one-session", "RFC 959", "3.2", Level::must, "one session, many data connections",
       many_transfers},
  };
  return {"data-port", checks};
}

}  // namespace ferry::conform
