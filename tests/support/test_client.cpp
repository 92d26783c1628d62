#include "support/test_client.hpp"

#include <array>
#include <charconv>

namespace ferry::test {
namespace {

// The six numbers of a 227, wherever the parentheses are (RFC 1123 §4.1.2.6).
Endpoint endpoint_of_227(const std::string& text) {
  std::array<unsigned, 6> n{};
  const std::size_t open = text.find('(');
  const std::size_t close = text.find(')');
  if (open == std::string::npos || close == std::string::npos) throw Failure("no parentheses in: " + text);
  const char* at = text.data() + open + 1;
  for (std::size_t i = 0; i < n.size(); ++i) {
    const auto [end, error] = std::from_chars(at, text.data() + close, n[i]);
    if (error != std::errc() || n[i] > 255 || *end != (i == 5 ? ')' : ',')) throw Failure("bad numbers in: " + text);
    at = end + 1;
  }
  std::array<std::uint8_t, 4> address;
  for (std::size_t i = 0; i < address.size(); ++i) address[i] = static_cast<std::uint8_t>(n[i]);
  return {IpAddress::v4(address), static_cast<std::uint16_t>(n[4] * 256 + n[5])};
}

std::uint16_t port_of_229(const std::string& text) {
  std::uint16_t port = 0;
  const std::size_t open = text.find("(|||");
  if (open == std::string::npos) throw Failure("no (|||port|) in: " + text);
  const auto [end, error] = std::from_chars(text.data() + open + 4, text.data() + text.size(), port);
  if (error != std::errc() || port == 0 || std::string_view(end).substr(0, 2) != "|)")
    throw Failure("bad port: " + text);
  return port;
}

std::string port_argument(const Endpoint& e) {
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) text += std::to_string(e.address.octets()[i]) + ",";
  return text + std::to_string(e.port / 256) + "," + std::to_string(e.port % 256);
}

}  // namespace

TestClient::TestClient(const TestServer& server, const ClientOptions& options)
    : TestClient(options.implicit_tls ? server.implicit_tls_endpoint() : server.endpoint(), options) {}

TestClient::TestClient(const Endpoint& server, const ClientOptions& options)
    : options_(options), tls_(options.tls), control_(Wire::connect(server, options.from)) {
  if (options_.implicit_tls) start_tls();
  if (options_.greeting) expect_reply(220);
}

void TestClient::send(std::string_view line) { control_->send(std::string(line) + "\r\n"); }

Reply TestClient::read_reply() { return reader_.read(*control_); }

Reply TestClient::command(std::string_view line) {
  send(line);
  return read_reply();
}

Reply TestClient::expect(std::string_view line, int code) {
  Reply reply = command(line);
  if (reply.code != code)
    throw Failure(std::string(line) + " should give " + std::to_string(code) + ", but gave: " + reply.text());
  return reply;
}

Reply TestClient::expect_reply(int code) {
  Reply reply = read_reply();
  if (reply.code != code) throw Failure(std::to_string(code) + " was due, but what came was: " + reply.text());
  return reply;
}

void TestClient::expect_closed() {
  if (reader_.has_octets()) throw Failure("a reply that was not due: " + read_reply().text());
  const std::string more = control_->receive_all();
  if (!more.empty()) throw Failure("the server said more before it closed: " + more);
  if (control_->end() == WireEnd::cut) throw Failure("the server closed without close_notify");
}

void TestClient::expect_cut_off() { control_->receive_all(); }

void TestClient::expect_tls_refused() {
  bool refused = false;
  try {
    start_tls();
  } catch (const Failure&) {
    refused = true;
  }
  if (!refused) throw Failure("the TLS handshake succeeded");
  expect_cut_off();
}

void TestClient::quit() {
  expect("QUIT", 221);
  expect_closed();
}

void TestClient::login(std::string_view user, std::string_view password) {
  expect("USER " + std::string(user), 331);
  expect("PASS " + std::string(password), 230);
}

void TestClient::auth_tls() {
  expect("AUTH TLS", 234);
  start_tls();
}

void TestClient::start_tls() {
  if (reader_.has_octets()) throw Failure("the server sent more before the TLS handshake");
  control_->start_tls(tls_);
  data_tls_ = false;  // RFC 4217 §9: the protection level starts as C again
}

void TestClient::end_tls() {
  if (reader_.has_octets()) throw Failure("the server sent more before it ended TLS");
  control_->end_tls();
}

void TestClient::protect_data() {
  expect("PBSZ 0", 200);
  expect("PROT P", 200);
  data_tls_ = true;
}

Endpoint TestClient::passive_endpoint() { return endpoint_of_227(expect("PASV", 227).text()); }

Endpoint TestClient::extended_passive_endpoint() {
  return {control_->peer().address, port_of_229(expect("EPSV", 229).text())};
}

DataChannel& TestClient::passive() { return use_data(DataChannel::connect(passive_endpoint())); }

DataChannel& TestClient::extended_passive() { return use_data(DataChannel::connect(extended_passive_endpoint())); }

DataChannel& TestClient::active() {
  use_data(DataChannel::listen(control_->local().address));
  expect("PORT " + port_argument(data_->listening_at()), 200);
  return *data_;
}

DataChannel& TestClient::extended_active() {
  use_data(DataChannel::listen(control_->local().address));
  const Endpoint at = data_->listening_at();
  expect("EPRT |" + std::string(is_v4() ? "1" : "2") + "|" + at.address.text() + "|" + std::to_string(at.port) + "|",
         200);
  return *data_;
}

DataChannel& TestClient::use_data(DataChannel channel) {
  data_.emplace(std::move(channel));
  return *data_;
}

DataChannel& TestClient::data() {
  if (!data_) throw Failure("no data connection was prepared");
  return *data_;
}

Wire& TestClient::open_data() {
  Wire& wire = data().connection();
  if (data_tls_ && !wire.has_tls())
    data().use_tls(tls_, options_.resume_data ? control_->take_session() : TlsSession());
  return data().open();
}

Reply TestClient::begin(std::string_view line) {
  Reply reply = command(line);
  if (reply.code != 150 && reply.code != 125)
    throw Failure(std::string(line) + " should begin a transfer, but gave: " + reply.text());
  return reply;
}

std::string TestClient::download(std::string_view line) {
  if (!data_) extended_passive();
  begin(line);
  std::string content = open_data().receive_all();
  const WireEnd end = open_data().end();
  if (end != WireEnd::orderly) throw Failure("the data connection did not end in order");
  drop_data();
  expect_reply(226);
  return content;
}

void TestClient::upload(std::string_view line, std::string_view content) {
  if (!data_) extended_passive();
  begin(line);
  open_data();
  data().send_all(content);
  drop_data();
  expect_reply(226);
}

}  // namespace ferry::test
