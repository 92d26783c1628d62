// `ferry doctor`: would `ferry serve` with these options work here, and how well?
#pragma once

#include "options.hpp"

namespace ferry {

// Prints one line for each thing that was looked at. The exit status: 1 where one of them is an error.
int doctor(const Options& options);

}  // namespace ferry
