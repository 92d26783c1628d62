#include "fuzz/server/session/peer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "fuzz/support/must.hpp"
#include "protocol/host_port.hpp"

namespace ferry::fuzz {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int new_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  must(fd >= 0, "there are sockets");
  return fd;
}

void wait_for(int fd, short events, int milliseconds) {
  pollfd waiting{.fd = fd, .events = events, .revents = 0};
  ::poll(&waiting, 1, milliseconds);
}

Descriptor connect_to(std::uint16_t port) {
  Descriptor socket(new_socket());
  const sockaddr_in address = loopback(port);
  const int result = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (result != 0 && errno != EINPROGRESS) return {};
  wait_for(socket.get(), POLLOUT, 1000);
  return socket;
}

void reset_on_close(const Descriptor& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_with_code(std::string_view line) {
  return line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_digit);
}

// The port in a 227, 228 or 229 reply, as user-PIs find it.
std::uint16_t announced_port(int code, std::string_view line) {
  const std::size_t open = line.rfind('(');
  const std::size_t close = line.rfind(')');
  must(open != std::string_view::npos && close != std::string_view::npos && open < close,
       "a port stands in parentheses");
  const std::string_view inside = line.substr(open + 1, close - open - 1);
  if (code == 229) {
    must(inside.starts_with("|||") && inside.ends_with('|'), "229 has the form of RFC 2428");
    const std::string digits(inside.substr(3, inside.size() - 4));
    return static_cast<std::uint16_t>(std::stoi(digits));
  }
  const std::size_t last = inside.rfind(',');
  const std::size_t before = inside.rfind(',', last - 1);
  return static_cast<std::uint16_t>(std::stoi(std::string(inside.substr(before + 1))) * 256 +
                                    std::stoi(std::string(inside.substr(last + 1))));
}

}  // namespace

Peer::Peer(std::uint16_t server_port, const CommandSet& commands)
    : turns_(commands), server_port_(server_port), control_(connect_to(server_port)) {
  must(bool(control_), "the server accepts");
  const int on = 1;
  ::setsockopt(control_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Peer::wait_a_turn(int& turns, const char* for_what, bool for_data) {
  // Turns and not time: whoever runs fuzzers may stop and continue them. The server's own deadlines are much shorter.
  must(++turns < 1000, for_what);
  std::array<pollfd, 3> waiting{{{.fd = control_.get(), .events = POLLIN, .revents = 0},
                                 {.fd = data_.get(), .events = POLLIN, .revents = 0},
                                 {.fd = data_ ? -1 : listener_.get(), .events = POLLIN, .revents = 0}}};
  ::poll(waiting.data(), for_data ? waiting.size() : 1, 10);
}

std::string Peer::with_endpoints(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool port = line.substr(i).starts_with("$P");
    if (!port && !line.substr(i).starts_with("$E")) {
      out += line[i];
      continue;
    }
    ++i;
    if (!listener_) {
      listener_ = Descriptor(new_socket());
      sockaddr_in address = loopback(0);
      socklen_t size = sizeof address;
      ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size);
      ::listen(listener_.get(), 4);
      ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
      listening_port_ = ntohs(address.sin_port);
    }
    const Endpoint here{IpAddress::v4({127, 0, 0, 1}), listening_port_};
    const std::string numbers = format_227(here);
    out += port ? numbers.substr(1, numbers.size() - 2) : "|1|127.0.0.1|" + std::to_string(listening_port_) + "|";
  }
  return out;
}

void Peer::command(std::string_view line) { send(with_endpoints(line) + "\r\n"); }

void Peer::send(std::string_view octets) {
  int turns = 0;
  while (open() && !half_closed_ && !octets.empty()) {
    const ssize_t n = ::send(control_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n > 0) {
      turns_.sent(octets.substr(0, static_cast<std::size_t>(n)));
      octets.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      look();
      // A server that waits for the end of a transfer reads no further.
      if (data_) receive_data();
      if (++turns > 20) close_data();
      wait_a_turn(turns, "the server reads commands");
    } else {
      look();
      reset_ = reset_ || open();
      ended_ = true;
    }
  }
}

void Peer::send_urgent(char octet) {
  if (!open() || half_closed_) return;
  if (::send(control_.get(), &octet, 1, MSG_NOSIGNAL | MSG_OOB) == 1) turns_.sent({&octet, 1});
}

void Peer::half_close() {
  if (!open()) return;
  ::shutdown(control_.get(), SHUT_WR);
  half_closed_ = true;
}

void Peer::reset() {
  if (control_.get() < 0) return;
  reset_on_close(control_);
  control_ = Descriptor();
  ended_ = reset_ = true;
}

void Peer::look() {
  while (read_control()) {
  }
}

