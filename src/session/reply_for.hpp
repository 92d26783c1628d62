// The one place where a failure becomes a reply (RFC 959 §4.2.1).
#pragma once

#include <string_view>

#include <ferry/error.hpp>
#include <ferry/events.hpp>

#include "protocol/reply.hpp"
#include "transfer/transfer_end.hpp"

namespace ferry {

// For a pathname that is looked at or taken away.
Reply reply_for(const FsError& error);
// For a pathname that was to be stored (STOR, STOU, APPE, RNTO): RFC 959 §5.4 has 553 there where others have 550.
Reply reply_for_target(const FsError& error);
// The preliminary reply of a transfer, whose code is Session::prepare_transfer's.
Reply preliminary_reply(int code);
// The final reply of a transfer.
Reply reply_for(const TransferEnd& end);
// The same for an embedder.
TransferOutcome outcome_of(const TransferEnd& end);
// The same for the log.
std::string_view outcome_text(const TransferEnd& end);

}  // namespace ferry
