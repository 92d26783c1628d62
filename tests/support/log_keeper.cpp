#include "support/log_keeper.hpp"

#include <algorithm>
#include <iterator>

namespace ferry::test {

void LogKeeper::keep(const LogRecord& record) {
  const std::lock_guard lock(mutex_);
  records_.push_back(
      {record.level, std::string(record.event), record.session, std::string(record.user), std::string(record.text)});
}

std::vector<LogKeeper::Record> LogKeeper::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

std::vector<LogKeeper::Record> LogKeeper::errors() const {
  std::vector<Record> errors;
  const std::vector<Record> all = records();
  std::ranges::copy_if(all, std::back_inserter(errors), [](const Record& r) { return r.level >= LogLevel::error; });
  return errors;
}

}  // namespace ferry::test
