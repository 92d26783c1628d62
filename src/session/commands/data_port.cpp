// Arranging the data connection: PORT, PASV (RFC 959 §4.1.2), EPRT, EPSV (RFC 2428), LPRT, LPSV (RFC 1639), CPSV.

#include "protocol/host_port.hpp"
#include "protocol/long_host_port.hpp"
#include "session/announced_address.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

Reply refuse_after_epsv_all() { return {501, "Only EPSV is allowed after EPSV ALL."}; }

Reply refuse_over_ipv6() { return {522, "This command has no form for IPv6, use EPRT and EPSV (2)"}; }

Reply refuse_family(const IpAddress& local) {
  return local.is_v4() ? Reply(522, "Network protocol not supported, use (1)")
                       : Reply(522, "Network protocol not supported, use (2)");
}

// Bounce protection (RFC 2577 §3): only the user-PI's own host, and no port of a well-known service.
Reply arrange_active(Session& session, Endpoint remote) {
  const Config& config = session.config();
  // A link-local address means the link that the control connection came over; EPRT has no way to say so.
  const IpAddress& peer = session.peer().address;
  if (peer.scope() != 0 && remote.address.is_v6() && remote.address.octets() == peer.octets()) remote.address = peer;
  if (remote.address != session.peer().address && !config.permit_foreign_addresses) {
    session.log(LogLevel::warning, "bounce", "Refused a data connection to " + remote.text() + ".");
    return {501, "Data connections go to your own address only."};
  }
  if (remote.port < 1024 && !config.permit_privileged_ports)
    return {504, "Data connections to ports below 1024 are not allowed."};
  session.data_port.connect_to(remote);
  session.offer_tls_session();
  return {200, "Data port arranged."};
}

}  // namespace

Task<Reply> port(Session& session, Command command) {
  if (session.epsv_all) co_return refuse_after_epsv_all();
  if (session.local_address().is_v6()) co_return refuse_over_ipv6();
  const auto remote = parse_port(command.argument);
  if (!remote) co_return Reply(501, "PORT needs h1,h2,h3,h4,p1,p2.");
  co_return arrange_active(session, *remote);
}

Task<Reply> eprt(Session& session, Command command) {
  if (session.epsv_all) co_return refuse_after_epsv_all();
  auto remote = parse_eprt(command.argument);
  if (!remote && remote.error() == SyntaxErrc::unknown_protocol)
    co_return Reply(522, "Network protocol not supported, use (1,2)");
  if (!remote) co_return Reply(501, "EPRT needs |protocol|address|port|.");
  // lftp 4.9 (2024) sends its address as "::" where it has not learned it: it can only mean its own.
  if (remote->address.is_unspecified()) remote->address = session.peer().address;
  if (remote->address.family() != session.local_address().family()) co_return refuse_family(session.local_address());
  co_return arrange_active(session, *remote);
}

namespace {

std::expected<Endpoint, Reply> arrange_passive(Session& session) {
  auto local = session.data_port.listen(session.loop(), session.services().ports, session.local_address());
  if (!local) return std::unexpected(Reply(425, "No passive port is free, try again later."));
  session.offer_tls_session();
  if (session.fault && session.fault->announced_port != 0) local->port = session.fault->announced_port;
  return *local;
}

}  // namespace

Task<Reply> pasv(Session& session, Command) {
  if (session.epsv_all) co_return refuse_after_epsv_all();
  if (session.local_address().is_v6()) co_return refuse_over_ipv6();
  const auto local = arrange_passive(session);
  if (!local) co_return local.error();
  const IpAddress address = announced_address(session.config(), local->address);
  co_return Reply(227, "Entering passive mode {}.", {format_227({address, local->port})});
}

// PASV for a transfer between two servers under TLS: where both have to wait for a handshake, this one begins it.
Task<Reply> cpsv(Session& session, Command command) {
  if (session.protection != ProtectionLevel::private_) co_return Reply(503, "Send PROT P first.");
  const Reply reply = co_await pasv(session, command);
  if (reply.code() == 227) session.data_port.begin_tls_as_client();
  co_return reply;
}

Task<Reply> epsv(Session& session, Command command) {
  const auto request = parse_epsv(command.argument);
  if (!request && request.error() == SyntaxErrc::unknown_protocol)
    co_return Reply(522, "Network protocol not supported, use (1,2)");
  if (!request) co_return Reply(501, "EPSV takes 1, 2, ALL or nothing.");
  using enum EpsvRequest::Kind;
  if (request->kind == all) {
    session.epsv_all = true;
    co_return Reply(200, "Only EPSV is allowed from now on.");
  }
  const bool is_v4 = session.local_address().is_v4();
  if ((request->kind == v4 && !is_v4) || (request->kind == v6 && is_v4))
    co_return refuse_family(session.local_address());
  const auto local = arrange_passive(session);
  if (!local) co_return local.error();
  co_return Reply(229, "Entering extended passive mode {}.", {format_229(local->port)});
}

// RFC 1639 §2: the reply to a family that is not known lists those that are.
Task<Reply> lprt(Session& session, Command command) {
  if (session.epsv_all) co_return refuse_after_epsv_all();
  const auto remote = parse_lprt(command.argument);
  if (!remote && remote.error() == SyntaxErrc::unknown_protocol)
    co_return Reply(521, "Address family not supported, use (4,6)");
  if (!remote) co_return Reply(501, "LPRT needs af,hal,h1,h2...,pal,p1,p2.");
  if (remote->address.family() != session.local_address().family())
    co_return session.local_address().is_v4() ? Reply(521, "Address family not supported, use (4)")
                                              : Reply(521, "Address family not supported, use (6)");
  co_return arrange_active(session, *remote);
}

Task<Reply> lpsv(Session& session, Command) {
  if (session.epsv_all) co_return refuse_after_epsv_all();
  const auto local = arrange_passive(session);
  if (!local) co_return local.error();
  const IpAddress address = announced_address(session.config(), local->address);
  co_return Reply(228, "Entering long passive mode {}", {format_228({address, local->port})});
}

}  // namespace ferry
