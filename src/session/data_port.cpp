#include "session/data_port.hpp"

namespace ferry {

IoResult<Endpoint> DataPort::listen(Loop& loop, const PassivePorts& ports, const IpAddress& local) {
  active_.reset();
  kept_.reset();
  tls_client_ = false;
  const bool served = listener_ && !passive_arranged_ && listener_->socket().stopped_by() == IoErrc::none;
  if (served) {
    // Whoever connected between the transfers was not asked to.
    listener_->drop_waiting();
  } else {
    listener_.reset();
    passive_arranged_ = false;
    auto opened = ports.open(loop, local);
    if (!opened) return std::unexpected(opened.error());
    listener_ = std::move(*opened);
  }
  passive_arranged_ = true;
  return listener_->local();
}

void DataPort::connect_to(const Endpoint& remote) {
  close();
  active_ = remote;
}

std::variant<PassiveEnd, ActiveEnd, KeptEnd> DataPort::take(const IpAddress& local,
                                                            std::optional<IpAddress> expected_peer) {
  if (passive_arranged_) {
    passive_arranged_ = false;
    return PassiveEnd{listener_.get(), expected_peer};
  }
  if (kept_) return KeptEnd{std::move(kept_)};
  const Endpoint remote = *active_;
  active_.reset();
  return ActiveEnd{local, remote};
}

void DataPort::close() {
  listener_.reset();
  passive_arranged_ = false;
  active_.reset();
  kept_.reset();
  tls_client_ = false;
}

void DataPort::close_idle_listener() {
  if (!passive_arranged_) listener_.reset();
}

}  // namespace ferry
