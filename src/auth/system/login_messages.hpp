// What the server and the process of logins say to each other: one question, one answer, each one packet. The two do
// not trust each other's lengths.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/authenticator.hpp>

namespace ferry {

inline constexpr std::size_t largest_question = 8192;
inline constexpr std::size_t largest_answer = 8192;

// An answer that lets somebody in comes with the descriptor of a channel to the files (storage/channel).
struct LetIn {
  std::string home;
  bool anonymous = false;
};
using LoginVerdict = std::expected<LetIn, AuthErrc>;

// User, password and peer. nullopt where it would be too large.
std::optional<std::string> encode_question(const LoginRequest& request);
// nullopt where it is none: the peer is broken, or taken over.
std::optional<LoginRequest> decode_question(std::string_view packet);

std::string encode_answer(const LoginVerdict& verdict);  // an answer that is too large becomes `unavailable`
std::optional<LoginVerdict> decode_answer(std::string_view packet);

}  // namespace ferry
