// The state of one session: everything that the commands of one control connection share (RFC 959 §2.3, the server-PI).
//
// Threads: on its loop only. Handlers get a Session, look at it, change it and return a Reply; control_connection.cpp
// reads the commands, calls dispatch and sends the replies.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/authenticator.hpp>
#include <ferry/session_info.hpp>

#include "net/stream.hpp"
#include "protocol/catalogue.hpp"
#include "protocol/mlst_facts.hpp"
#include "protocol/reply.hpp"
#include "session/command_table.hpp"
#include "session/data_port.hpp"
#include "session/services.hpp"
#include "session/session_executor.hpp"
#include "transfer/bulk_work.hpp"
#include "transfer/digest.hpp"
#include "transfer/representation.hpp"
#include "transfer/transfer_job.hpp"

namespace ferry {

enum class ProtectionLevel : std::uint8_t { clear, private_ };

// What has to happen to the control connection once the present reply is on its way.
enum class AfterReply : std::uint8_t { nothing, start_tls, stop_tls };

enum class Direction : std::uint8_t { down, up };

// A command that takes long and uses no data connection (HASH, SITE CPTO): it runs beside the reading of commands, as a
// transfer does, and like one holds up whatever waits for transfers.
struct LongWork {
  explicit LongWork(const CommandSpec& s) : spec(s) {}
  const CommandSpec& spec;
  Cancellation cancellation;
};

struct ActiveTransfer {
  ActiveTransfer(const CommandSpec& s, Direction d, Loop& loop, DataConnectionSetup setup,
                 std::unique_ptr<TransferJob> j, FtpPath p, std::uint64_t o, std::shared_ptr<FileSystem> f)
      : spec(s),
        direction(d),
        files(std::move(f)),
        data(loop, std::move(setup)),
        job(std::move(j)),
        path(std::move(p)),
        offset(o) {}

  const CommandSpec& spec;
  Direction direction;
  std::shared_ptr<FileSystem> files;  // before data and job, which use it
  DataConnection data;
  std::unique_ptr<TransferJob> job;
  FtpPath path;
  std::uint64_t offset;  // where in the file it began
  Clock::time_point begun = Clock::now();
  std::unique_ptr<Gate> gate;               // for `data` once it is open; mostly null
  std::unique_ptr<ReplyFault> final_fault;  // null where Config::fault_injector is
  bool started = false;
  bool is_answered = false;  // nothing is to be said about its end any more
  TransferEnd end;
};

// The one of the configured hosts that is called so; null where there is none. `domain` is canonical.
const VirtualHost* find_host(const Config& config, std::string_view domain);

class Session {
 public:
  Session(std::uint64_t id, Loop& loop, Services& services, Descriptor descriptor, const Endpoint& peer);
  ~Session();

  std::uint64_t id() const { return id_; }
  Loop& loop() const { return stream_.loop(); }
  // Where all that this session does runs.
  Executor& executor() { return executor_; }
  Services& services() const { return services_; }
  const Config& config() const { return services_.config; }
  Stream& stream() { return stream_; }
  const Stream& stream() const { return stream_; }
  const Endpoint& peer() const { return peer_; }
  // The address that the control connection came in on; data connections use the same one.
  const IpAddress& local_address();

  // --- the virtual host ----------------------------------------------------------------------------------------------
  const VirtualHost* host = nullptr;  // null: none
  // The host that the TLS handshake named (SNI); null where it named none that is known.
  const VirtualHost* named_in_handshake() const;
  // Whoever was about to log in, and the language, belonged to the former host (RFC 7151 §4).
  void choose_host(const VirtualHost* chosen);
  Authenticator& authenticator() const;
  const std::string& banner() const;
  std::string host_name() const;  // empty: none

