#include "protocol/timestamps.hpp"

#include <array>
#include <cstdint>

#include "base/text.hpp"
#include "protocol/digits.hpp"

namespace ferry {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

// FileTime ends within 1677 and within 2262; the whole years between are what can be read.
constexpr int first_year = 1678;
constexpr int last_year = 2261;

constexpr days recent{180};

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct CivilTime {
  explicit CivilTime(sys_seconds time)
      : date(floor<days>(time)), second_of_day(static_cast<unsigned>((time - floor<days>(time)).count())) {}
  unsigned year() const { return static_cast<unsigned>(static_cast<int>(date.year())); }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned day() const { return static_cast<unsigned>(date.day()); }
  unsigned hour() const { return second_of_day / 3600; }
  unsigned minute() const { return second_of_day / 60 % 60; }
  unsigned second() const { return second_of_day % 60; }

  year_month_day date;
  unsigned second_of_day;
};

// `count` digits at `from`, all of which the caller has checked.
unsigned number_at(std::string_view text, std::size_t from, std::size_t count) {
  return static_cast<unsigned>(parse_decimal(text.substr(from, count)).value_or(0));
}

// The digits after the point, cut off at nanoseconds.
std::optional<nanoseconds> parse_fraction(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::int64_t unit = 1'000'000'000;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    unit /= 10;
    value += unit * (c - '0');
  }
  return nanoseconds(value);
}

std::array<char, 14> rendered_time_val(sys_seconds time) {
  const CivilTime civil(time);
  const unsigned pairs[] = {civil.year() / 100, civil.year() % 100, civil.month(), civil.day(),
                            civil.hour(),       civil.minute(),     civil.second()};
  std::array<char, 2 * std::size(pairs)> text;
  for (std::size_t i = 0; i < std::size(pairs); ++i) {
    text[2 * i] = static_cast<char>('0' + pairs[i] / 10);
    text[2 * i + 1] = static_cast<char>('0' + pairs[i] % 10);
  }
  return text;
}

}  // namespace

void append_time_val(std::string& out, FileTime time) {
  // Files were mostly made and written in one second, and their neighbours with them.
  struct Rendered {
    sys_seconds second;
    std::array<char, 14> text = rendered_time_val(second);
  };
  thread_local Rendered last;
  const sys_seconds second = floor<seconds>(time);
  if (second != last.second) last = {second};
  out.append(last.text.data(), last.text.size());
}

std::string format_time_val(FileTime time, bool fraction) {
  std::string out;
  append_time_val(out, time);
  if (fraction) {
    out += '.';
    // The first second that FileTime holds has no beginning that it holds, so nothing is subtracted.
    const auto of_second = time.time_since_epoch() % seconds(1);
    append_digits(
        out, static_cast<unsigned>((of_second < nanoseconds(0) ? of_second + seconds(1) : of_second) / milliseconds(1)),
        3);
  }
  return out;
}

std::optional<FileTime> parse_time_val(std::string_view text) {
  constexpr std::size_t length = 14;
  const std::string_view whole = text.substr(0, length);
  if (whole.size() < length || !parse_decimal(whole)) return std::nullopt;

  nanoseconds fraction{0};
  if (text.size() > length) {
    const std::optional<nanoseconds> parsed =
        text[length] == '.' ? parse_fraction(text.substr(length + 1)) : std::nullopt;
    if (!parsed) return std::nullopt;
    fraction = *parsed;
  }

  const int year = static_cast<int>(number_at(whole, 0, 4));
  const year_month_day date{std::chrono::year(year), std::chrono::month(number_at(whole, 4, 2)),
                            std::chrono::day(number_at(whole, 6, 2))};
  const unsigned hour = number_at(whole, 8, 2);
  const unsigned minute = number_at(whole, 10, 2);
  const unsigned second = number_at(whole, 12, 2);
  if (year < first_year || year > last_year || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;

  const unsigned posix_second = second == 60 ? 59 : second;
  return FileTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         seconds(posix_second) + fraction;
}

void append_list_time(std::string& out, FileTime modified, FileTime now, seconds zone_offset) {
  // In seconds, as the difference of two FileTimes may not fit into nanoseconds.
  const sys_seconds then = floor<seconds>(modified);
  const seconds age = floor<seconds>(now) - then;

  const CivilTime civil(then + zone_offset);
  out += months[civil.month() - 1];
  out += ' ';
  append_right(out, civil.day(), 2);
  out += ' ';
  if (age <= recent && age >= -days(1)) {
    append_digits(out, civil.hour(), 2);
    out += ':';
    append_digits(out, civil.minute(), 2);
  } else {
    out += ' ';
    append_digits(out, civil.year(), 4);
  }
}

}  // namespace ferry
