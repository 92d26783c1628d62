// From a command line to its reply: the row's checks, then the row's handler.
#pragma once

#include <string>
#include <string_view>

#include <ferry/task.hpp>

#include "protocol/reply.hpp"
#include "session/command_table.hpp"

namespace ferry {

// `found.argument` must stay valid until the task is done.
Task<Reply> dispatch(Session& session, FoundCommand found);

// The command line without what is secret, for the log and for the record of a conversation.
std::string shown_line(const FoundCommand& found, std::string_view verb);

// The reply to a line that is no command at all.
Reply reply_to_bad_line(LineErrc error);

// Verbs of other protocols: who sends them is a browser or mailer that was led here, perhaps to smuggle commands.
bool is_foreign_verb(std::string_view verb);

}  // namespace ferry
