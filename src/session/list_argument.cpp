#include "session/list_argument.hpp"

#include <ctime>

#include <ferry/config.hpp>

namespace ferry {

namespace {

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && word.find_first_not_of("-1aAdFhlLnrRSt") == std::string_view::npos &&
         word.find('-', 1) == std::string_view::npos;
}

}  // namespace

ListArgument parse_list_argument(std::string_view argument) {
  for (;;) {
    const std::size_t space = argument.find(' ');
    if (!is_option(argument.substr(0, space))) return {argument};
    if (space == std::string_view::npos) return {};
    argument = argument.substr(space + 1);
  }
}

ListClock list_clock(const Config& config) {
  const auto now = std::chrono::time_point_cast<FileTime::duration>(std::chrono::system_clock::now());
  std::chrono::seconds offset{0};
  if (config.local_time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    if (::localtime_r(&seconds, &local)) offset = std::chrono::seconds(local.tm_gmtoff);
  }
  return {now, offset};
}

}  // namespace ferry
