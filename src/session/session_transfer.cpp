// The transfer of a session, and what goes on beside its commands: from the preliminary reply to the final one.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "session/command_table.hpp"
#include "session/misbehaviour.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

bool Session::belongs_to_this_login(const TlsEngine& data) const {
  if (config().tls->client_certificates != ClientCertificates::off && !data.resumed()) {
    const auto shown = data.client_certificate();
    if (shown && (!stream_.tls() || shown != stream_.tls()->client_certificate())) return false;
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

int Session::prepare_transfer(const CommandSpec& spec, Direction direction, std::unique_ptr<TransferJob> job,
                              FtpPath path, std::uint64_t offset) {
  const Timeouts& timeouts = config().timeouts;
  const int code = data_port.has_connection() ? 125 : 150;
  // SSCN is for files alone: listings go to the user-PI, who is no TLS server.
  const bool as_client = data_port.begins_tls_as_client() || (secured_client && job->moves_a_file());
  DataConnectionSetup setup{
      .end = data_port.take(local_address(),
                            config().permit_foreign_addresses ? std::nullopt : std::optional(peer_.address)),
      .tls = std::nullopt,
      .connect_timeout = timeouts.data_connect,
      .handshake_timeout = timeouts.tls_handshake,
      .stall_timeout = timeouts.data_stall,
      .progress = {},
  };
  if (limits_) setup.limits = direction == Direction::down ? limits_->down : limits_->up;
  if (events().anybody_listens() && config().progress.asked_for())
    setup.progress =
        ProgressWatch{config().progress.interval, config().progress.octets, [this] { return tell_progress(); }};
  if (protection == ProtectionLevel::private_)
    setup.tls = DataTls{
        .context = tls_context,
        .identity = tls_identity,
        .belongs = [this](const TlsEngine& data) { return belongs_to_this_login(data); },
        .in_kernel = services_.kernel_tls && !fault && !as_client && job->suits_kernel_tls(),
        .as_client = as_client,
        .host = host_name(),
    };
  transfer_ = std::make_unique<ActiveTransfer>(spec, direction, loop(), std::move(setup), std::move(job),
                                               std::move(path), offset, account_->files);
  if (fault) {
    transfer_->gate = gate_for(*fault);
    transfer_->final_fault = std::make_unique<ReplyFault>(fault->final_reply);
  }
  return code;
}

void Session::start_transfer() {
  if (!transfer_ || transfer_->started) return;
  transfer_->started = true;
  spawn(executor(), run_transfer(), [this](const std::exception_ptr& error) {
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
  if (transfer.final_fault) {
    transfer.data.close();
    const bool answers = co_await misbehave_finally(*this, *transfer.final_fault);
    transfer.is_answered = !answers;
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
  const bool answers = !transfer_->is_answered;
  transfer_.reset();
  if (answers) send(reply);
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
  const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(Clock::now() - transfer_->begun).count();
  const bool failed = !end.complete();
  std::string text = fmt::format("{} {} {} octets, {}.{:03} s, {}", transfer_->spec.verb,
                                 printable(on_the_wire(transfer_->path.text())), transfer_->data.octets(),
                                 milliseconds / 1000, milliseconds % 1000, outcome_text(end));
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

}  // namespace ferry
