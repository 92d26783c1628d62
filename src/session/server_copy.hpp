// Copies that never leave the server: SITE CPTO and COMB.
#pragma once

#include <optional>
#include <vector>

#include <ferry/path.hpp>

#include "session/session.hpp"

namespace ferry {

// Puts the contents of `parts`, one behind the other, in place under the name `target`, as an upload would: nobody sees
// half a file, and what was there stays until all is there. Needs the right to retrieve each part and to store the
// target; to replace a file also the right to delete it. The embedder's UploadInspector sees it before, as it sees an
// upload. nullopt, or the reply that says why not.
Task<std::optional<Reply>> copy_on_server(Session& session, const CommandSpec& spec, const std::vector<FtpPath>& parts,
                                          const FtpPath& target);

}  // namespace ferry
