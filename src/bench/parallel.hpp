// Downloads that all run during the whole measurement: neither their beginnings nor their ends are in it, so that their
// number is all that differs between one of them and thousands.
#pragma once

#include "bench/works.hpp"

namespace ferry::bench {

// `operations` of the Result: the sessions that have received something during the measurement.
Result run_parallel(const Context& context, const Work& work, const std::string& path);

}  // namespace ferry::bench
