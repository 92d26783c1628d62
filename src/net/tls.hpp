// TLS for both kinds of connections, as the TLS server (RFC 4217 §7) but for transfers between two servers, one of
// which has to be the TLS client; with OpenSSL hidden in tls.cpp.
//
// A data connection proves that it belongs to a control connection by resuming a TLS session of that one (RFC 4217
// §10). Each control connection has a random identity which is sealed into every ticket it hands out; a data connection
// that resumes shows the identity again. Under TLS 1.3 clients use a ticket once, so the control connection offers a
// fresh one with each reply to PASV, EPSV, PORT and EPRT. Data connections hand out no tickets: a client that uploads
// and closes without reading would leave them unread, its kernel would answer with a reset, and the end of the file
// would be lost (lftp, rclone, Perl, Ruby and Java clients, 2026).
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ferry/config.hpp>
#include <ferry/events.hpp>

#include "net/socket.hpp"

namespace ferry {

using TlsIdentity = std::array<std::byte, 16>;

// A new identity from the system's random generator.
TlsIdentity new_tls_identity();

// Certificates, policy and ticket keys. Immutable; shared by all loops. A connection keeps the context it began with.
class TlsContext {
 public:
  // The error is one line for people that names the file.
  static std::expected<std::shared_ptr<const TlsContext>, std::string> make(const TlsConfig& config,
                                                                            std::span<const VirtualHost> hosts = {});
  ~TlsContext();

 private:
  friend class TlsEngine;
  friend struct TlsCallbacks;
  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One TLS connection over a socket. Never waits: every function says would_block where it would have to wait for the
// socket to become readable, and output is collected until flush() could send all of it.
class TlsEngine {
 public:
  enum class Role {
    control,
    data,
    // A data connection down which a file goes by send_file(): the kernel encrypts, where it can (see sends_in_kernel).
    file_down,
    // A data connection to another server, which is the TLS server. Nobody here knows who that should be: its
    // certificate is not checked, no session is resumed, and no certificate is shown.
    data_client,
  };
  // `host`: the virtual host that the session has chosen, empty for none. Its certificate is shown, and a peer that
  // names another host in the handshake is refused (RFC 7151 §3.2.2). Without one, the peer's wish counts.
  TlsEngine(std::shared_ptr<const TlsContext> context, Socket& socket, Role role, const TlsIdentity& identity,
            std::string host = {});
  ~TlsEngine();
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  // none when done.
  IoErrc try_handshake();
  // 0: the peer sent close_notify; truncated: it hung up without.
  IoResult<std::size_t> try_read(std::span<std::byte> buffer);
  // Encrypts into the output.
  IoErrc write(std::span<const std::byte> octets);
  // Whether the kernel encrypts what we send; then send_file() takes the place of write(). After the handshake.
  bool sends_in_kernel() const;
  // Like sendfile(2), octets encrypted by the kernel: how many were sent, or -1 with errno set.
  ssize_t send_file(int file, off_t& offset, std::size_t most);
  // Whether this end is the TLS client.
  bool is_client() const;
  // Announces the end of our octets (RFC 8446 §6.1), into the output.
  void write_close_notify();
  // Sends the output; would_block: the rest waits for the socket to become writable.
  IoErrc flush();
  bool has_output() const;

  // Puts a fresh ticket into the output, before the next octets written (TLS 1.3; no effect under 1.2, whose clients
  // reuse a session as often as they like).
  void offer_session();

  bool resumed() const;
  // Whose session the peer resumed.
  std::optional<TlsIdentity> resumed_identity() const;
  // What was negotiated; nullopt until the handshake is done.
  std::optional<TlsFacts> facts() const;
  // Parts of that. The host that the peer has named (SNI), empty where it named none; and the verified certificate that
  // it has shown to us as the TLS server.
  std::string_view server_name() const;
  std::optional<ClientCertificate> client_certificate() const;

 private:
  IoErrc flush_direct();
  // flush() for what the handshake has put into the output.
  void flush_flight();

  friend class TlsContext;
  friend struct TlsBio;
  friend struct TlsCallbacks;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry
