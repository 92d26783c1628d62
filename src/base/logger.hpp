// Hands records to the operator's sink.
#pragma once

#include <string_view>

#include <ferry/log.hpp>

namespace ferry {

class Logger {
 public:
  Logger(LogSink sink, LogLevel level) : sink_(std::move(sink)), level_(sink_ ? level : LogLevel::off) {}

  // Ask before composing a text that costs something.
  bool enabled(LogLevel level) const { return level >= level_ && level_ != LogLevel::off; }
  // Thread-safe as far as the sink is. All texts must be printable (base/text.hpp).
  void write(const LogRecord& record) const {
    if (enabled(record.level)) sink_(record);
  }

 private:
  LogSink sink_;
  LogLevel level_;
};

}  // namespace ferry
