// What `ferry conform` was asked to do.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ferry::conform {

struct Options {
  std::string host;
  std::uint16_t port = 21;
  std::string user = "anonymous";
  std::string password = "conform@localhost";
  bool tls = false;
  std::string directory;
  std::string home;
  std::vector<std::string> only;
  std::string json;
  std::string junit;
  double timeout = 10;  // seconds
  bool thorough = false;
  bool list = false;
};

struct Ended {
  int status = 0;
  std::string text;
};

// Reads what follows `ferry conform`; Ended holds the text of --help, or says what is wrong (status 2).
std::variant<Options, Ended> read_options(std::vector<std::string> words);

}  // namespace ferry::conform
