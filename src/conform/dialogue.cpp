#include "conform/dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "user_pi/announced_port.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

using user_pi::Clock;
using user_pi::Connection;

namespace {

// More than any check asks for.
constexpr std::size_t most_data = 64 << 20;

std::span<const std::byte> octets_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string shown_command(std::string_view line) {
  return line.starts_with("PASS ") ? std::string("PASS ***") : printable(line, 120);
}

}  // namespace

Dialogue::Dialogue(const Target& target, Clock::time_point end, const user_pi::Address* source)
    : target_(&target), end_(end), control_(target.address, deadline(), source) {
  greeting_ = reply();
  // RFC 959 §5.4: 120 says that the service will be ready, and 220 follows.
  if (greeting_.code == 120) greeting_ = reply();
}

Clock::time_point Dialogue::deadline() const { return std::min(end_, Clock::now() + target_->patience); }

void Dialogue::send(std::string_view line) { send_raw(std::string(line) + "\r\n"); }

void Dialogue::send_raw(std::string_view octets) {
  control_.set_deadline(deadline());
  control_.write(octets_of(octets));
}

void Dialogue::send_urgent(std::string_view octets) { control_.write_below(octets_of(octets), true); }

Reply Dialogue::reply() {
  control_.set_deadline(deadline());
  return read_reply(lines_, control_);
}

Reply Dialogue::command(std::string_view line) {
  send(line);
  return reply();
}

Reply Dialogue::expect(const Codes& codes, std::string_view what, Otherwise otherwise) {
  const std::string wanted = fmt::format("{}: {}", shown_command(what), codes.shown());
  Reply reply;
  try {
    reply = this->reply();
  } catch (const user_pi::Failure& failure) {
    if (otherwise == Otherwise::untried) untried(fmt::format("{}: {}", shown_command(what), failure.what()));
    fail(wanted, failure.what());
  }
  if (codes.contain(reply.code)) return reply;
  if (otherwise == Otherwise::untried) untried(fmt::format("{}: {}", shown_command(what), reply.shown()));
  if (otherwise == Otherwise::refusing && reply.is_refusal()) refused(wanted, reply.shown());
  fail(wanted, reply.shown());
}

Reply Dialogue::want(std::string_view line, const Codes& codes, Otherwise otherwise) {
  send(line);
  return expect(codes, line, otherwise);
}

bool Dialogue::speaks_within(std::chrono::milliseconds time) {
  return lines_.has_octets() || control_.readable_within(time);
}

bool Dialogue::closes() {
  std::byte buffer[4096];
  control_.set_deadline(deadline());
  try {
    for (std::size_t sum = 0; sum < most_data;) {
      const std::size_t n = control_.read(buffer);
      if (n == 0) return true;
      sum += n;
    }
  } catch (const user_pi::TimedOut&) {
    return false;
  } catch (const user_pi::Failure&) {
    return true;  // reset, or ended without close_notify
  }
  return false;
}

void Dialogue::auth(const user_pi::TlsClient& tls, Otherwise otherwise) {
  const Reply answer = command("AUTH TLS");
  if (answer.code != 234) {
    if (otherwise == Otherwise::untried) untried("AUTH TLS: " + answer.shown());
    // RFC 4217 §12.1 has more ways to say no than other commands.
    if (answer.code == 431 || answer.code == 534 || answer.code == 530 || answer.is_refusal())
      refused("AUTH TLS: 234", answer.shown());
    fail("AUTH TLS: 234", answer.shown());
  }
  lines_.clear();
  control_.set_deadline(deadline());
  control_.start_tls(tls, session_.get(), true);
  tls_ = &tls;
}

void Dialogue::protect_data(Otherwise otherwise) {
  want("PBSZ 0", {200}, otherwise);
  want("PROT P", {200}, otherwise);
  data_tls_ = tls_;
}

Reply Dialogue::try_login(std::string_view user, std::string_view password) {
  Reply answer = command(fmt::format("USER {}", user));
  if (answer.code == 331) answer = command(fmt::format("PASS {}", password));
  if (answer.code == 332) answer = command("ACCT none");
  return answer;
}

Connection Dialogue::connect_data(std::uint16_t port, const user_pi::Address* source) const {
  return Connection(control_.peer().with_port(port), deadline(), source);
}

Connection Dialogue::passive(Otherwise otherwise) {
  const Reply extended = command("EPSV");
  if (extended.code == 229) return connect_data(user_pi::port_of_229(extended.lines.back()));
  const Reply answer = want("PASV", {227}, otherwise);
  return connect_data(user_pi::announced_by_227(answer.lines.back()).port);
}

void Dialogue::secure(Connection& data) {
  if (!data_tls_) return;
  data.set_deadline(deadline());
  data.start_tls(*data_tls_, resumes_ ? session_.get() : nullptr, false);
}

Reply Dialogue::begin(std::string_view line, Otherwise otherwise) { return want(line, {150, 125}, otherwise); }

Reply Dialogue::complete(Otherwise otherwise) { return expect({226, 250}, "end of the transfer", otherwise); }

std::string Dialogue::read_all(Connection& data) const {
  std::string content;
  std::byte buffer[16 * 1024];
  while (content.size() < most_data) {
    data.set_deadline(deadline());
    const std::size_t n = data.read(buffer);
    if (n == 0) {
      data.close();
      return content;
    }
    content.append(reinterpret_cast<const char*>(buffer), n);
  }
  fail("data that ends", fmt::format("{} octets and no end", content.size()));
}

void Dialogue::write_all(Connection& data, std::string_view content) const {
  constexpr std::size_t piece = 64 * 1024;  // each has a deadline of its own
  for (; !content.empty(); content.remove_prefix(std::min(piece, content.size()))) {
    data.set_deadline(deadline());
    data.write(octets_of(content.substr(0, piece)));
  }
}

void Dialogue::finish(Connection& data) const {
  std::byte buffer[4096];
  data.finish();
  data.set_deadline(Clock::now() + std::min(target_->patience, std::chrono::milliseconds(1000)));
  try {
    while (data.read(buffer) > 0) {
    }
  } catch (const user_pi::Failure&) {
    // The reply tells what the server thinks of it.
  }
  data.close();
}

std::string Dialogue::download(std::string_view line, Otherwise otherwise) {
  std::string content;
  {
    // Closed before the completion is awaited: some servers linger until then.
    Connection data = passive();
    begin(line, otherwise);
    secure(data);
    content = read_all(data);
  }
  complete(otherwise);
  return content;
}

Connection Dialogue::begin_upload(std::string_view line, std::string_view content, Otherwise otherwise) {
  Connection data = passive();
  begin(line, otherwise);
  secure(data);
  write_all(data, content);
  return data;
}

void Dialogue::upload(std::string_view line, std::string_view content, Otherwise otherwise) {
  {
    Connection data = begin_upload(line, content, otherwise);
    finish(data);
  }
  complete(otherwise);
}

}  // namespace ferry::conform
