#include "log_output.hpp"

#include <ctime>
#include <new>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace ferry {
namespace {

std::string_view word_for(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      return "off";
  }
  std::unreachable();
}

// Lines that may wait for a slow reader.
constexpr std::size_t queue_length = 8192;
// How long the writing thread gathers what comes behind a line. While it does, whoever logs need not wake it up, which
// on a busy server would cost more than all else about a line.
constexpr auto gathering = std::chrono::milliseconds(2);
// So much is written even when more lines wait.
constexpr std::size_t enough_at_a_time = 64 * 1024;

void write_out(std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads any more, and there is no other place to complain to
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

class StandardError final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  // `pool` knows which lines wait, and counts those that it had to drop. It calls this sink from its thread, which it
  // joins at its end, so a plain pointer is enough; a shared one could make that thread destroy, and wait for, itself.
  explicit StandardError(spdlog::details::thread_pool* pool) : pool_(pool) {}
  ~StandardError() override { write_out(lines_); }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::size_t dropped = pool_->overrun_counter();
    if (dropped != reported_) {
      fmt::format_to(std::back_inserter(lines_), "ferry: {} log lines were dropped, as nobody read them in time\n",
                     dropped - reported_);
      reported_ = dropped;
    }
    lines_.append(message.payload.data(), message.payload.size()).push_back('\n');
    const bool more_wait = pool_->queue_size() > 0;
    if (more_wait && lines_.size() < enough_at_a_time) return;
    write_out(lines_);
    lines_.clear();
    if (!more_wait) std::this_thread::sleep_for(gathering);
  }
  void flush_() override {}

  spdlog::details::thread_pool* pool_;
  std::string lines_;
  std::size_t reported_ = 0;
};

// "2026-01-01 12:00:00" in local time.
std::string_view local_time(std::time_t seconds) {
  struct Text {
    std::time_t of = -1;
    std::string text;
  };
  thread_local Text last;
  if (last.of != seconds) {
    std::tm local{};
    localtime_r(&seconds, &local);
    last = {seconds, fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1,
                                 local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec)};
  }
  return last.text;
}

}  // namespace

std::string text_line(const LogRecord& record, LogTime now) {
  std::string line(local_time(std::chrono::system_clock::to_time_t(now)));
  const std::string_view level = word_for(record.level);
  line.append(" ").append(level).append(word_for(LogLevel::warning).size() - level.size(), ' ');
  if (record.session != 0) fmt::format_to(std::back_inserter(line), " [{}]", record.session);
  for (const std::string_view part : {record.peer, record.user, record.text})
    if (!part.empty()) line.append(" ").append(part);
  return line;
}

std::string json_line(const LogRecord& record, LogTime now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  nlohmann::ordered_json object;
  object["time"] =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                  time.minutes().count(), time.seconds().count(), time.subseconds().count());
  object["level"] = word_for(record.level);
  object["event"] = record.event;
  if (record.session != 0) object["session"] = record.session;
  if (!record.peer.empty()) object["peer"] = record.peer;
  if (!record.user.empty()) object["user"] = record.user;
  object["text"] = record.text;
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

class LogOutput::Writer {
 public:
  explicit Writer(LogFormat format) : format_(format) {}

  void start() {
    pool_ = std::make_shared<spdlog::details::thread_pool>(queue_length, 1);
    logger_ = std::make_shared<spdlog::async_logger>("", std::make_shared<StandardError>(pool_.get()), pool_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
  }

  void write(const LogRecord& record) try {
    const LogTime now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::string line = format_ == LogFormat::json ? json_line(record, now) : text_line(record, now);
    if (!logger_) return write_out(line + '\n');
    logger_->log(spdlog::level::critical, spdlog::string_view_t(line));  // the server has chosen by level already
  } catch (const std::bad_alloc&) {
    // A line less, but a server that goes on.
  }

 private:
  LogFormat format_;
  // The pool ends first: its destructor hands what waits to the logger's sink, then joins its thread.
  std::shared_ptr<spdlog::async_logger> logger_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
};

LogOutput::LogOutput(LogFormat format) : writer_(std::make_unique<Writer>(format)) {}
LogOutput::~LogOutput() = default;

void LogOutput::start() { writer_->start(); }

LogSink LogOutput::sink() {
  return [this](const LogRecord& record) { writer_->write(record); };
}

}  // namespace ferry
