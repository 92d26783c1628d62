// Clears the homes of system users from what a killed server left there of uploads: each home once, when its user comes
// for the first time, on one thread beside everything else.
//
// Threads: any. The thread starts with the first home; destruction ends its work early.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <ferry/unix_identity.hpp>

namespace ferry {

class LeftOversOfHomes {
 public:
  // Returns at once. A home that was given before, and one that is the whole machine, is left alone.
  void clear_once(const std::string& home, const UnixIdentity& identity);

 private:
  struct Home {
    std::string directory;
    UnixIdentity identity;
  };
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any added_;
  std::set<std::string> known_;
  std::deque<Home> to_do_;
  std::jthread thread_;  // last: the others outlive it
};

}  // namespace ferry
