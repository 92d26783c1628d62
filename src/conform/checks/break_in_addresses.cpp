// Break-ins by way of the data connection: bounce, theft, ports that can be guessed (RFC 2577 §3, §4, §8).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/announced_port.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

using namespace std::chrono_literals;

// Long enough for a server on this machine to connect to another place on it.
constexpr auto while_a_call_would_come = 500ms;

constexpr std::string_view treasure = "what only the victim may read";

// Wants the server to connect to a place of a third party, which is a loopback address here.
void bounce(Visit& visit, const std::function<std::string(const Listener&)>& command) {
  Dialogue dialogue = visit.login();
  const Listener third(visit.stranger());
  const Reply reply = dialogue.command(command(third));
  if (reply.code < 300) dialogue.send("LIST");
  require(!third.called_within(while_a_call_would_come), "no connection to a third host",
          "one, behind " + reply.shown());
}

void bounce_by_port(Visit& visit) {
  bounce(visit, [](const Listener& third) { return third.port(); });
}

void bounce_by_eprt(Visit& visit) {
  bounce(visit, [](const Listener& third) { return third.eprt(); });
}

void bounce_by_a_mapped_address(Visit& visit) {
  bounce(visit, [](const Listener& third) {
    return fmt::format("EPRT |2|::ffff:{}|{}|", third.address().host(), third.address().port());
  });
}

void bounce_to_a_service(Visit& visit) {
  Dialogue dialogue = visit.login();
  if (dialogue.peer().is_v6()) untried("PORT is for IPv4");
  std::string line = dialogue.listener().port();
  line = line.substr(0, line.rfind(',', line.rfind(',') - 1)) + ",0,25";
  const Reply reply = dialogue.command(line);
  if (reply.code >= 400) return;
  const Reply transfer = dialogue.command("LIST");
  require(transfer.code >= 500, line + ": a refusal, as no client listens below 1024", reply.shown());
}

// Connects as a stranger to the victim's passive port before the victim does. What the stranger got.
std::string steal(Visit& visit, bool victim_has_to_succeed) {
  const user_pi::Address elsewhere = visit.stranger();
  if (visit.target().protect) untried("octets are encrypted; shown in clear");
  Dialogue victim = visit.login();
  const std::string name = visit.stored(victim, "treasure", treasure);
  const std::uint16_t port = user_pi::announced_by_227(victim.need("PASV", {227}).lines.back()).port;
  std::optional<user_pi::Connection> thief;
  try {
    thief.emplace(victim.connect_data(port, &elsewhere));
  } catch (const user_pi::Failure&) {
    return {};
  }
  victim.send("RETR " + name);
  if (victim_has_to_succeed) {
    std::string content;
    {
      user_pi::Connection data = victim.connect_data(port);
      victim.expect({150, 125}, "RETR of the victim behind a stranger's connection");
      content = victim.read_all(data);
    }
    require_same_content(treasure, content, "RETR of the victim behind a stranger's connection");
    victim.complete();
  }
  if (!thief->readable_within(while_a_call_would_come)) return {};
  std::array<std::byte, 100> octets{};
  try {
    return {reinterpret_cast<const char*>(octets.data()), thief->read(octets)};
  } catch (const user_pi::Failure&) {
    return {};
  }
}

void pasv_theft(Visit& visit) {
  const std::string stolen = steal(visit, false);
  require(stolen.empty(), "nothing for a client from another address", printable(stolen));
}

void victim_of_pasv_theft(Visit& visit) { steal(visit, true); }

void upload_from_a_stranger(Visit& visit) {
  const user_pi::Address elsewhere = visit.stranger();
  if (visit.target().protect) untried("octets are encrypted; shown in clear");
  Dialogue victim = visit.login();
  const std::string name = visit.stored(victim, "treasure", treasure);
  const std::uint16_t port = user_pi::announced_by_227(victim.need("PASV", {227}).lines.back()).port;
  try {
    user_pi::Connection thief = victim.connect_data(port, &elsewhere);
    victim.send("STOR " + name);
    victim.write_all(thief, "forged");
    victim.finish(thief);
    thief.readable_within(while_a_call_would_come);
  } catch (const user_pi::Failure&) {
    return;
  }
  Dialogue reader = visit.login();
  const std::string content = reader.download("RETR " + name, Otherwise::untried);
  require(content != "forged", "no upload from another address", printable(content));
}

void theft_under_tls(Visit& visit) {
  Dialogue victim = visit.login_under_tls();
  const std::string name = visit.stored(victim, "treasure", treasure);
  victim.resume_nothing();  // as somebody else at the same address would connect, who does not have it
  try {
    user_pi::Connection thief = victim.passive();
    victim.send("RETR " + name);
    victim.expect({150, 125, 4, 5}, "RETR");
    victim.secure(thief);
    const std::string stolen = victim.read_all(thief);
    require(stolen.empty(), "nothing for a data connection with a TLS session of its own", printable(stolen));
  } catch (const user_pi::Failure&) {
    // The handshake, or the connection, was refused.
  }
}

void predictable_ports(Visit& visit) {
  Dialogue dialogue = visit.login();
  constexpr std::size_t attempts = 40;
  std::vector<int> ports;
  for (std::size_t i = 0; i < attempts; ++i) {
    const Reply reply = dialogue.command("EPSV");
    if (reply.code == 229)
      ports.push_back(user_pi::port_of_229(reply.lines.back()));
    else
      ports.push_back(user_pi::announced_by_227(dialogue.need("PASV", {227}).lines.back()).port);
  }
  std::map<int, std::size_t> steps;
  for (std::size_t i = 1; i < ports.size(); ++i) ++steps[ports[i] - ports[i - 1]];
  const auto commonest = std::ranges::max_element(steps, {}, &std::pair<const int, std::size_t>::second);
  require(commonest->second < attempts / 4, "ports that do not follow from one another",
          fmt::format("{} times of {} the next one is {} further", commonest->second, attempts - 1, commonest->first));
}

}  // namespace

Group break_in_addresses_group() {
  static constexpr Check checks[] = {
      {"bounce-by-port", "safety", "RFC 2577 3", Level::must, "PORT does not connect to a third host", bounce_by_port},
      {"bounce-by-eprt", "safety", "RFC 2577 3", Level::must, "EPRT does not connect to a third host", bounce_by_eprt},
      {"bounce-by-mapped-address", "safety", "RFC 2577 3", Level::must, "nor with an IPv4 address in the form of IPv6",
       bounce_by_a_mapped_address},
      {"bounce-to-a-service", "safety", "RFC 2577 3", Level::should, "PORT to a port below 1024 is refused",
       bounce_to_a_service},
      {"pasv-theft-from-another-address", "safety", "RFC 2577 4", Level::must,
       "a client from another address gets nothing from a passive port", pasv_theft},
      {"victim-of-pasv-theft-is-served", "safety", "RFC 2577 4", Level::should,
       "the right client is served behind a wrong one", victim_of_pasv_theft},
      {"upload-from-another-address", "safety", "RFC 2577 4", Level::must,
       "nor does the server store what that one sends", upload_from_a_stranger},
      {"data-theft-under-tls-from-the-same-address", "safety", "RFC 4217 10", Level::may,
       "a data connection needs the TLS session of its control connection", theft_under_tls},
      {"predictable-passive-ports", "safety", "RFC 2577 8", Level::should, "passive ports are chosen at random",
       predictable_ports},
  };
  return {"break-in-addresses", checks};
}

}  // namespace ferry::conform
