// A user-PI with its user-DTP, as polite or as rude as the input makes it. It reads every octet that the server says
// and holds it against RFC 959 §4.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "fuzz/server/session/turns.hpp"

namespace ferry::fuzz {

class Peer {
 public:
  Peer(std::uint16_t server_port, const CommandSet& commands);

  // --- the control connection
  // $P and $E stand for where this peer listens, as PORT and EPRT spell it.
  void command(std::string_view line);
  void send(std::string_view octets);
  void send_urgent(char octet);
  void half_close();
  void reset();
  // Takes what has arrived.
  void look();
  // Ends what is under way in good order, and waits until every command has its reply.
  void settle();
  // QUIT, and the end of the connection.
  void finish();

  // --- the data connection
  void connect_data();
  void accept_data(int milliseconds);
  void send_data(std::string_view octets);
  void receive_data();
  void end_data();
  void close_data();
  void reset_data();

  const Turns& turns() const { return turns_; }
  // What went up a data connection from its beginning to an end in good order.
  const std::vector<std::string>& uploads() const { return uploads_; }
  // Nothing that anybody was sent may hold this.
  bool has_seen(std::string_view text) const;
  std::size_t finals() const { return finals_; }
  int last_code() const { return last_code_; }
  bool was_reset() const { return reset_; }
  bool hung_up() const { return half_closed_; }

 private:
  bool open() const { return control_.get() >= 0 && !ended_; }
  bool read_control();
  void take_line(std::string_view line);
  void take_reply(std::string_view first_line);
  std::string with_endpoints(std::string_view line);
  // One turn of a wait: false when it has taken too long.
  // `for_data`: whoever waits takes what comes on the data connection.
  void wait_a_turn(int& turns, const char* for_what, bool for_data = false);
  void forget_data();

  Turns turns_;
  std::uint16_t server_port_;
  Descriptor control_;
  Descriptor listener_;
  std::uint16_t listening_port_ = 0;
  Descriptor data_;
  std::string data_sent_;
  std::uint16_t announced_port_ = 0;

  std::string inbox_;          // not yet a whole line
  std::string code_of_lines_;  // of a reply of several lines that has begun
  std::string seen_;           // everything, on both connections
  std::vector<std::string> uploads_;
  std::size_t finals_ = 0;
  int last_code_ = 0;
  bool ended_ = false;
  bool reset_ = false;
  bool half_closed_ = false;
};

}  // namespace ferry::fuzz
