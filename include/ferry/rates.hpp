// Limits of bandwidth, in octets a second of what the data connections carry; 0 is no limit.
//
// What is counted are the octets of files and listings, not those of TLS and TCP around them: a limit means the same in
// clear and under TLS. Transfers that share a limit share it evenly. A transfer that has to wait sleeps on its event
// loop and holds no thread. Over any span of time no more passes than the rate allows for it and a quarter of a second.
#pragma once

#include <cstdint>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

struct Rate {
  std::uint64_t down = 0;  // from the server to its peers: RETR and listings
  std::uint64_t up = 0;    // STOR, APPE, STOU

  friend bool operator==(const Rate&, const Rate&) = default;
};

// All of these hold at once, beside Config::server_rate.
struct RateLimits {
  Rate session;  // of each session
  Rate user;     // of all sessions with the same user name together

  friend bool operator==(const RateLimits&, const RateLimits&) = default;
};

}  // namespace ferry
