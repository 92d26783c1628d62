// Implement Events to be told what happens on a server.
//
// Lifetime: one Events per server, shared by all sessions, at least as long as the server.
// Threads:  the functions are called on Config::events_executor, by default on the server's pool for blocking work;
// they
//           may block there, or be coroutines. Different sessions call at the same time. What one session reports
//           comes in order: the session itself waits for each call, everybody else does not.
// Failure:  an exception is logged and otherwise without effect.
//
// Each transfer that was begun with a 150 ends in exactly one TransferResult. The one of an upload comes when the file
// is in place under its name, and before the user-PI reads its 226: who is told "complete" can open the file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <ferry/address.hpp>
#include <ferry/path.hpp>
#include <ferry/task.hpp>

namespace ferry {

struct SessionFacts {
  std::uint64_t id = 0;  // unique for the life of the server
  Endpoint peer;
  std::string user;  // empty before the login
  bool tls = false;  // the control connection is encrypted
};

enum class TransferOutcome : std::uint8_t {
  complete,
  not_connected,  // the data connection did not come about, or its TLS was refused
  aborted,        // by ABOR, or because the session or the server ended
  cut_off,        // the data connection was lost, or ended without close_notify under TLS
  timed_out,
  over_quota,  // the storage has no room for it
  storage_error,
};

struct TransferResult {
  SessionFacts session;
  std::string command;  // "RETR", "STOR", "APPE", "STOU", "LIST", "NLST" or "MLSD"
  bool upload = false;
  FtpPath path;              // where the file is; STOU: under the name that the storage chose
  std::uint64_t offset = 0;  // where in the file the restart point (REST) lies
  std::uint64_t octets = 0;  // of the file; under TYPE A, as they were transferred
  std::chrono::nanoseconds duration{};
  bool tls = false;  // the data connection was encrypted
  TransferOutcome outcome = TransferOutcome::complete;
  std::string detail;  // for the log where it is a storage error; may hold server paths
};

class Events {
 public:
  virtual ~Events() = default;

  // A control connection was accepted, before its greeting.
  virtual Task<void> connected(const SessionFacts& session);
  // It is closed; the last call for this session.
  virtual Task<void> disconnected(const SessionFacts& session);

  virtual Task<void> logged_in(const SessionFacts& session);
  // `user` is the name that was tried. Before the delay that follows a failed login.
  virtual Task<void> login_failed(const SessionFacts& session, const std::string& user);
  // By QUIT, REIN, AUTH, a new USER or the end of the connection.
  virtual Task<void> logged_out(const SessionFacts& session);

  virtual Task<void> transfer_finished(const TransferResult& result);

  virtual Task<void> file_deleted(const SessionFacts& session, const FtpPath& path);
  virtual Task<void> renamed(const SessionFacts& session, const FtpPath& from, const FtpPath& to);
  virtual Task<void> directory_made(const SessionFacts& session, const FtpPath& path);
  virtual Task<void> directory_removed(const SessionFacts& session, const FtpPath& path);
  virtual Task<void> mode_changed(const SessionFacts& session, const FtpPath& path, std::uint32_t mode);
  virtual Task<void> time_changed(const SessionFacts& session, const FtpPath& path);
};

}  // namespace ferry
