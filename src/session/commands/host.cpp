// HOST (RFC 7151): which of several hosts at this address the user-PI means.

#include "protocol/host_name.hpp"
#include "session/announced_address.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> host(Session& session, Command command) {
  if (session.logged_in()) co_return Reply(503, "HOST comes before the login; send REIN first.");
  // RFC 7151 §3.2.2 and §3.3: what an earlier HOST chose is forgotten, and a refused one counts as none at all.
  session.choose_host(session.named_in_handshake());
  const auto name = parse_host(command.argument);
  if (!name) co_return Reply(501, "HOST needs a domain name or an address, and no port.");
  const TlsEngine* const tls = session.stream().tls();
  if (tls && !tls->server_name().empty() && tls->server_name() != name->domain)
    co_return Reply(504, "The TLS handshake named another host.");
  if (name->address) {
    const IpAddress& local = session.local_address();
    if (*name->address != local && *name->address != announced_address(session.config(), local))
      co_return Reply(504, "This is not the address of this server.");
  } else {
    const VirtualHost* const found = find_host(session.config(), name->domain);
    if (!found) co_return Reply(504, "This host is not known here.");
    session.choose_host(found);
  }
  if (session.host && !session.host->banner.empty()) co_return Reply::text_lines(220, session.host->banner);
  co_return Reply(220, "Host accepted.");
}

}  // namespace ferry
