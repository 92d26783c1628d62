// Events from plain functions, for whoever needs only a few of them and no coroutines:
//
//     auto events = std::make_shared<ferry::EventFunctions>();
//     events->on_file_received = [](const ferry::TransferResult& upload) { index(upload.path.text()); };
//     config.events = events;
//
// Threads: as Events; a function may block. Set them before the server starts. One that is empty is not called.
#pragma once

#include <functional>
#include <vector>

#include <ferry/events.hpp>
#include <ferry/export.hpp>

namespace FERRY_API ferry {

class EventFunctions final : public Events {
 public:
  std::function<void(const SessionFacts&)> on_connected;
  std::function<void(const SessionFacts&, DisconnectReason, const SessionTotals&)> on_disconnected;
  std::function<void(const SessionFacts&)> on_logged_in;
  std::function<void(const SessionFacts&, const std::string& user)> on_login_failed;
  std::function<void(const SessionFacts&)> on_logged_out;

  std::function<void(const TransferFacts&)> on_transfer_started;
  std::function<void(const TransferFacts&)> on_transfer_progress;
  std::function<void(const TransferResult&)> on_transfer_finished;
  // The same result once more, by what it means: RETR, or STOR, APPE and STOU, complete or not. Not for listings, nor
  // where the data connection did not come about.
  std::function<void(const TransferResult&)> on_file_sent;
  std::function<void(const TransferResult&)> on_file_received;
  std::function<void(const TransferResult&)> on_incomplete_file_sent;
  std::function<void(const TransferResult&)> on_incomplete_file_received;

  std::function<void(const SessionFacts&, const FtpPath&)> on_file_deleted;
  std::function<void(const SessionFacts&, const FtpPath& from, const FtpPath& to)> on_renamed;
  std::function<void(const SessionFacts&, const std::vector<FtpPath>& from, const FtpPath& to)> on_file_copied;
  std::function<void(const SessionFacts&, const FtpPath&)> on_directory_made;
  std::function<void(const SessionFacts&, const FtpPath&)> on_directory_removed;
  std::function<void(const SessionFacts&, const FtpPath&, std::uint32_t mode)> on_mode_changed;
  std::function<void(const SessionFacts&, const FtpPath&)> on_time_changed;

  Task<void> connected(const SessionFacts& session) override;
  Task<void> disconnected(const SessionFacts& session, DisconnectReason reason, const SessionTotals& totals) override;
  Task<void> logged_in(const SessionFacts& session) override;
  Task<void> login_failed(const SessionFacts& session, const std::string& user) override;
  Task<void> logged_out(const SessionFacts& session) override;
  Task<void> transfer_started(const TransferFacts& transfer) override;
  Task<void> transfer_progress(const TransferFacts& transfer) override;
  Task<void> transfer_finished(const TransferResult& result) override;
  Task<void> file_deleted(const SessionFacts& session, const FtpPath& path) override;
  Task<void> renamed(const SessionFacts& session, const FtpPath& from, const FtpPath& to) override;
  Task<void> file_copied(const SessionFacts& session, const std::vector<FtpPath>& from, const FtpPath& to) override;
  Task<void> directory_made(const SessionFacts& session, const FtpPath& path) override;
  Task<void> directory_removed(const SessionFacts& session, const FtpPath& path) override;
  Task<void> mode_changed(const SessionFacts& session, const FtpPath& path, std::uint32_t mode) override;
  Task<void> time_changed(const SessionFacts& session, const FtpPath& path) override;
};

}  // namespace ferry
