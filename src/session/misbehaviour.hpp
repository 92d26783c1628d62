// Where Config::fault_injector meets a session. Everything here does nothing, and is not even called, where there are
// none.
#pragma once

#include <memory>
#include <string_view>

#include <ferry/fault_injector.hpp>
#include <ferry/task.hpp>

#include "net/stream.hpp"
#include "session/command_table.hpp"

namespace ferry {

class Session;

// Asks for the fault of a command ("CONNECT": of the greeting), keeps it in Session::fault for what follows from the
// command, and does what comes before its execution. False: it is not to be carried out.
Task<bool> misbehave(Session& session, std::string_view verb, std::string_view line);

// Does what comes instead of the reply to the end of a transfer. False: there is no other one.
Task<bool> misbehave_finally(Session& session, const ReplyFault& fault);

// The gate that the data connection of a transfer with this fault has; null where nothing goes wrong with it.
std::unique_ptr<Gate> gate_for(const Fault& fault);

}  // namespace ferry
