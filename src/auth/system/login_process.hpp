// The process that decides who may log in ("ferry-logins"), and has the files opened of whom it lets in.
#pragma once

#include <vector>

#include <ferry/system_users.hpp>

namespace ferry {

// To be called in a new process. Answers the questions of login_messages.hpp on each of `sockets`, which it closes,
// until the server has closed its ends.
void run_login_process(const SystemUserOptions& options, const std::vector<int>& sockets);

}  // namespace ferry
