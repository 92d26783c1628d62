#include "auth/system/login_messages.hpp"

#include <cstring>

namespace ferry {

namespace {

// Both ends are the same program on the same machine: numbers are as they lie in memory.
template <typename T>
void add(std::string& out, T value) {
  char octets[sizeof value];
  std::memcpy(octets, &value, sizeof value);
  out.append(octets, sizeof octets);
}

void add_text(std::string& out, std::string_view text) {
  add(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view packet) : rest_(packet) {}

  template <typename T>
  T number() {
    T value{};
    if (rest_.size() < sizeof value) {
      good_ = false;
      rest_ = {};
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  std::string text() {
    const auto size = number<std::uint32_t>();
    if (rest_.size() < size) {
      good_ = false;
      rest_ = {};
      return {};
    }
    std::string result(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return result;
  }

  std::size_t left() const { return rest_.size(); }
  // Nothing was missing, and nothing is left.
  bool whole() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

enum class Verdict : std::uint8_t { found = 1, rejected = 2, unavailable = 3 };

std::string refusal(AuthErrc error) {
  std::string packet;
  add(packet, error == AuthErrc::rejected ? Verdict::rejected : Verdict::unavailable);
  return packet;
}

}  // namespace

std::optional<std::string> encode_question(const LoginQuestion& question) {
  std::string packet;
  packet.reserve(largest_question);  // so that the password is in one place
  add(packet, question.kind);
  const std::string peer = question.request.peer.text();
  if (question.request.user.size() + question.request.password.reveal().size() + peer.size() + 16 > largest_question)
    return std::nullopt;
  add_text(packet, question.request.user);
  add_text(packet, question.request.password.reveal());
  add_text(packet, peer);
  return packet;
}

std::optional<LoginQuestion> decode_question(std::string_view packet) {
  if (packet.size() > largest_question) return std::nullopt;
  Reader reader(packet);
  LoginQuestion question;
  question.kind = reader.number<LoginQuestion::Kind>();
  question.request.user = reader.text();
  question.request.password = Secret(reader.text());
  const auto peer = IpAddress::parse(reader.text());
  const bool known = question.kind == LoginQuestion::Kind::login || question.kind == LoginQuestion::Kind::anonymous;
  if (!reader.whole() || !known || !peer) return std::nullopt;
  question.request.peer = *peer;
  return question;
}

std::string encode_answer(const LoginAnswer& answer) {
  if (!answer) return refusal(answer.error());
  std::string packet;
  add(packet, Verdict::found);
  add_text(packet, answer->account.name);
  add(packet, answer->account.user);
  add(packet, answer->account.group);
  add_text(packet, answer->account.home);
  for (const gid_t group : answer->groups) add(packet, group);
  return packet.size() > largest_answer ? refusal(AuthErrc::unavailable) : packet;
}

std::optional<LoginAnswer> decode_answer(std::string_view packet) {
  Reader reader(packet);
  const auto verdict = reader.number<Verdict>();
  if (verdict == Verdict::rejected && reader.whole()) return std::unexpected(AuthErrc::rejected);
  if (verdict == Verdict::unavailable && reader.whole()) return std::unexpected(AuthErrc::unavailable);
  if (verdict != Verdict::found) return std::nullopt;
  FoundLogin found;
  found.account.name = reader.text();
  found.account.user = reader.number<uid_t>();
  found.account.group = reader.number<gid_t>();
  found.account.home = reader.text();
  while (reader.left() >= sizeof(gid_t)) found.groups.push_back(reader.number<gid_t>());
  if (!reader.whole()) return std::nullopt;
  return found;
}

}  // namespace ferry