  // --- the login -----------------------------------------------------------------------------------------------------
  std::string pending_user;  // named by USER, not yet admitted
  unsigned failed_logins = 0;
  bool logged_in() const { return account_ != nullptr; }
  const Account& account() const { return *account_; }
  // The same, for what may outlive the login.
  std::shared_ptr<const Account> shared_account() const { return account_; }
  const std::string& user() const { return user_; }
  void log_in(std::string user, Account account, Logins::Place place = {});
  // USER, REIN, AUTH: the login and what belongs to it. TYPE, STRU, MODE and the data port stay.
  Task<void> log_out();
  // Only while logged in.
  FileSystem& files() const { return *account_->files; }
  // How this user's uploads come to their names. What is inspected must not be seen before.
  UploadPolicy upload_policy() const;
  // What this user may do with the entry at `path`: to be asked for every path that a command touches. The first looks
  // what is there where that matters; for the second it is known.
  Task<Permissions> permissions(const FtpPath& path) const;
  Permissions permissions(const FtpPath& path, FileKind kind) const;
  // How long this session may be idle, and the most that SITE IDLE may make of it.
  Clock::duration longest_idleness() const;
  Clock::duration most_idleness() const;
  std::optional<Clock::duration> idle_limit;  // SITE IDLE
  std::optional<std::uint32_t> umask;         // SITE UMASK
  // The permission bits of a new file; nullopt: as the storage likes.
  std::optional<std::uint32_t> new_file_mode() const;
  // MKD and its kin: makes the directory, with the mode that the umask asks for, and tells the embedder.
  Task<Result<void>> make_directory(const FtpPath& path);

  // --- pathnames -----------------------------------------------------------------------------------------------------
  FtpPath directory;
  // The path that an argument means here. Every argument that reached a handler can be resolved.
  FtpPath resolve(std::string_view argument) const;
  // What the user-PI has sent, in UTF-8; and a pathname or a name as the user-PI's encoding has it.
  std::string to_utf8(std::string_view wire) const { return charset().to_utf8(wire); }
  std::string on_the_wire(std::string_view name) const { return charset().from_utf8(name); }
  // The user-PI's encoding.
  const Charset& charset() const { return utf8 ? services_.utf8_charset : charset_; }
  bool utf8 = false;  // OPTS UTF8 ON overrides the configured encoding

  // --- transfer parameters -------------------------------------------------------------------------------------------
  Representation representation;  // TYPE, STRU, MODE
  Prepared prepared;
  // But for what `keeps` names.
  void forget_prepared(Keeps keeps);
  FactSet facts = default_facts();
  DigestKind hash_kind = DigestKind::sha256;  // OPTS HASH
  DataPort data_port;
  bool epsv_all = false;
  void reset_transfer_parameters();
  // MODE Z may be used on this session: it is enabled, and TLS does not forbid it.
  bool offers_deflate() const;

  // --- TLS -----------------------------------------------------------------------------------------------------------
  bool protection_buffer_set = false;  // PBSZ
  ProtectionLevel protection = ProtectionLevel::clear;
  bool command_channel_cleared = false;  // CCC
  // SSCN ON: where a file goes over a data connection, this end begins the TLS handshake, as a TLS client.
  bool secured_client = false;
  AfterReply after_reply = AfterReply::nothing;
  std::shared_ptr<const TlsContext> tls_context;  // of the control connection; data connections use the same
  TlsIdentity tls_identity{};
  // Of the control connection; nullopt in clear.
  std::optional<TlsFacts> tls_facts() const;
  // Lets the user-PI resume this TLS session on its next data connection.
  void offer_tls_session();

  // --- language ------------------------------------------------------------------------------------------------------
  const Catalogue* catalogue = &english();

