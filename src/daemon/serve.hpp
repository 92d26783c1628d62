// `ferry serve`: one server, from its options to its end.
#pragma once

#include "options.hpp"
#include "signals.hpp"

namespace ferry {

// Returns the exit status: 0 after a stop by signal, 1 where the server could not start (said in one line on standard
// error).
int serve(Options options, Signals& signals);

}  // namespace ferry
