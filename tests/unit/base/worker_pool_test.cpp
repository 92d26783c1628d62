#include "base/worker_pool.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <semaphore>

namespace ferry::test {
namespace {

// For a process of its own: from now on it can start no thread. The limit does not count for root.
void allow_no_more_threads() {
  constexpr uid_t nobody = 65534;
  if (::getuid() == 0 && ::setuid(nobody) != 0) ::_exit(2);
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_NPROC, &none) != 0) ::_exit(3);
}

TEST(WorkerPool, DoesTheWorkOnThreadsOfItsOwn) {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(2);
    for (int i = 0; i < 100; ++i)
      pool.post([&, here = std::this_thread::get_id()] {
        if (std::this_thread::get_id() != here) ++done;
      });
  }
  EXPECT_EQ(done, 100);
}

TEST(WorkerPool, GoesOnWithTheThreadsThatItHasWhereTheMachineGivesNoMore) {
  const auto child = [] {
    std::atomic<int> done = 0;
    {
      std::binary_semaphore may_end(0);
      WorkerPool pool(4);
      pool.post([&] {
        may_end.acquire();
        ++done;
      });
      allow_no_more_threads();
      pool.post([&] { ++done; });
      may_end.release();
    }
    ::_exit(done == 2 ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST(WorkerPool, DoesTheWorkAtOnceWhereTheMachineGivesNoThreadAtAll) {
  const auto child = [] {
    allow_no_more_threads();
    bool done = false;
    WorkerPool pool(4);
    pool.post([&] { done = true; });
    ::_exit(done ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace ferry::test
