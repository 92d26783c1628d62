// File contents for tests, and what becomes of them under TYPE A.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ferry::test {

// More than any pair of socket buffers takes, so a transfer that nobody reads is still running.
inline constexpr std::size_t more_than_buffers_take = 30'000'000;

// `count` octets of all values without a pattern, the same at every call.
std::string octets(std::size_t count, std::uint32_t seed = 1);

// `count` octets in which every neighbourhood of CR, LF and other octets occurs.
std::string lines(std::size_t count, std::uint32_t seed = 1);

// A file with LF line ends as it is sent under TYPE A: each LF becomes CR LF (RFC 959 §3.1.1.1).
std::string to_type_a(std::string_view content);
// And back: each CR LF becomes LF; other CRs stay.
std::string from_type_a(std::string_view content);

}  // namespace ferry::test
