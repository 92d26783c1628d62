#include "transfer/data_connection.hpp"

namespace ferry {

namespace {

// How much one transfer may move before others on the loop get a turn.
constexpr std::uint64_t turn_octets = 256 * 1024;

TlsEngine::Role role_of(const DataTls& tls) {
  if (tls.as_client) return TlsEngine::Role::data_client;
  return tls.in_kernel ? TlsEngine::Role::file_down : TlsEngine::Role::data;
}

}  // namespace

DataConnection::DataConnection(Loop& loop, DataConnectionSetup setup)
    : loop_(loop), setup_(std::move(setup)), deadline_(loop, [this] {
        if (has_stalled())
          cancel(IoErrc::timed_out);
        else
          watch_for_stall();
      }) {
  if (!setup_.limits.empty()) throttle_ = std::make_unique<Throttle>(loop, std::move(setup_.limits));
}

// Who waits for bandwidth is held up by us, not by the peer.
bool DataConnection::has_stalled() const {
  return !open_ || (octets_ == octets_at_deadline_ && !(throttle_ && throttle_->waiting()));
}

void DataConnection::cancel(IoErrc reason) {
  if (cancelled_ == IoErrc::none) cancelled_ = reason;
  if (throttle_) throttle_->cancel();
  if (stream_)
    stream_->cancel(reason);
  else if (const auto* passive = std::get_if<PassiveEnd>(&setup_.end))
    passive->listener->socket().cancel(reason);
}

void DataConnection::hang_up(IoErrc reason) {
  cancel(reason);
  if (stream_) stream_->socket().shut_down();
}

std::optional<TlsFacts> DataConnection::tls_facts() const {
  if (!open_ || !stream_->tls()) return std::nullopt;
  return stream_->tls()->facts();
}

void DataConnection::watch_for_stall() {
  octets_at_deadline_ = octets_;
  deadline_.set_after(setup_.stall_timeout);
}

Task<IoResult<Descriptor>> DataConnection::accept(PassiveEnd end) {
  for (;;) {
    auto accepted = end.listener->try_accept();
    if (accepted) {
      if (end.peer && accepted->peer.address != *end.peer) {
        co_await loop_.yield();  // there may be no end of such strangers
        continue;
      }
      co_return std::move(accepted->descriptor);
    }
    if (accepted.error() != IoErrc::would_block) co_return std::unexpected(accepted.error());
    co_await end.listener->socket().readable();
  }
}

Task<IoResult<Descriptor>> DataConnection::connect(ActiveEnd end) {
  auto descriptor = start_connect(end.local, end.remote);
  if (!descriptor) co_return std::unexpected(descriptor.error());
  stream_ = std::make_unique<Stream>(loop_, std::move(*descriptor));
  for (;;) {
    if (cancelled_ != IoErrc::none) co_return std::unexpected(cancelled_);
    const IoErrc outcome = connect_outcome(stream_->socket().fd());
    if (outcome == IoErrc::none) co_return Descriptor();
    if (outcome != IoErrc::would_block) co_return std::unexpected(outcome);
    co_await stream_->socket().writable();
  }
}

Task<TransferEnd> DataConnection::open() {
  using Kind = TransferEnd::Kind;
  deadline_.set_after(setup_.connect_timeout);
  if (const auto* passive = std::get_if<PassiveEnd>(&setup_.end)) {
    auto accepted = co_await accept(*passive);
    if (accepted) {
      stream_ = std::make_unique<Stream>(loop_, std::move(*accepted));
      if (cancelled_ != IoErrc::none) stream_->cancel(cancelled_);
    } else if (cancelled_ == IoErrc::none) {
      co_return Kind::no_connection;
    }
  } else if (auto* const kept = std::get_if<KeptEnd>(&setup_.end)) {
    stream_ = std::move(kept->stream);
    if (stream_->socket().peer_has_ended()) co_return Kind::no_connection;
  } else {
    const auto connected = co_await connect(std::get<ActiveEnd>(setup_.end));
    if (!connected && cancelled_ == IoErrc::none) co_return Kind::no_connection;
  }
  if (cancelled_ != IoErrc::none)
    co_return cancelled_ == IoErrc::timed_out ? TransferEnd(Kind::no_connection) : TransferEnd::from(cancelled_);

  if (setup_.tls && !stream_->tls()) {
    deadline_.set_after(setup_.handshake_timeout);
    const IoErrc error =
        co_await stream_->start_tls(setup_.tls->context, role_of(*setup_.tls), setup_.tls->identity, setup_.tls->host);
    if (error == IoErrc::aborted || error == IoErrc::stopped) co_return TransferEnd::from(error);
    if (error != IoErrc::none) co_return Kind::tls_refused;
    if (!setup_.tls->belongs(*stream_->tls())) co_return Kind::foreign_session;
  }
  open_ = true;
  watch_for_stall();
  if (throttle_) co_await throttle_->wait();
  co_return Kind::complete;
}

std::unique_ptr<Stream> DataConnection::release() {
  open_ = false;
  deadline_.clear();
  if (stream_->socket().stopped_by() != IoErrc::none) return nullptr;
  return std::move(stream_);
}

void DataConnection::close() {
  open_ = false;
  deadline_.clear();
  stream_.reset();
  setup_.end = ActiveEnd();  // nothing is left to be cancelled; a listener goes on without this transfer
}

Task<void> DataConnection::take_turns(std::uint64_t stay) {
  if (setup_.progress) co_await tell_progress();
  if (throttle_ && throttle_->allowance() == 0) co_await throttle_->wait();
  if (octets_ - octets_at_turn_ < turn_octets) co_return;
  octets_at_turn_ = octets_;
  if (octets_ - octets_at_round_ < stay) {
    co_await loop_.yield_to_events();
  } else {
    octets_at_round_ = octets_;
    co_await loop_.yield();
  }
}

Task<void> DataConnection::tell_progress() {
  const ProgressWatch& watch = *setup_.progress;
  if (octets_ == octets_told_) co_return;
  const bool far_enough = watch.octets > 0 && octets_ - octets_told_ >= watch.octets;
  const bool long_enough = watch.interval.count() > 0 && Clock::now() - told_at_ >= watch.interval;
  if (!far_enough && !long_enough) co_return;
  octets_told_ = octets_;
  suspend_stall_watch();
  co_await watch.tell();
  told_at_ = Clock::now();
  resume_stall_watch();
}

}  // namespace ferry
