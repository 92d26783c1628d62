// A data connection over the loopback interface, with the test as the user-DTP at its other end.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "transfer/data_connection.hpp"
#include "transfer/transfer_job.hpp"
#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"
#include "unit/net/tls_pair.hpp"

namespace ferry::test {

// Longer than any test.
constexpr std::chrono::milliseconds patience = std::chrono::minutes(10);

inline DataConnectionSetup patient_setup(std::variant<PassiveEnd, ActiveEnd, KeptEnd> end) {
  return {.end = std::move(end),
          .tls = std::nullopt,
          .connect_timeout = patience,
          .handshake_timeout = patience,
          .stall_timeout = patience};
}

// A passive data connection, and whoever connects to it.
class OpenData {
 public:
  explicit OpenData(Loop& loop, std::chrono::milliseconds stall_timeout = patience) : loop_(loop) {
    auto opened = PassivePorts(PortRange()).open(loop, loopback());
    if (!opened) throw std::runtime_error("no passive port");
    listener = std::move(*opened);
    auto descriptor = start_connect(loopback(), listener->local());
    if (!descriptor) throw std::runtime_error("no connection over the loopback interface");
    peer_descriptor_ = std::move(*descriptor);
    setup = patient_setup(PassiveEnd{listener.get(), loopback()});
    setup.stall_timeout = stall_timeout;
  }

  Task<TransferEnd> open() {
    peer.emplace(loop_, std::move(peer_descriptor_));
    ours.emplace(loop_, std::move(setup));
    co_return co_await ours->open();
  }

  // The same with TLS on both ends; the peer is `client`. `belongs`: what the session says about it.
  Task<TransferEnd> open_tls(bool belongs = true) {
    const TlsClientSetup client_setup;
    client = std::make_unique<TestTlsClient>(loop_, std::move(peer_descriptor_), client_setup);
    setup.tls = DataTls{test_tls_context(), new_tls_identity(), [belongs](const TlsEngine&) { return belongs; }};
    ours.emplace(loop_, std::move(setup));
    Beside<bool> handshake(loop_, client->handshake());
    const TransferEnd end = co_await ours->open();
    co_await handshake.result();
    co_return end;
  }

  // Runs the job, then closes our end, as the end of a transfer does.
  Task<TransferEnd> run(std::unique_ptr<TransferJob> job) {
    TransferEnd end = co_await job->run(*ours);
    job.reset();
    octets = ours->octets();
    ours.reset();
    co_return end;
  }

  std::unique_ptr<Listener> listener;
  DataConnectionSetup setup;
  std::optional<DataConnection> ours;
  std::optional<Stream> peer;
  std::unique_ptr<TestTlsClient> client;
  std::uint64_t octets = 0;  // what the transfer counted

 private:
  Loop& loop_;
  Descriptor peer_descriptor_;
};

// What a job did whose peer reads everything.
struct Outcome {
  TransferEnd end;
  Received received;
  std::uint64_t octets = 0;
};

inline Task<Outcome> run_to_a_reader(Loop& loop, std::unique_ptr<TransferJob> job) {
  OpenData data(loop);
  Outcome outcome;
  outcome.end = co_await data.open();
  if (!outcome.end.complete()) co_return outcome;
  Beside<Received> reading(loop, read_all(*data.peer));
  outcome.end = co_await data.run(std::move(job));
  outcome.received = co_await reading.result();
  outcome.octets = data.octets;
  co_return outcome;
}

}  // namespace ferry::test