  // --- the transfer --------------------------------------------------------------------------------------------------
  // Prepares a transfer that begins when its preliminary reply has been sent, and returns the code of that one: 125
  // where the data connection is open already, else 150. The data port is arranged and the protection level allowed:
  // dispatch has checked.
  int prepare_transfer(const CommandSpec& spec, Direction direction, std::unique_ptr<TransferJob> job, FtpPath path,
                       std::uint64_t offset = 0);
  bool transferring() const { return transfer_ != nullptr; }
  ActiveTransfer* transfer() const { return transfer_.get(); }
  // For an upload that is complete but has no name yet: asks the embedder's UploadInspector, which there is. The first
  // for that of the present transfer.
  Task<TransferEnd> inspect_upload(Sink& sink, std::vector<Digest> digests);
  Task<TransferEnd> inspect_upload(Sink& sink, std::vector<Digest> digests, TransferFacts about);
  // Runs the prepared transfer; its final reply goes out by itself.
  void start_transfer();
  // The upload is safe up to a restart marker of the user-PI's (RFC 1123 §4.1.3.4).
  void acknowledge_marker(std::string_view marker, std::uint64_t file_offset);
  // Ends a running transfer or long command early; the reply follows from `reason`.
  void cancel_transfer(IoErrc reason);
  // Returns when neither is running.
  Task<void> transfer_ended();

  // --- long commands -------------------------------------------------------------------------------------------------
  void begin_work(const CommandSpec& spec) { work_ = std::make_unique<LongWork>(spec); }
  void end_work();
  // The one that is running; null where there is none.
  LongWork* work() const { return work_.get(); }
  // A transfer or a long command is running.
  bool occupied() const { return transfer_ || work_; }

  // --- faults --------------------------------------------------------------------------------------------------------
  // Of the present command (session/misbehaviour.hpp); null where Config::fault_injector is.
  std::unique_ptr<Fault> fault;

  // --- events --------------------------------------------------------------------------------------------------------
  const EventTeller& events() const { return services_.events; }
  SessionFacts facts_now() const;
  // `co_await session.tell([&](Events& to, const SessionFacts& who) { return to.file_deleted(who, path); })`
  template <typename F>
  auto tell(F call) const {
    return events().tell([this] { return facts_now(); }, std::move(call));
  }
  void count_command() { ++totals_.commands; }
  SessionTotals totals() const;
  SessionInfo info() const;
  // Why it ends; what is said first counts.
  void end_because(DisconnectReason reason) {
    if (!end_reason_) end_reason_ = reason;
  }
  // Once it has ended.
  DisconnectReason end_reason() const;

  // --- replies and the log -------------------------------------------------------------------------------------------
  void send(const Reply& reply);
  // A reply that could not be sent; the control connection is of no more use.
  IoErrc send_error() const { return send_error_; }
  void log(LogLevel level, std::string_view event, std::string_view text) const;
  bool logs(LogLevel level) const { return services_.log.enabled(level); }
  Clock::time_point last_activity = Clock::now();

  // Ends the whole session soon, from the loop's thread: waits end, a transfer is cut.
  void cancel(IoErrc reason);
  bool is_cancelled() const { return cancelled_ != IoErrc::none; }
  // A call of this session's on the pool has not returned in time: the peer is told, and sees the end now.
  void on_hanging_call();
  // Sleeps, unless the session is cancelled.
  Task<void> sleep(Clock::duration span);

 private:
  Task<void> run_transfer();
  Task<void> tell_progress();
  void finish_transfer(TransferEnd end);
  void wake_up();
  void log_transfer(const TransferEnd& end) const;
  TransferFacts transfer_facts() const;
  TransferResult transfer_result(const TransferEnd& end) const;
  void count_transfer(const TransferEnd& end);
  bool belongs_to_this_login(const TlsEngine& data) const;

  std::uint64_t id_;
  Services& services_;
  const Charset& charset_;  // the one that the operator chose for the peer
  Stream stream_;
  SessionExecutor executor_;
  Endpoint peer_;
  std::optional<IpAddress> local_;
  std::string user_;
  std::shared_ptr<const Account> account_;
  Logins::Place place_;
  std::unique_ptr<LoginLimits> limits_;  // null: none
  std::unique_ptr<ActiveTransfer> transfer_;
  std::unique_ptr<LongWork> work_;
  Signal transfer_signal_;
  bool waits_for_transfer_ = false;
  SessionTotals totals_;
  const Clock::time_point begun_ = Clock::now();
  std::optional<DisconnectReason> end_reason_;
  IoErrc send_error_ = IoErrc::none;
  IoErrc cancelled_ = IoErrc::none;
  Signal* sleeping_ = nullptr;
};

}  // namespace ferry
