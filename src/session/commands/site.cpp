// SITE and its own commands, which are rows of the command table like all others (RFC 959 §4.1.3).

#include "session/handlers.hpp"

namespace ferry {

// Reached only when no row "SITE xyz" matches.
Task<Reply> site(Session&, Command) { co_return Reply(501, "Unknown SITE command; see SITE HELP."); }

}  // namespace ferry