bool Peer::read_control() {
  if (!open()) return false;
  std::array<char, 16'384> room;
  const ssize_t n = ::recv(control_.get(), room.data(), room.size(), 0);
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) {
    ended_ = true;
    reset_ = reset_ || n < 0;
    must(reset_ || inbox_.empty(), "no reply is torn at the end");
    return false;
  }
  const std::string_view got(room.data(), static_cast<std::size_t>(n));
  seen_ += got;
  inbox_ += got;
  for (;;) {
    // Refusals of Telnet options stand between replies.
    while (inbox_.size() >= 3 && inbox_[0] == '\xFF') inbox_.erase(0, 3);
    const std::size_t end = inbox_.find('\n');
    if (end == std::string::npos || inbox_[0] == '\xFF') return true;
    must(end > 0 && inbox_[end - 1] == '\r', "each line ends with CR LF");
    take_line(std::string_view(inbox_).substr(0, end - 1));
    inbox_.erase(0, end + 1);
  }
}

void Peer::take_line(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i)
    must(line[i] != '\r' || (i + 1 < line.size() && line[i + 1] == '\0'), "a CR in a reply is CR NUL");
  if (!code_of_lines_.empty()) {
    if (!begins_with_code(line)) return;
    must(line.starts_with(code_of_lines_ + ' '), "no inner line looks like a reply");
    code_of_lines_.clear();
    take_reply(line);
    return;
  }
  must(begins_with_code(line) && line[0] >= '1' && line[0] <= '5' && line[1] <= '5' && line.size() > 3,
       "a reply begins with three digits");
  if (line[3] == '-') {
    code_of_lines_ = line.substr(0, 3);
    return;
  }
  must(line[3] == ' ', "a space stands behind the code");
  take_reply(line);
}

void Peer::take_reply(std::string_view line) {
  const int code = std::stoi(std::string(line.substr(0, 3)));
  const bool greeting = last_code_ == 0;
  last_code_ = code;
  if (greeting) {
    must(code == 220 || code == 421, "the first reply is the greeting");
    return;
  }
  if (code >= 227 && code <= 229) announced_port_ = announced_port(code, line);
  if (code < 200) return;
  // The server may end a session at any time.
  if (code == 421 && finals_ == turns_.commands()) return;
  ++finals_;
  const bool taken = turns_.takes(code) || code == 421;
  if (!taken) std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  must(taken, "each reply belongs to the command whose turn it is");
  must(finals_ <= turns_.commands(), "a command gets one final reply");
}

void Peer::settle() {
  for (int turns = 0; open();) {
    look();
    if (finals_ >= turns_.commands() && last_code_ != 0) break;
    if (!data_ && announced_port_ != 0) connect_data();
    if (!data_) accept_data(0);
    end_data();
    receive_data();
    wait_a_turn(turns, "each command gets its reply", true);
  }
  close_data();
}

void Peer::finish() {
  settle();
  command("QUIT");
  for (int turns = 0; open();) {
    look();
    if (!open()) break;
    // What was sent raw may have swallowed the QUIT; then the peer hangs up.
    constexpr int patience = 100;
    if (half_closed_ || last_code_ == 221 || turns > patience) ::shutdown(control_.get(), SHUT_WR);
    wait_a_turn(turns, "the server closes after QUIT");
  }
  control_ = Descriptor();
  listener_ = Descriptor();
  close_data();
}

void Peer::connect_data() {
  int turns = 0;
  while (open() && announced_port_ == 0 && finals_ < turns_.commands() && turns < 20) {
    wait_a_turn(turns, "");
    look();
  }
  if (announced_port_ == 0) return;
  forget_data();
  data_ = connect_to(std::exchange(announced_port_, std::uint16_t{0}));
}

void Peer::accept_data(int milliseconds) {
  if (!listener_) return;
  wait_for(listener_.get(), POLLIN, milliseconds);
  const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  forget_data();
  data_ = Descriptor(fd);
}

void Peer::send_data(std::string_view octets) {
  for (int turns = 0; data_ && !octets.empty() && turns < 10;) {
    const ssize_t n = ::send(data_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n > 0) {
      data_sent_ += octets.substr(0, static_cast<std::size_t>(n));
      octets.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      ++turns;
      wait_for(data_.get(), POLLOUT, 2);
    } else {
      forget_data();
    }
  }
}

void Peer::receive_data() {
  std::array<char, 65'536> room;
  while (data_) {
    const ssize_t n = ::recv(data_.get(), room.data(), room.size(), 0);
    if (n > 0) {
      seen_.append(room.data(), static_cast<std::size_t>(n));
    } else {
      if (n == 0 || errno != EAGAIN) forget_data();
      return;
    }
  }
}

void Peer::end_data() {
  if (!data_) return;
  ::shutdown(data_.get(), SHUT_WR);
  uploads_.push_back(data_sent_);
}

void Peer::close_data() {
  end_data();
  forget_data();
}

void Peer::reset_data() {
  if (data_) reset_on_close(data_);
  forget_data();
}

void Peer::forget_data() {
  data_ = Descriptor();
  data_sent_.clear();
}

bool Peer::has_seen(std::string_view text) const { return seen_.find(text) != std::string::npos; }

}  // namespace ferry::fuzz
