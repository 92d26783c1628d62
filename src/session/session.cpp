#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/text.hpp"
#include "session/command_table.hpp"

namespace ferry {

Session::Session(std::uint64_t id, Loop& loop, Services& services, Descriptor descriptor, const Endpoint& peer)
    : id_(id),
      services_(services),
      charset_(services.charset_for(peer.address)),
      stream_(loop, std::move(descriptor)),
      executor_(*this),
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
  return stream_.tls() ? find_host(config(), stream_.tls()->server_name()) : nullptr;
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
  assert(!logged_in() && "the login before has ended");
  user_ = std::move(user);
  place_ = std::move(place);
  pending_user.clear();
  directory = account.directory;
  account_ = std::make_shared<const Account>(std::move(account));
  limits_ = services_.bandwidth.for_login(host_name() + '/' + user_, account_->rates);
  if (tls_context) services_.bindings.bind(tls_identity, {host, user_, peer_.address});
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
  limits_.reset();
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

std::optional<TlsFacts> Session::tls_facts() const { return stream_.tls() ? stream_.tls()->facts() : std::nullopt; }

SessionFacts Session::facts_now() const {
  return {.id = id_,
          .peer = peer_,
          .user = user_,
          .tls = tls_facts(),
          .host = host_name(),
          .attachment = account_ ? account_->attachment : std::any()};
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
  const bool is_of_a_transfer =
      std::holds_alternative<RestartPoint>(prepared) || std::holds_alternative<OctetRange>(prepared);
  if (keeps != Keeps::restart_point || !is_of_a_transfer) prepared = {};
}

FtpPath Session::resolve(std::string_view argument) const {
  auto path = charset().is_utf8() ? FtpPath::resolve(directory, argument)
                                  : FtpPath::resolve(directory, charset().to_utf8(argument));
  assert(path && "CommandReader lets no NUL through");
  return path.value_or(directory);
}

void Session::reset_transfer_parameters() {
  representation = {};
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

// What waits for that call goes on when it returns, and finds everything cancelled.
void Session::on_hanging_call() {
  WorkerPool& pool = loop().pool();
  log(LogLevel::warning, "call_hangs",
      fmt::format("A call has not returned for {:.0f} s; the session is cut. {} threads hang.",
                  std::chrono::duration<double>(config().timeouts.blocking_call).count(), pool.hanging()));
  pool.replace_hanging();
  end_because(DisconnectReason::timed_out);
  send({421, "This takes too long, closing control connection."});
  if (transfer_) transfer_->data.hang_up(IoErrc::timed_out);
  cancel(IoErrc::timed_out);
  stream_.socket().shut_down_sending();
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
