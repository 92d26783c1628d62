// Keeps what a server has to tell its operator, so that a test can look at it.
#pragma once

#include <cstdint>
#include <ferry/log.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::test {

class LogKeeper {
 public:
  struct Record {
    LogLevel level;
    std::string event;
    std::uint64_t session;
    std::string user;
    std::string text;
  };

  void keep(const LogRecord& record);
  std::vector<Record> records() const;
  std::vector<Record> errors() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Record> records_;
};

}  // namespace ferry::test
