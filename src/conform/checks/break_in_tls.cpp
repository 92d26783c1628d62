// Break-ins by way of TLS: what is said in clear around it, other protocols, old versions, ends that are no ends.
#include <openssl/ssl.h>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

using namespace std::chrono_literals;

// Octets in clear around AUTH, then the handshake: nothing of them may be executed or answered inside of TLS.
void injected(Visit& visit, bool before_the_reply) {
  Dialogue probe = visit.connect();
  probe.auth(*visit.target().tls);  // refused, where there is no TLS
  Dialogue dialogue = visit.connect();
  dialogue.send_raw(before_the_reply ? "AUTH TLS\r\nFEAT\r\n" : "AUTH TLS\r\n");
  dialogue.expect({234}, "AUTH TLS");
  if (!before_the_reply) dialogue.send_raw("FEAT\r\n");
  try {
    dialogue.control().set_deadline(dialogue.deadline());
    user_pi::TlsClient::Session none;
    dialogue.control().start_tls(*visit.target().tls, &none, false);
    if (!dialogue.control().readable_within(1s)) return;
    fail("nothing inside of TLS of what was sent in clear", dialogue.reply().shown());
  } catch (const user_pi::Failure&) {
    // The connection, or the handshake, has ended: just as well.
  }
}

void commands_behind_auth(Visit& visit) { injected(visit, true); }
void commands_behind_234(Visit& visit) { injected(visit, false); }

void commands_behind_rein(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string name = visit.directory("kept-behind-rein");
  dialogue.send_raw("REIN\r\nMKD " + name + "\r\n");
  try {
    dialogue.expect({2, 500, 502}, "REIN");
    dialogue.control().set_deadline(dialogue.deadline());
    if (dialogue.speaks_within(500ms)) {
      const Reply reply = dialogue.reply();
      if (reply.code == 257) {
        // Where REIN is not offered, the login is still there.
        const Reply rein = visit.login_under_tls().command("REIN");
        if (rein.is_refusal()) refused("REIN: 220", rein.shown());
        fail("no command with the rights of the login that REIN has ended", reply.shown());
      }
    }
  } catch (const user_pi::Failure&) {
  }
}

bool handshake_succeeds(Visit& visit, const user_pi::TlsClient& client) {
  Dialogue probe = visit.connect();
  probe.auth(*visit.target().tls);
  Dialogue dialogue = visit.connect();
  try {
    dialogue.auth(client);
    // Under TLS 1.3 the server's refusal comes behind the client's end of the handshake.
    dialogue.need("NOOP", {200, 530});
    return true;
  } catch (const user_pi::Failure&) {
  } catch (const Outcome&) {
  }
  return false;
}

