#include "left_overs.hpp"

#include <fmt/format.h>
#include <ferry/filesystem.hpp>

namespace ferry {

std::jthread clear_left_overs(std::vector<std::string> trees, LogSink log) {
  return std::jthread([trees = std::move(trees), log = std::move(log)](const std::stop_token& stop) {
    std::size_t removed = 0;
    for (const std::string& tree : trees) removed += remove_left_overs(tree, stop);
    if (removed == 0) return;
    log({.level = LogLevel::warning,
         .event = "left-overs",
         .text = fmt::format("removed {} unfinished uploads of a server that was killed", removed)});
  });
}

}  // namespace ferry
