#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/text.hpp"
#include "session/command_table.hpp"
#include "session/misbehaviour.hpp"
#include "session/reply_for.hpp"

namespace ferry {

Session::Session(std::uint64_t id, Loop& loop, Services& services, Descriptor descriptor, const Endpoint& peer)
    : id_(id),
      services_(services),
      charset_(services.charset_for(peer.address)),
      stream_(loop, std::move(descriptor)),
      peer_(peer),
      transfer_signal_(loop) {}

Session::~Session() {
  if (account_ && tls_context) services_.bindings.unbind(tls_identity);
}

const IpAddress& Session::local_address() {
  if (!local_) {
    const auto local = stream_.socket().local_endpoint();
    local_ = local ? local->address : IpAddress();
  }
  return *local_;
}

const VirtualHost* find_host(const Config& config, std::string_view domain) {
  const auto found = std::ranges::find(config.hosts, domain, &VirtualHost::name);
  return found == config.hosts.end() ? nullptr : &*found;
}

const VirtualHost* Session::named_in_handshake() const {
  return tls_facts ? find_host(config(), tls_facts->server_name) : nullptr;
}

void Session::choose_host(const VirtualHost* chosen) {
  host = chosen;
  pending_user.clear();
  catalogue = &english();
}

Authenticator& Session::authenticator() const {
  return host && host->authenticator ? *host->authenticator : *config().authenticator;
}

const std::string& Session::banner() const { return host && !host->banner.empty() ? host->banner : config().banner; }

std::string Session::host_name() const { return host ? host->name : std::string(); }

void Session::log_in(std::string user, Account account, Logins::Place place) {
  user_ = std::move(user);
  place_ = std::move(place);
  pending_user.clear();
  directory = account.directory;
  account_ = std::make_shared<const Account>(std::move(account));
  limits_ = services_.bandwidth.for_login(host_name() + '/' + user_, account_->rates);
  if (tls_context) services_.bindings.bind(tls_identity, host_name(), user_, peer_.address);
}

Task<void> Session::log_out() {
  const bool was_logged_in = logged_in();
  SessionFacts leaver;
  if (was_logged_in) {
    if (events().anybody_listens()) leaver = facts_now();
    if (tls_context) services_.bindings.unbind(tls_identity);
    log(LogLevel::info, "logout", "Logged out.");
  }
  account_.reset();
  limits_ = LoginLimits();
  place_ = Logins::Place();
  user_.clear();
  pending_user.clear();
  directory = FtpPath();
  forget_prepared(Keeps::nothing);
  idle_limit.reset();
  umask.reset();
  data_port.drop_connection();
  if (!was_logged_in) co_return;
  co_await events().tell([&] { return std::move(leaver); },
                         [](Events& to, const SessionFacts& who) { return to.logged_out(who); });
}

UploadPolicy Session::upload_policy() const {
  UploadPolicy policy = account_->uploads.value_or(config().uploads);
  if (config().upload_inspector) policy.atomic = Atomicity::always;
  if (policy.atomic == Atomicity::always) policy.keep_partial = false;
  return policy;
}

SessionFacts Session::facts_now() const {
  SessionFacts who{.id = id_,
                   .peer = peer_,
                   .user = user_,
                   .tls = {},
                   .host = host_name(),
                   .attachment = account_ ? account_->attachment : std::any()};
  if (tls_facts) who.tls = *tls_facts;
  return who;
}

SessionTotals Session::totals() const {
  SessionTotals totals = totals_;
  totals.duration = Clock::now() - begun_;
  return totals;
}

SessionInfo Session::info() const {
  const auto now = Clock::now();
  SessionInfo info{.facts = facts_now(),
                   .directory = directory,
                   .connected_for = now - begun_,
                   .idle_for = now - last_activity,
                   .totals = totals(),
                   .transfer = {}};
  if (transfer_) {
    info.transfer = transfer_facts();
    info.idle_for = {};
  }
  return info;
}

DisconnectReason Session::end_reason() const {
  if (end_reason_) return *end_reason_;
  switch (cancelled_) {
    case IoErrc::timed_out:
      return DisconnectReason::timed_out;
    case IoErrc::stopped:
      return DisconnectReason::server_stopped;
    default:
      return DisconnectReason::lost;
  }
}

Permissions Session::permissions(const FtpPath& path, FileKind kind) const {
  return account_->permissions_at(path, kind == FileKind::directory);
}

Task<Permissions> Session::permissions(const FtpPath& path) const {
  FileKind kind = FileKind::regular;
  if (account_->depends_on_kind(path)) {
    const auto info = co_await files().stat(path);
    if (info) kind = info->kind;
  }
  co_return permissions(path, kind);
}

Clock::duration Session::longest_idleness() const {
  if (idle_limit) return *idle_limit;
  if (account_ && account_->idle_timeout) return *account_->idle_timeout;
  return config().timeouts.idle;
}

Clock::duration Session::most_idleness() const {
  if (account_ && account_->idle_timeout) return *account_->idle_timeout;
  return config().timeouts.longest_idle;
}

std::optional<std::uint32_t> Session::new_file_mode() const {
  if (!umask) return std::nullopt;
  return 0666 & ~*umask;
}

Task<Result<void>> Session::make_directory(const FtpPath& path) {
  const auto made = co_await files().make_directory(path);
  if (!made) co_return made;
  ModeSetter* const setter = files().mode_setter();
  if (umask && setter) {
    const auto set = co_await setter->set_mode(path, 0777 & ~*umask);
    if (!set) co_return set;
  }
  if (logs(LogLevel::info)) log(LogLevel::info, "mkd", "Made " + printable(path.text()));
  co_await tell([&](Events& to, const SessionFacts& who) { return to.directory_made(who, path); });
  co_return made;
}

void Session::forget_prepared(Keeps keeps) {
  if (keeps != Keeps::restart_point) {
    restart_point = 0;
    prepared.range.reset();
  }
  rename_from.reset();
  prepared.copy_from.reset();
}

FtpPath Session::resolve(std::string_view argument) const {
  auto path = charset().is_utf8() ? FtpPath::resolve(directory, argument)
                                  : FtpPath::resolve(directory, charset().to_utf8(argument));
  assert(path && "CommandReader lets no NUL through");
  return path.value_or(directory);
}

void Session::reset_transfer_parameters() {
  representation = {};
  restart_point = 0;
  prepared.range.reset();
  data_port.close();
  epsv_all = false;
}

bool Session::offers_deflate() const {
  const TransferFormats& formats = config().formats;
  const bool tls = stream_.tls() || protection == ProtectionLevel::private_;
  return formats.deflate_mode && (!tls || formats.deflate_under_tls);
}

void Session::offer_tls_session() {
  if (stream_.tls() && protection == ProtectionLevel::private_) stream_.tls()->offer_session();
}

bool Session::belongs_to_this_login(const TlsEngine& data) const {
  if (config().tls->client_certificates != ClientCertificates::off && !data.resumed()) {
    const auto shown = data.facts().client;
    if (shown && (!tls_facts || shown != tls_facts->client)) return false;
  }
  if (config().tls->session_reuse == SessionReuse::off) return true;
  const bool preferred_only = config().tls->session_reuse == SessionReuse::prefer;
  const auto identity = data.resumed_identity();
  if (!identity) return preferred_only && !data.resumed();
  if (*identity == tls_identity || services_.bindings.same_login(*identity, tls_identity)) return true;
  // A ticket of a control connection that has ended, or has not logged in yet (parallel clients share their tickets,
  // rclone 1.60), says as little as a session of its own.
  return preferred_only && !services_.bindings.is_login(*identity);
}

void Session::prepare_transfer(const CommandSpec& spec, Direction direction, std::unique_ptr<TransferJob> job,
                               FtpPath path, std::uint64_t offset) {
  const Timeouts& timeouts = config().timeouts;
  DataConnectionSetup setup{
      .end = data_port.take(local_address(),
                            config().permit_foreign_addresses ? std::nullopt : std::optional(peer_.address)),
      .tls = std::nullopt,
      .connect_timeout = timeouts.data_connect,
      .handshake_timeout = timeouts.tls_handshake,
      .stall_timeout = timeouts.data_stall,
      .limits = direction == Direction::down ? limits_.down : limits_.up,
      .progress = {},
  };
  if (events().anybody_listens() && config().progress.asked_for())
    setup.progress =
        ProgressWatch{config().progress.interval, config().progress.octets, [this] { return tell_progress(); }};
  if (protection == ProtectionLevel::private_)
    setup.tls = DataTls{
        .context = tls_context,
        .identity = tls_identity,
        .belongs = [this](const TlsEngine& data) { return belongs_to_this_login(data); },
        .in_kernel = services_.kernel_tls && !fault && job->suits_kernel_tls(),
        .host = host_name(),
    };
  transfer_ = std::make_unique<ActiveTransfer>(spec, direction, loop(), std::move(setup), std::move(job),
                                               std::move(path), offset, account_->files);
  if (fault) transfer_->gate = gate_for(*fault);
}

void Session::start_transfer() {
  if (!transfer_ || transfer_->started) return;
  transfer_->started = true;
  spawn(loop(), run_transfer(), [this](const std::exception_ptr& error) {
    if (error) {
      log(LogLevel::error, "error", "A transfer ended with an exception.");
      end_because(DisconnectReason::internal_error);
      finish_transfer(transfer_->end);
      cancel(IoErrc::stopped);
      return;
    }
    finish_transfer(transfer_->end);
  });
}

// Whatever happens, its end is told, once.
Task<void> Session::run_transfer() {
  ActiveTransfer& transfer = *transfer_;
  co_await events().tell([this] { return transfer_facts(); },
                         [](Events& to, const TransferFacts& begun) { return to.transfer_started(begun); });
  std::exception_ptr bug;
  try {
    transfer.end = co_await transfer.data.open();
    if (transfer.end.complete()) {
      if (transfer.gate) transfer.data.stream().set_gate(std::move(transfer.gate));
      transfer.end = co_await transfer.job->run(transfer.data);
    }
  } catch (...) {
    bug = std::current_exception();
    transfer.end = FsError(FsErrc::failed, "exception");
  }
  co_await events().tell([this] { return transfer_result(transfer_->end); },
                         [](Events& to, const TransferResult& result) { return to.transfer_finished(result); });
  if (transfer.end.complete() && transfer.job->leaves_open()) {
    data_port.keep(transfer.data.release());
    transfer.end.kept_open = data_port.has_connection();
  }
  if (bug) std::rethrow_exception(bug);
}

Task<void> Session::tell_progress() {
  co_await events().tell([this] { return transfer_facts(); },
                         [](Events& to, const TransferFacts& so_far) { return to.transfer_progress(so_far); });
}

TransferFacts Session::transfer_facts() const {
  const ActiveTransfer& transfer = *transfer_;
  return {.session = facts_now(),
          .command = std::string(transfer.spec.verb),
          .upload = transfer.direction == Direction::up,
          .path = transfer.path,
          .offset = std::max(transfer.offset, transfer.job->offset()),
          .octets = transfer.data.octets(),
          .duration = Clock::now() - transfer.begun,
          .tls = transfer.data.tls_facts()};
}

TransferResult Session::transfer_result(const TransferEnd& end) const {
  return {transfer_facts(), outcome_of(end), transfer_->job->digests(), end.error.detail};
}

void Session::count_transfer(const TransferEnd& end) {
  const bool down = transfer_->direction == Direction::down;
  const std::uint64_t octets = transfer_->data.octets();
  (down ? services_.counters.octets_sent : services_.counters.octets_received)
      .fetch_add(octets, std::memory_order_relaxed);
  (down ? totals_.octets_down : totals_.octets_up) += octets;
  if (end.complete() && transfer_->job->moves_a_file()) ++(down ? totals_.files_down : totals_.files_up);
}

void Session::finish_transfer(TransferEnd end) {
  if (logs(LogLevel::info)) log_transfer(end);
  count_transfer(end);
  const Reply reply = reply_for(end);
  if (!transfer_->spec.may_reply(reply.code()))
    log(LogLevel::error, "error",
        fmt::format("{} ended with {}, which is not in its row", transfer_->spec.verb, reply.code()));
  // The data connection is closed before its reply is sent: the user-PI has seen the end of the data by then.
  if (!end.complete()) data_port.close();
  transfer_.reset();
  send(reply);
  wake_up();
}

void Session::end_work() {
  work_.reset();
  wake_up();
}

// Whoever waits for the end of a transfer, or reads commands meanwhile, goes on.
void Session::wake_up() {
  last_activity = Clock::now();
  if (waits_for_transfer_)
    transfer_signal_.set();
  else
    stream_.socket().wake();
}

void Session::log_transfer(const TransferEnd& end) const {
  const std::chrono::duration<double> seconds = Clock::now() - transfer_->begun;
  const bool failed = !end.complete();
  std::string text =
      fmt::format("{} {} {} octets, {:.3f} s, {}", transfer_->spec.verb, printable(on_the_wire(transfer_->path.text())),
                  transfer_->data.octets(), seconds.count(), outcome_text(end));
  if (const auto tls = transfer_->data.tls_facts(); tls && !failed) text += ", " + tls->text();
  if (!end.error.detail.empty()) text += ": " + printable(end.error.detail);
  log(failed ? LogLevel::warning : LogLevel::info, failed ? "transfer_failed" : "transfer", text);
}

void Session::acknowledge_marker(std::string_view marker, std::uint64_t file_offset) {
  // A user-PI that does not read its replies gets no more of these: each one only means that it may restart there.
  if (stream_.has_output()) return;
  send({110, "MARK {} = {}", {std::string(marker), std::to_string(file_offset)}});
}

void Session::cancel_transfer(IoErrc reason) {
  if (transfer_) transfer_->data.cancel(reason);
  if (work_) work_->cancellation.request(reason);
}

Task<void> Session::transfer_ended() {
  while (occupied()) {
    waits_for_transfer_ = true;
    co_await transfer_signal_.wait();
    waits_for_transfer_ = false;
  }
}

void Session::send(const Reply& reply) {
  if (reply.empty() || send_error_ != IoErrc::none) return;
  if (logs(LogLevel::debug)) log(LogLevel::debug, "reply", fmt::format("{} {}", reply.code(), reply.text(*catalogue)));
  const std::string lines = reply.render(*catalogue);
  if (config().fault_injector) config().fault_injector->on_reply(id_, lines);
  const IoErrc error = stream_.put(lines);
  if (error != IoErrc::none && error != IoErrc::would_block) send_error_ = error;
}

void Session::log(LogLevel level, std::string_view event, std::string_view text) const {
  if (!logs(level)) return;
  const std::string peer = peer_.text();
  const std::string name = printable(user_);
  services_.log.write({.level = level, .event = event, .session = id_, .peer = peer, .user = name, .text = text});
}

void Session::cancel(IoErrc reason) {
  if (cancelled_ == IoErrc::none) cancelled_ = reason;
  cancel_transfer(reason);
  stream_.cancel(reason);
  if (sleeping_) sleeping_->set();
}

Task<void> Session::sleep(Clock::duration span) {
  if (span <= Clock::duration::zero() || cancelled_ != IoErrc::none) co_return;
  Signal signal(loop());
  Deadline deadline(loop(), [&signal] { signal.set(); });
  deadline.set_after(span);
  sleeping_ = &signal;
  co_await signal.wait();
  sleeping_ = nullptr;
}

}  // namespace ferry
