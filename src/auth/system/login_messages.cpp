#include "auth/system/login_messages.hpp"

#include "base/packets.hpp"

namespace ferry {

namespace {

enum class Verdict : std::uint8_t { let_in, rejected, unavailable };

std::string refusal(AuthErrc error) {
  PacketWriter out;
  out.number(error == AuthErrc::rejected ? Verdict::rejected : Verdict::unavailable);
  return out.take();
}

}  // namespace

std::optional<std::string> encode_question(const LoginRequest& request) {
  const std::string peer = request.peer.text();
  if (request.user.size() + request.password.reveal().size() + peer.size() + 16 > largest_question) return std::nullopt;
  PacketWriter out;
  out.reserve(largest_question);
  out.text(request.user);
  out.text(request.password.reveal());
  out.text(peer);
  return out.take();
}

std::optional<LoginRequest> decode_question(std::string_view packet) {
  if (packet.size() > largest_question) return std::nullopt;
  PacketReader in(packet);
  LoginRequest request;
  request.user = in.text();
  request.password = Secret(std::string(in.text()));
  const auto peer = IpAddress::parse(in.text());
  if (!in.whole() || !peer) return std::nullopt;
  request.peer = *peer;
  return request;
}

std::string encode_answer(const LoginVerdict& verdict) {
  if (!verdict) return refusal(verdict.error());
  PacketWriter out;
  out.number(Verdict::let_in);
  out.flag(verdict->anonymous);
  out.text(verdict->home);
  return out.size() > largest_answer ? refusal(AuthErrc::unavailable) : out.take();
}

std::optional<LoginVerdict> decode_answer(std::string_view packet) {
  PacketReader in(packet);
  const auto verdict = in.up_to(Verdict::unavailable);
  LetIn let_in;
  if (verdict == Verdict::let_in) {
    let_in.anonymous = in.flag();
    let_in.home = in.text();
  }
  if (!in.whole()) return std::nullopt;
  if (verdict == Verdict::let_in) return let_in;
  return std::unexpected(verdict == Verdict::rejected ? AuthErrc::rejected : AuthErrc::unavailable);
}

}  // namespace ferry
