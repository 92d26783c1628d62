// What the server and the process of logins say to each other: one question, one answer, each one packet. The two do
// not trust each other's lengths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/system/logins.hpp"

namespace ferry {

inline constexpr std::size_t largest_question = 8192;
inline constexpr std::size_t largest_answer = 180'000;  // many groups; fits into a socket's buffer

struct LoginQuestion {
  enum class Kind : std::uint8_t { login = 1, anonymous = 2 };
  Kind kind = Kind::login;
  LoginRequest request;  // user, password and peer count
};

// nullopt where it would be too large.
std::optional<std::string> encode_question(const LoginQuestion& question);
// nullopt where it is none: the peer is broken, or taken over.
std::optional<LoginQuestion> decode_question(std::string_view packet);

std::string encode_answer(const LoginAnswer& answer);  // an answer that is too large becomes `unavailable`
std::optional<LoginAnswer> decode_answer(std::string_view packet);

}  // namespace ferry
