// A user-PI and its user-DTP for tests: blocking, strict, with a deadline on every wait, and able to misbehave.
//
// Every function throws Failure where the server does not do what the function stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/data_channel.hpp"
#include "support/reply.hpp"
#include "support/test_server.hpp"
#include "support/tls_client.hpp"
#include "support/wire.hpp"

namespace ferry::test {

struct ClientOptions {
  std::optional<IpAddress> from;  // the client's own address
  TlsClientOptions tls;
  bool implicit_tls = false;
  bool greeting = true;     // read the 220 at once
  bool resume_data = true;  // data connections resume the control connection's newest TLS session
};

class TestClient {
 public:
  explicit TestClient(const Endpoint& server, const ClientOptions& options = {});
  explicit TestClient(const TestServer& server, const ClientOptions& options = {});

  Wire& control() { return *control_; }
  void send(std::string_view line);  // with CR LF
  Reply read_reply();
  // Sends the line and takes one reply.
  Reply command(std::string_view line);
  // The same, and the reply must have this code.
  Reply expect(std::string_view line, int code);
  Reply expect_reply(int code);
  // The server says nothing more and closes; under TLS with close_notify.
  void expect_closed();
  // The server closes, whatever it says before.
  void expect_cut_off();
  // The TLS handshake fails, and the server closes.
  void expect_tls_refused();
  // QUIT, its 221 and the end, with no stray octet before, between or after them.
  void quit();

  void login(std::string_view user = "alice", std::string_view password = "secret");
  void auth_tls();
  // The handshake alone, after a 234.
  void start_tls();
  // REIN and CCC: takes the server's close_notify and goes on in clear.
  void end_tls();
  void protect_data();  // PBSZ 0, PROT P
  void set_data_tls(bool on) { data_tls_ = on; }
  const TlsClientOptions& tls_options() const { return options_.tls; }
  void set_resume_data(bool on) { options_.resume_data = on; }

  // Prepare the next data connection.
  DataChannel& passive();
  DataChannel& extended_passive();
  DataChannel& active();
  DataChannel& extended_active();
  // Asks for a passive data connection and gives the announced endpoint, without connecting to it.
  Endpoint passive_endpoint();
  Endpoint extended_passive_endpoint();
  // Uses a connection that the test made.
  DataChannel& use_data(DataChannel channel);

  DataChannel& data();
  // Call after the transfer command: applies TLS where PROT P is on, and gives the connection.
  Wire& open_data();
  void drop_data() { data_.reset(); }

  // Sends a transfer command and takes its 150 or 125.
  Reply begin(std::string_view line);
  // Whole transfers on a data connection that was prepared (passively where none was): a preliminary reply, the data,
  // 226.
  std::string download(std::string_view line);
  void upload(std::string_view line, std::string_view content);

 private:
  bool is_v4() const { return control_->peer().address.is_v4(); }

  ClientOptions options_;
  TlsClient tls_;
  std::unique_ptr<Wire> control_;
  ReplyReader reader_;
  std::optional<DataChannel> data_;
  bool data_tls_ = false;
};

}  // namespace ferry::test
