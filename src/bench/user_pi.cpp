#include "bench/user_pi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "user_pi/announced_port.hpp"

namespace ferry::bench {

namespace {

constexpr std::size_t buffer_size = 256 * 1024;
// How much is sent between two looks at the progress.
constexpr std::size_t part_size = 1 << 20;

[[noreturn]] void refuse(std::string_view command, const Reply& reply) {
  if (command.starts_with("PASS")) command = "PASS";
  throw Failure(fmt::format("{}: {}", command, reply.text));
}

}  // namespace

UserPi::UserPi(const Target& target) : target_(target), control_(target.address) {
  if (target_.tls && target_.implicit_tls) control_.start_tls(*target_.tls, &tls_session_, true);
  if (const Reply reply = read_reply(); reply.code != 220) refuse("greeting", reply);
}

std::string UserPi::read_line() {
  std::string line = lines_.read(control_);
  line.pop_back();
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Reply UserPi::read_reply() {
  std::string line = read_line();
  if (line.size() < 3) throw Failure("unreadable reply: " + line);
  const std::string code = line.substr(0, 3);
  // RFC 959 §4.2: "123-" begins several lines, the last of which begins with "123 ".
  if (line.size() > 3 && line[3] == '-') {
    do line = read_line();
    while (!line.starts_with(code + " "));
  }
  int number = 0;
  if (std::from_chars(code.data(), code.data() + code.size(), number).ec != std::errc())
    throw Failure("unreadable reply: " + line);
  return {number, line};
}

Reply UserPi::command(std::string_view line) {
  std::string octets(line);
  octets += "\r\n";
  control_.write(std::as_bytes(std::span(octets)));
  return read_reply();
}

Reply UserPi::must(std::string_view line) {
  Reply reply = command(line);
  if (reply.code < 200 || reply.code >= 400) refuse(line, reply);
  return reply;
}

void UserPi::login() {
  if (target_.tls && !target_.implicit_tls) {
    must("AUTH TLS");
    control_.start_tls(*target_.tls, &tls_session_, true);
  }
  if (must("USER " + target_.user).code == 331) must("PASS " + target_.password);
  if (target_.tls) {
    must("PBSZ 0");
    must("PROT P");
  }
  must("TYPE I");
}

void UserPi::quit() { command("QUIT"); }

Connection UserPi::open_data() {
  const std::uint16_t port =
      target_.pasv ? user_pi::announced_by_227(must("PASV").text).port : user_pi::port_of_229(must("EPSV").text);
  return Connection(target_.address.with_port(port));
}

void UserPi::secure_data(Connection& data) {
  if (!target_.tls) return;
  data.start_tls(*target_.tls, &tls_session_, false);
  if (data.resumed()) ++resumed_;
}

void UserPi::expect_preliminary(std::string_view command) {
  const Reply reply = this->command(command);
  if (reply.code != 150 && reply.code != 125) refuse(command, reply);
}

void UserPi::expect_completion(std::string_view command) {
  const Reply reply = read_reply();
  if (reply.code != 226 && reply.code != 250) refuse(command, reply);
}

std::uint64_t UserPi::receive(std::string_view command, const Receiver& receiver,
                              const std::function<void(std::uint64_t)>& counter) {
  std::uint64_t total = 0;
  {
    // Closed before the completion is awaited: some servers linger until then.
    Connection data = open_data();
    expect_preliminary(command);
    secure_data(data);
    if (buffer_.empty() && (receiver || target_.tls)) buffer_.resize(buffer_size);
    for (;;) {
      const std::size_t n = receiver ? data.read(buffer_) : data.skip(buffer_);
      if (n == 0) break;
      if (receiver) receiver(std::span(buffer_).first(n));
      total += n;
      if (counter) counter(n);
    }
  }
  expect_completion(command);
  return total;
}

void UserPi::store(std::string_view path, std::span<const std::byte> content,
                   const std::function<void(std::uint64_t)>& counter) {
  Connection data = open_data();
  const std::string command = fmt::format("STOR {}", path);
  expect_preliminary(command);
  secure_data(data);
  while (!content.empty()) {
    const auto part = content.first(std::min(content.size(), part_size));
    data.write(part);
    content = content.subspan(part.size());
    if (counter) counter(part.size());
  }
  data.finish();
  expect_completion(command);
}

}  // namespace ferry::bench
