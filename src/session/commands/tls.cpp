// Protection: AUTH, PBSZ, PROT, CCC, SSCN and the commands of RFC 2228 that TLS makes needless (RFC 4217).

#include "base/text.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> auth(Session& session, Command command) {
  const std::string mechanism = to_upper_ascii(command.argument);
  const bool private_data = mechanism == "TLS-P";
  if (mechanism != "TLS" && mechanism != "TLS-C" && mechanism != "SSL" && !private_data)
    co_return Reply(504, "Unknown mechanism; this server knows TLS.");
  if (session.stream().tls()) co_return Reply(534, "TLS is in use already.");

  // RFC 4217 §4.2: what was arranged in clear may have been arranged by somebody else.
  co_await session.log_out();
  session.reset_transfer_parameters();
  session.command_channel_cleared = false;
  session.protection_buffer_set = private_data;
  session.protection = private_data ? ProtectionLevel::private_ : ProtectionLevel::clear;
  session.secured_client = false;
  session.after_reply = AfterReply::start_tls;
  co_return Reply(234, "Proceed with the TLS handshake.");
}

Task<Reply> pbsz(Session& session, Command command) {
  if (!session.stream().tls()) co_return Reply(503, "Send AUTH TLS first.");
  const auto size = parse_decimal(command.argument);
  if (!size || *size > 0xFFFF'FFFF) co_return Reply(501, "The buffer size is a number of 32 bits.");
  session.protection_buffer_set = true;
  co_return Reply(200, "PBSZ=0");  // RFC 4217 §8: TLS has its own
}

Task<Reply> prot(Session& session, Command command) {
  if (!session.stream().tls()) co_return Reply(503, "Send AUTH TLS first.");
  if (!session.protection_buffer_set) co_return Reply(503, "Send PBSZ first.");
  const std::string level = to_upper_ascii(command.argument);
  // An open data connection is as it is.
  if (level == "P" || level == "C") session.data_port.drop_connection();
  if (level == "P") {
    session.protection = ProtectionLevel::private_;
    co_return Reply(200, "Data connections are protected from now on.");
  }
  if (level == "C") {
    if (session.config().tls->required_for_data) co_return Reply(534, "Data connections must be protected here.");
    session.protection = ProtectionLevel::clear;
    co_return Reply(200, "Data connections are in clear from now on.");
  }
  if (level == "S" || level == "E") co_return Reply(536, "TLS does not know this protection level.");
  co_return Reply(504, "Unknown protection level; P and C are known.");
}

Task<Reply> ccc(Session& session, Command) {
  if (!session.stream().tls()) co_return Reply(533, "The control connection is in clear already.");
  const TlsConfig& tls = *session.config().tls;
  if (!tls.allow_ccc || tls.required_for_control)
    co_return Reply(534, "The control connection must stay protected here.");
  session.command_channel_cleared = true;
  session.protection_buffer_set = false;
  session.after_reply = AfterReply::stop_tls;
  co_return Reply(200, "The control connection continues in clear.");
}

// Who begins the TLS handshake on data connections for files: the user-PI ("server method"), or this server, in a
// transfer between two servers ("client method"). SmartFTP and RaidenFTPD brought it up in 2003.
Task<Reply> sscn(Session& session, Command command) {
  if (!session.stream().tls()) co_return Reply(503, "Send AUTH TLS first.");
  const std::string wanted = to_upper_ascii(command.argument);
  if (wanted == "ON" || wanted == "OFF") {
    session.data_port.drop_connection();  // an open one is as it is
    session.secured_client = wanted == "ON";
  } else if (!wanted.empty()) {
    co_return Reply(501, "SSCN is ON or OFF.");
  }
  co_return session.secured_client ? Reply(200, "SSCN:CLIENT METHOD") : Reply(200, "SSCN:SERVER METHOD");
}

Task<Reply> adat(Session&, Command) { co_return Reply(503, "TLS needs no ADAT."); }

Task<Reply> protected_command(Session& session, Command) {
  if (!session.stream().tls()) co_return Reply(503, "Send AUTH TLS first.");
  co_return Reply(537, "Under TLS commands are protected as they are.");
}

}  // namespace ferry
