// A user-PI: one session with the server under test, from connecting to QUIT.
//
// It says what most clients say and nothing more: EPSV, the data connection at once, then the transfer command. Every
// function throws Failure when the server refuses or the connection breaks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "user_pi/connection.hpp"
#include "user_pi/failure.hpp"
#include "user_pi/line_reader.hpp"

namespace ferry::bench {

using user_pi::Address;
using user_pi::Connection;
using user_pi::Failure;
using user_pi::TlsClient;

struct Target {
  Address address;
  std::string user;
  std::string password;
  std::shared_ptr<const TlsClient> tls{};  // null: none
  bool implicit_tls = false;
  bool pasv = false;
};

struct Reply {
  int code = 0;
  std::string text;  // the last line
};

// Called with the parts of what arrives.
using Receiver = std::function<void(std::span<const std::byte>)>;

class UserPi {
 public:
  // Connects and reads the greeting.
  explicit UserPi(const Target& target);

  void login();  // AUTH TLS where asked, USER, PASS, TYPE I
  void quit();

  Reply command(std::string_view line);
  // The same, where anything but a reply of the 200s (and 300s) is a failure.
  Reply must(std::string_view line);

  // One data connection that brings octets here, with RETR, MLSD and so on; returns their number. Without a receiver
  // they are only counted. `counter` hears of them as they come.
  std::uint64_t receive(std::string_view command, const Receiver& receiver,
                        const std::function<void(std::uint64_t)>& counter = {});
  void store(std::string_view path, std::span<const std::byte> content,
             const std::function<void(std::uint64_t)>& counter = {});

  // Data connections so far that resumed the control connection's TLS session.
  std::uint64_t resumed() const { return resumed_; }

 private:
  Reply read_reply();
  std::string read_line();
  Connection open_data();
  void secure_data(Connection& data);
  void expect_preliminary(std::string_view command);
  void expect_completion(std::string_view command);

  Target target_;
  TlsClient::Session tls_session_;
  Connection control_;
  user_pi::LineReader lines_{1024};
  std::uint64_t resumed_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace ferry::bench
