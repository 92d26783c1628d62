// Clears away, beside the server, what an earlier one left of its uploads when it was killed.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include <ferry/log.hpp>

namespace ferry {

// The thread ends when it is through with `trees`, or soon after it is asked to stop (by its destructor).
std::jthread clear_left_overs(std::vector<std::string> trees, LogSink log);

}  // namespace ferry
