#include <type_traits>

#include <ferry/event_functions.hpp>
#include <ferry/inspection.hpp>

namespace ferry {

namespace {

// The task begins when its caller has returned: what the caller got by value would be gone.
template <typename Function, typename... Facts>
Task<void> call(const Function& function, const Facts&... facts) {
  static_assert((std::is_class_v<Facts> && ...), "a coroutine of its own keeps what comes by value");
  if (function) function(facts...);
  co_return;
}

// Which of the four more special functions a result is for; null: none.
const std::function<void(const TransferResult&)>* special(const EventFunctions& all, const TransferResult& result) {
  const bool listing = !result.upload && result.command != "RETR";
  if (listing || result.outcome == TransferOutcome::not_connected) return nullptr;
  if (result.outcome == TransferOutcome::complete) return result.upload ? &all.on_file_received : &all.on_file_sent;
  return result.upload ? &all.on_incomplete_file_received : &all.on_incomplete_file_sent;
}

class FunctionInspector final : public UploadInspector {
 public:
  using Function = std::function<std::optional<UploadRefusal>(const FinishedUpload&)>;
  explicit FunctionInspector(Function function) : function_(std::move(function)) {}
  Task<std::optional<UploadRefusal>> inspect(const FinishedUpload& upload) override { co_return function_(upload); }

 private:
  Function function_;
};

}  // namespace

Task<void> EventFunctions::connected(const SessionFacts& s) { return call(on_connected, s); }
Task<void> EventFunctions::disconnected(const SessionFacts& s, DisconnectReason reason, const SessionTotals& totals) {
  if (on_disconnected) on_disconnected(s, reason, totals);
  co_return;
}
Task<void> EventFunctions::logged_in(const SessionFacts& s) { return call(on_logged_in, s); }
Task<void> EventFunctions::login_failed(const SessionFacts& s, const std::string& user) {
  return call(on_login_failed, s, user);
}
Task<void> EventFunctions::logged_out(const SessionFacts& s) { return call(on_logged_out, s); }

Task<void> EventFunctions::transfer_started(const TransferFacts& transfer) {
  return call(on_transfer_started, transfer);
}
Task<void> EventFunctions::transfer_progress(const TransferFacts& transfer) {
  return call(on_transfer_progress, transfer);
}
Task<void> EventFunctions::transfer_finished(const TransferResult& result) {
  if (on_transfer_finished) on_transfer_finished(result);
  if (const auto* const function = special(*this, result); function != nullptr && *function) (*function)(result);
  co_return;
}

Task<void> EventFunctions::file_deleted(const SessionFacts& s, const FtpPath& path) {
  return call(on_file_deleted, s, path);
}
Task<void> EventFunctions::renamed(const SessionFacts& s, const FtpPath& from, const FtpPath& to) {
  return call(on_renamed, s, from, to);
}
Task<void> EventFunctions::file_copied(const SessionFacts& s, const std::vector<FtpPath>& from, const FtpPath& to) {
  return call(on_file_copied, s, from, to);
}
Task<void> EventFunctions::directory_made(const SessionFacts& s, const FtpPath& path) {
  return call(on_directory_made, s, path);
}
Task<void> EventFunctions::directory_removed(const SessionFacts& s, const FtpPath& path) {
  return call(on_directory_removed, s, path);
}
Task<void> EventFunctions::mode_changed(const SessionFacts& s, const FtpPath& path, std::uint32_t mode) {
  if (on_mode_changed) on_mode_changed(s, path, mode);
  co_return;
}
Task<void> EventFunctions::time_changed(const SessionFacts& s, const FtpPath& path) {
  return call(on_time_changed, s, path);
}

std::shared_ptr<UploadInspector> upload_inspector(
    std::function<std::optional<UploadRefusal>(const FinishedUpload&)> function) {
  return std::make_shared<FunctionInspector>(std::move(function));
}

}  // namespace ferry
