// The server under judgement, and how far it may be trusted with time.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "user_pi/connection.hpp"

namespace ferry::conform {

struct Target {
  user_pi::Address address;
  std::string user;
  std::string password;
  std::shared_ptr<const user_pi::TlsClient> tls;  // for those who want it, whatever `protect` says
  bool protect = false;                           // TLS on control and data connections of every session
  std::string directory;                          // where to work; empty: where the login begins
  std::filesystem::path home;  // what the login sees first: absolute, without links; empty: not on this machine
  std::chrono::milliseconds patience{10'000};  // for each reply
  std::chrono::milliseconds budget{60'000};    // for each check
  bool thorough = false;                       // the long ones: thousands of attempts instead of dozens
};

}  // namespace ferry::conform
