// Implement Events to be told what happens on a server; or fill in the functions of EventFunctions
// (event_functions.hpp).
//
// Lifetime: one Events per server, shared by all sessions, at least as long as the server.
// Threads:  the functions are called on Config::events_executor, by default on the server's pool for blocking work;
//           they may block there, or be coroutines. Different sessions call at the same time. What one session reports
//           comes in order: the session itself waits for each call, everybody else does not.
// Failure:  an exception is logged and otherwise without effect.
//
// Each transfer that was begun with a 150 is told of when it begins, and ends in exactly one TransferResult. The one of
// an upload comes when the file is in place under its name, and before the user-PI reads its 226: who is told
// "complete" can open the file.
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ferry/address.hpp>
#include <ferry/digests.hpp>
#include <ferry/export.hpp>
#include <ferry/path.hpp>
#include <ferry/task.hpp>
#include <ferry/tls.hpp>

namespace FERRY_API ferry {

struct SessionFacts {
  std::uint64_t id = 0;  // unique for the life of the server
  Endpoint peer;
  std::string user;             // empty before the login
  std::optional<TlsFacts> tls;  // of the control connection; nullopt: it is in clear
  std::string host{};           // VirtualHost::name; empty: none
  std::any attachment{};        // Account::attachment; empty before the login
};

enum class DisconnectReason : std::uint8_t {
  quit,            // QUIT
  hung_up,         // the peer closed the control connection
  lost,            // it broke
  timed_out,       // idle for too long, no login in time, or the peer did not read its replies
  refused,         // too many failed logins, another protocol, commands that nobody honest sends
  tls_failed,      // the handshake
  kicked,          // Server::kick
  server_stopped,  // Server::stop
  internal_error,
};

struct SessionTotals {
  std::uint64_t commands = 0;
  std::uint64_t octets_down = 0;  // on data connections
  std::uint64_t octets_up = 0;
  std::uint64_t files_down = 0;  // complete RETR
  std::uint64_t files_up = 0;    // complete STOR, APPE, STOU
  std::chrono::nanoseconds duration{};
};

enum class TransferOutcome : std::uint8_t {
  complete,
  not_connected,  // the data connection did not come about, or its TLS was refused
  aborted,        // by ABOR, or because the session or the server ended
  cut_off,        // the data connection was lost, or ended without close_notify under TLS
  timed_out,
  over_quota,  // the storage has no room for it
  storage_error,
  vetoed,  // by the UploadInspector
};

// A transfer as it begins, and as it goes on.
struct TransferFacts {
  SessionFacts session;
  std::string command;  // "RETR", "STOR", "APPE", "STOU", "LIST", "NLST" or "MLSD"; see also FinishedUpload
  bool upload = false;
  FtpPath path;              // where the file is; STOU: under the name that the storage chose
  std::uint64_t offset = 0;  // where in the file it begins: the restart point (REST), or the old end (APPE)
  std::uint64_t octets = 0;  // of the file, so far; of a listing, as sent
  std::chrono::nanoseconds duration{};
  std::optional<TlsFacts> tls;  // of the data connection; nullopt: in clear, or not there yet
};

struct TransferResult : TransferFacts {
  TransferOutcome outcome = TransferOutcome::complete;
  // Of the octets that this transfer moved: of the whole file where it is complete and `offset` is 0. As asked for in
  // Config::transfer_digests; none for listings.
  std::vector<Digest> digests;
  std::string detail;  // for the log where it is a storage error; may hold server paths
};

class Events {
 public:
  virtual ~Events() = default;

  // A control connection was accepted, before its greeting.
  virtual Task<void> connected(const SessionFacts& session);
  // It is closed; the last call for this session.
  virtual Task<void> disconnected(const SessionFacts& session, DisconnectReason reason, const SessionTotals& totals);

  virtual Task<void> logged_in(const SessionFacts& session);
  // `user` is the name that was tried. Before the delay that follows a failed login.
  virtual Task<void> login_failed(const SessionFacts& session, const std::string& user);
  // By QUIT, REIN, AUTH, a new USER or the end of the connection.
  virtual Task<void> logged_out(const SessionFacts& session);

  // The 150 is on its way.
  virtual Task<void> transfer_started(const TransferFacts& transfer);
  // As often as Config::progress asks for.
  virtual Task<void> transfer_progress(const TransferFacts& transfer);
  virtual Task<void> transfer_finished(const TransferResult& result);

  virtual Task<void> file_deleted(const SessionFacts& session, const FtpPath& path);
  virtual Task<void> renamed(const SessionFacts& session, const FtpPath& from, const FtpPath& to);
  // A copy on the server is in place under its name: SITE CPTO, or COMB of several files.
  virtual Task<void> file_copied(const SessionFacts& session, const std::vector<FtpPath>& from, const FtpPath& to);
  virtual Task<void> directory_made(const SessionFacts& session, const FtpPath& path);
  virtual Task<void> directory_removed(const SessionFacts& session, const FtpPath& path);
  virtual Task<void> mode_changed(const SessionFacts& session, const FtpPath& path, std::uint32_t mode);
  virtual Task<void> time_changed(const SessionFacts& session, const FtpPath& path);
};

}  // namespace ferry
