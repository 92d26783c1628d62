#include "process.hpp"

#include <sys/resource.h>

namespace ferry {

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // no harm where it fails: the old limit stays
}

}  // namespace ferry
