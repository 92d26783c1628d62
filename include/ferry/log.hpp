// What a server has to tell its operator.
//
// The library writes nothing by itself: it hands each record to the sink of Config::log. The sink is called from the
// event loops' threads, several at a time, and must not block for long; an exception from it ends the program.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

// All views end with the call. Texts hold no line breaks or other control characters: a file name cannot forge a line.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string_view event{};   // a stable word for machines: "connect", "login", "retr", "error" ...
  std::uint64_t session = 0;  // 0 where no session is concerned
  std::string_view peer{};    // "192.0.2.1:40000", or empty
  std::string_view user{};    // empty before the login
  std::string_view text{};    // for people
};

using LogSink = std::function<void(const LogRecord&)>;

}  // namespace ferry