void alpn_of_another_protocol(Visit& visit) {
  const user_pi::TlsClient client;
  constexpr unsigned char http[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(client.context(), http, sizeof http - 1);
  require(!handshake_succeeds(visit, client), "no TLS for a client that wants HTTP (ALPN)", "a handshake");
}

void old_version(Visit& visit, int version) {
  const user_pi::TlsClient client;
  SSL_CTX_set_security_level(client.context(), 0);  // this end would refuse otherwise
  SSL_CTX_set_min_proto_version(client.context(), version);
  SSL_CTX_set_max_proto_version(client.context(), version);
  require(!handshake_succeeds(visit, client), "no handshake", "one");
}

void tls_1_0(Visit& visit) { old_version(visit, TLS1_VERSION); }
void tls_1_1(Visit& visit) { old_version(visit, TLS1_1_VERSION); }

void weak_ciphers(Visit& visit) {
  const user_pi::TlsClient client;
  SSL_CTX_set_security_level(client.context(), 0);
  SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
  if (SSL_CTX_set_cipher_list(client.context(), "eNULL:aNULL:EXPORT:LOW:RC4:3DES") != 1)
    untried("this OpenSSL has none of them");
  require(!handshake_succeeds(visit, client), "no handshake without encryption or without a certificate", "one");
}

void renegotiation(Visit& visit) {
  const user_pi::TlsClient client;
  SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
  Dialogue dialogue = visit.connect();
  dialogue.auth(client);
  SSL* const ssl = dialogue.control().ssl();
  try {
    for (int i = 0; i < 3; ++i) {
      SSL_renegotiate(ssl);
      SSL_do_handshake(ssl);
      dialogue.insist("NOOP", {200, 530});
    }
  } catch (const user_pi::Failure&) {
    return;  // refused with an alert, or the end of the connection
  }
  require(SSL_total_renegotiations(ssl) == 0 || SSL_renegotiate_pending(ssl) != 0,
          "no renegotiation at the client's wish", "three of them");
}

// A ClientHello of TLS 1.2 (RFC 5246 §7.4.1.2), in its record, that wants DEFLATE (RFC 3749) and would do without:
// OpenSSL as Debian builds it cannot say that. Its ciphers and extensions are what any server finds one among.
constexpr std::string_view hello_with_compression(
    "\x16\x03\x01\x00\x5e\x01\x00\x00\x5a\x03\x03"
    "an instant that nobody looks at.\x00"
    "\x00\x0e\xc0\x2b\xc0\x2f\xc0\x2c\xc0\x30\x00\x9c\x00\x2f\x00\xff"
    "\x02\x01\x00"
    "\x00\x22\x00\x0a\x00\x06\x00\x04\x00\x17\x00\x18"
    "\x00\x0b\x00\x02\x01\x00"
    "\x00\x0d\x00\x0e\x00\x0c\x04\x03\x05\x03\x04\x01\x05\x01\x02\x03\x02\x01",
    5 + 4 + 2 + 32 + 1 + 16 + 3 + 2 + 34);

void compression(Visit& visit) {
  Dialogue dialogue = visit.connect();
  dialogue.want("AUTH TLS", {234}, Otherwise::refusing);
  dialogue.send_raw(hello_with_compression);
  dialogue.control().set_deadline(dialogue.deadline());
  // Of the ServerHello: type and length (4), version (2), random (32), the session's length and name, the cipher (2).
  std::string answer;
  const auto octet = [&](std::size_t place) {
    while (answer.size() <= place) {
      std::byte more[256];
      const std::size_t size = dialogue.control().read(more);
      if (size == 0) throw user_pi::Failure("the connection has ended");
      answer.append(reinterpret_cast<const char*>(more), size);
    }
    return static_cast<unsigned char>(answer[place]);
  };
  try {
    constexpr std::size_t header = 5;
    constexpr std::size_t session = header + 4 + 2 + 32;
    if (octet(0) != 0x16 || octet(header) != 2) return;  // an alert: no handshake at all
    const unsigned method = octet(session + 1 + octet(session) + 2);
    require(method == 0, "no compression of TLS (CRIME)", "method " + std::to_string(method));
  } catch (const user_pi::Failure&) {
    // Hung up instead.
  }
}

void truncated_upload(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string name = visit.file("truncated");
  dialogue.begin_upload("STOR " + name, "half of what was meant").cut();
  const Reply reply = dialogue.reply();
  require(reply.code >= 400, "an upload that ends without close_notify: 426 or 451", reply.shown());
}

void clear_upload_into_tls(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string name = visit.file("forged");
  dialogue.data_in_clear();
  dialogue.begin_upload("STOR " + name, "forged content").cut();
  try {
    static_cast<void>(dialogue.reply());
  } catch (const user_pi::Failure&) {
    // What counts is what was stored.
  }
  Dialogue reader = visit.login();
  user_pi::Connection data = reader.passive();
  const Reply reply = reader.command("RETR " + name);
  if (reply.code >= 200) return;
  reader.secure(data);
  const std::string content = reader.read_all(data);
  require(content.find("forged") == std::string::npos, "nothing stored of octets in clear under PROT P",
          printable(content));
}

void downgrade_by_prot_c(Visit& visit) {
  // PROT in clear, before TLS, must not count inside of it.
  Dialogue dialogue = visit.connect();
  static_cast<void>(dialogue.command("PBSZ 0"));
  static_cast<void>(dialogue.command("PROT P"));
  dialogue.auth(*visit.target().tls);
  const Reply reply = dialogue.command("PROT P");
  require(reply.code >= 500, "PROT behind AUTH needs PBSZ again: 503", reply.shown());
}

}  // namespace

Group break_in_tls_group() {
  static constexpr Check checks[] = {
      {"commands-in-clear-behind-auth", "safety", "RFC 4217 15", Level::must,
       "what is sent with AUTH is not executed in TLS", commands_behind_auth},
      {"commands-in-clear-behind-234", "safety", "RFC 4217 15", Level::must,
       "what is sent behind 234 is not executed in TLS", commands_behind_234},
      {"commands-kept-across-rein", "safety", "RFC 4217 11", Level::must, "what is sent with REIN has no login",
       commands_behind_rein},
      {"state-kept-across-auth", "safety", "RFC 4217 4.2", Level::should,
       "PBSZ and PROT in clear do not count under TLS", downgrade_by_prot_c},
      {"alpn-of-another-protocol", "safety", "RFC 7301", Level::should, "TLS for HTTP is refused (ALPACA)",
       alpn_of_another_protocol},
      {"tls-1.0-is-spoken", "RFC 8996", "4", Level::must, "TLS 1.0 is refused", tls_1_0},
      {"tls-1.1-is-spoken", "RFC 8996", "5", Level::must, "TLS 1.1 is refused", tls_1_1},
      {"weak-ciphers-are-spoken", "RFC 9325", "4.1", Level::must,
       "ciphers without encryption or certificate are refused", weak_ciphers},
      {"tls-renegotiation", "RFC 9325", "3.5", Level::should, "the client cannot renegotiate", renegotiation},
      {"tls-compression", "RFC 9325", "3.3", Level::must, "TLS does not compress", compression},
      {"truncated-upload-is-taken-for-complete", "safety", "RFC 4217 7", Level::must, "no 226 without close_notify",
       truncated_upload},
      {"clear-upload-into-tls", "safety", "RFC 4217 9", Level::must, "nobody can store in clear under PROT P",
       clear_upload_into_tls},
  };
  return {"break-in-tls", checks};
}

}  // namespace ferry::conform
