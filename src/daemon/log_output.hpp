// The server's log records on standard error, as lines for people or for machines.
//
// Lines are made by the event loop that logs and written by a thread of their own, since a reader of standard error
// that is slow (a full pipe, a terminal that was stopped) must not hold up a server. When too many wait, the oldest are
// dropped and their number is written instead.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <ferry/log.hpp>

#include "options.hpp"

namespace ferry {

using LogTime = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-01-01 12:00:00 info  [3] 192.0.2.1:40000 alice RETR /a.txt", in local time.
std::string text_line(const LogRecord& record, LogTime now);

// One JSON object: time (ISO 8601, UTC), level, event, text, and session, peer and user where there are any.
std::string json_line(const LogRecord& record, LogTime now);

class LogOutput {
 public:
  explicit LogOutput(LogFormat format);
  // Writes what still waits.
  ~LogOutput();
  // Begins the thread. Until then whoever logs writes the line, for a start that must not have threads yet.
  void start();
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  // For Config::log. The sink uses this object: destroy the server first.
  LogSink sink();

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace ferry
