// Events that an embedder does not care for.

#include <ferry/events.hpp>

namespace ferry {

Task<void> Events::connected(const SessionFacts&) { co_return; }
Task<void> Events::disconnected(const SessionFacts&, DisconnectReason, const SessionTotals&) { co_return; }
Task<void> Events::logged_in(const SessionFacts&) { co_return; }
Task<void> Events::login_failed(const SessionFacts&, const std::string&) { co_return; }
Task<void> Events::logged_out(const SessionFacts&) { co_return; }
Task<void> Events::transfer_started(const TransferFacts&) { co_return; }
Task<void> Events::transfer_progress(const TransferFacts&) { co_return; }
Task<void> Events::transfer_finished(const TransferResult&) { co_return; }
Task<void> Events::file_deleted(const SessionFacts&, const FtpPath&) { co_return; }
Task<void> Events::renamed(const SessionFacts&, const FtpPath&, const FtpPath&) { co_return; }
Task<void> Events::file_copied(const SessionFacts&, const std::vector<FtpPath>&, const FtpPath&) { co_return; }
Task<void> Events::directory_made(const SessionFacts&, const FtpPath&) { co_return; }
Task<void> Events::directory_removed(const SessionFacts&, const FtpPath&) { co_return; }
Task<void> Events::mode_changed(const SessionFacts&, const FtpPath&, std::uint32_t) { co_return; }
Task<void> Events::time_changed(const SessionFacts&, const FtpPath&) { co_return; }

}  // namespace ferry
