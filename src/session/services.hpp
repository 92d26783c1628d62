// What a server gives to each of its sessions. Outlives them all; every part is thread-safe or immutable.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <ferry/config.hpp>

#include "base/logger.hpp"
#include "net/kernel_tls.hpp"
#include "net/listener.hpp"
#include "net/tls.hpp"
#include "protocol/charset.hpp"
#include "protocol/ebcdic.hpp"
#include "session/bandwidth.hpp"
#include "session/command_set.hpp"
#include "session/digest_cache.hpp"
#include "session/event_teller.hpp"
#include "session/logins.hpp"
#include "session/password_checks.hpp"
#include "session/roster.hpp"
#include "session/tls_bindings.hpp"
#include "transfer/bulk_work.hpp"

namespace ferry {

// The TLS context for new connections; null where TLS is off.
class CurrentTls {
 public:
  std::shared_ptr<const TlsContext> get() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }
  void set(std::shared_ptr<const TlsContext> context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

struct Counters {
  std::atomic<std::uint64_t> octets_sent{0};
  std::atomic<std::uint64_t> octets_received{0};
};

struct Services {
  explicit Services(Config c)
      : config(std::move(c)),
        charset(config.encoding),
        network_charsets(charsets_of(config.network_encodings)),
        ebcdic(config.formats.ebcdic_code_page),
        ports(config.passive_ports),
        log(config.log, config.log_level),
        events(config, log),
        bandwidth(config),
        commands(config),
        password_checks(config.limits.password_checks, config.limits.password_checks_waiting),
        kernel_tls(config.tls && config.tls->kernel_tls && kernel_has_tls()),
        bulk_work(config.bulk_threads != 0 ? config.bulk_threads
                                           : std::max(1u, std::thread::hardware_concurrency() / 2)) {}

  const Config config;
  const Charset charset;  // of the peers that are in none of the networks
  const Charset utf8_charset{"UTF-8"};
  struct NetworkCharset {
    Network network;
    Charset charset;
  };
  const std::vector<NetworkCharset> network_charsets;
  const Charset& charset_for(const IpAddress& peer) const {
    for (const NetworkCharset& own : network_charsets)
      if (own.network.contains(peer)) return own.charset;
    return charset;
  }
  const EbcdicTable ebcdic;
  const PassivePorts ports;
  const Logger log;
  const EventTeller events;
  Bandwidth bandwidth;
  const CommandSet commands;
  PasswordChecks password_checks;
  const bool kernel_tls;  // downloads are encrypted by the kernel
  Logins logins;
  CurrentTls tls;
  TlsBindings bindings;
  Counters counters;
  Turnstile bulk_work;
  DigestCache digests{4096};
  Roster* roster = nullptr;  // set before the first session

 private:
  static std::vector<NetworkCharset> charsets_of(const std::vector<NetworkEncoding>& encodings) {
    std::vector<NetworkCharset> charsets;
    for (const NetworkEncoding& own : encodings) charsets.push_back({own.network, Charset(own.encoding)});
    return charsets;
  }
};

}  // namespace ferry
