#include "session/list_argument.hpp"

#include <ctime>

#include <ferry/config.hpp>

namespace ferry {

namespace {

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-' && word.find_first_not_of("-1aAdFhlLnrRSt") == std::string_view::npos &&
         word.find('-', 1) == std::string_view::npos;
}

ListOrder& order(ListOptions& options) {
  if (!options.order) options.order.emplace();
  return *options.order;
}

void apply(char letter, ListOptions& options) {
  switch (letter) {
    case 'a':
    case 'A':
      options.hidden = true;
      break;
    case 'd':
      options.itself = true;
      break;
    case 'F':
      options.classify = true;
      break;
    case 'R':
      options.recursive = true;
      break;
    case 'l':
      options.long_format = true;
      break;
    case '1':
      options.long_format = false;
      break;
    case 't':
      order(options).key = ListOrder::Key::time;
      break;
    case 'S':
      order(options).key = ListOrder::Key::size;
      break;
    case 'r':
      order(options).reversed = true;
      break;
    default:
      break;
  }
}

}  // namespace

ListArgument parse_list_argument(std::string_view argument) {
  ListOptions options;
  for (;;) {
    const std::size_t space = argument.find(' ');
    const std::string_view word = argument.substr(0, space);
    if (!is_option(word)) return {argument, options};
    for (const char letter : word.substr(1)) apply(letter, options);
    if (space == std::string_view::npos) return {{}, options};
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
