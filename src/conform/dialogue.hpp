// One control connection to the server under judgement, with the data connections of its transfers.
//
// Nothing here waits for ever: each reply has its deadline, and all of a check's have one together.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "conform/check.hpp"
#include "conform/listener.hpp"
#include "conform/reply.hpp"
#include "conform/target.hpp"
#include "user_pi/connection.hpp"
#include "user_pi/line_reader.hpp"

namespace ferry::conform {

// What another reply than the wanted one means.
enum class Otherwise : std::uint8_t {
  failed,    // the server breaks a rule; whatever it says is no excuse
  refusing,  // the same, but 500, 502 and 504 tell that it does not offer the feature
  untried,   // the check cannot go on
};

class Dialogue {
 public:
  // Connects, and takes the greeting. `end`: of the check.
  Dialogue(const Target& target, user_pi::Clock::time_point end, const user_pi::Address* source = nullptr);

  const Reply& greeting() const { return greeting_; }

  void send(std::string_view line);  // and CR LF
  void send_raw(std::string_view octets);
  void send_urgent(std::string_view octets);
  Reply reply();
  Reply command(std::string_view line);
  // The reply to what was sent before, or to this line, where it is one of `codes`.
  Reply expect(const Codes& codes, std::string_view what, Otherwise otherwise = Otherwise::failed);
  Reply want(std::string_view line, const Codes& codes, Otherwise otherwise = Otherwise::refusing);
  Reply insist(std::string_view line, const Codes& codes) { return want(line, codes, Otherwise::failed); }
  Reply need(std::string_view line, const Codes& codes) { return want(line, codes, Otherwise::untried); }
  // Whether something is there to be read within this time.
  bool speaks_within(std::chrono::milliseconds time);
  // The end of the connection, whatever comes before; false where it does not end in time.
  bool closes();

  // Explicit TLS on the control connection; untried or refused where there is none.
  void auth(const user_pi::TlsClient& tls, Otherwise otherwise = Otherwise::refusing);
  // PBSZ 0 and PROT P.
  void protect_data(Otherwise otherwise = Otherwise::untried);
  void data_in_clear() { data_tls_ = nullptr; }
  bool is_protected() const { return control_.ssl() != nullptr; }
  // USER, PASS and, where the server wants it, ACCT: whatever it says.
  Reply try_login(std::string_view user, std::string_view password);

  // A data connection that this end makes: EPSV, or PASV where that is not offered.
  user_pi::Connection passive(Otherwise otherwise = Otherwise::untried);
  user_pi::Connection connect_data(std::uint16_t port, const user_pi::Address* source = nullptr) const;
  // Somewhere to be called, at this end's address.
  Listener listener() const { return Listener(control_.local()); }
  // TLS on a data connection, where PROT P was said.
  void secure(user_pi::Connection& data);
  // Further data connections resume no TLS session of this control connection.
  void resume_nothing() { resumes_ = false; }

  // The command with its 150 or 125.
  Reply begin(std::string_view line, Otherwise otherwise);
  Reply complete(Otherwise otherwise = Otherwise::failed);
  // Whole transfers.
  std::string download(std::string_view line, Otherwise otherwise = Otherwise::refusing);
  void upload(std::string_view line, std::string_view content, Otherwise otherwise = Otherwise::untried);
  // An upload that has begun, with these octets sent: how it ends is the caller's business.
  user_pi::Connection begin_upload(std::string_view line, std::string_view content,
                                   Otherwise otherwise = Otherwise::untried);
  // Everything up to the end of a data connection, which is closed then: some servers wait for that with their reply.
  std::string read_all(user_pi::Connection& data) const;
  // The end of an upload. What the server has to say about it on the data connection (TLS tickets, close_notify) is
  // taken: left unread, it would make the kernel reset the connection, and the end of the upload would be lost.
  void finish(user_pi::Connection& data) const;
  void write_all(user_pi::Connection& data, std::string_view content) const;

  user_pi::Connection& control() { return control_; }
  user_pi::Address peer() const { return control_.peer(); }
  const Target& target() const { return *target_; }
  user_pi::Clock::time_point deadline() const;

 private:
  const Target* target_;
  user_pi::Clock::time_point end_;
  // At a place of its own: OpenSSL knows it by its address, and a Dialogue may be moved.
  std::unique_ptr<user_pi::TlsClient::Session> session_ = std::make_unique<user_pi::TlsClient::Session>();
  user_pi::Connection control_;
  user_pi::LineReader lines_{64 * 1024};
  Reply greeting_;
  bool resumes_ = true;
  const user_pi::TlsClient* tls_ = nullptr;       // of the control connection
  const user_pi::TlsClient* data_tls_ = nullptr;  // since PROT P
};

}  // namespace ferry::conform
