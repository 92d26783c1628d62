// How a transfer ended. Exactly one of these is the outcome of each transfer that was begun with a 150.
#pragma once

#include <cstdint>
#include <utility>

#include <ferry/error.hpp>

#include "net/socket.hpp"
#include "transfer/codec.hpp"

namespace ferry {

struct TransferEnd {
  enum class Kind : std::uint8_t {
    complete,
    no_connection,     // the data connection could not be made
    tls_refused,       // its TLS handshake failed
    foreign_session,   // its TLS session is not the control connection's
    lost,              // the peer reset it
    truncated,         // the peer ended an upload without close_notify
    incomplete,        // the data of an upload ended before its end mark
    malformed,         // the data of an upload cannot be decoded
    expands_too_much,  // the data of an upload expands without reason
    timed_out,         // no progress for too long
    aborted,           // by ABOR
    stopped,           // the session or the server ends
    vetoed,            // the inspector of uploads refused it
    storage,           // reading, writing or committing the file failed
  };

  Kind kind = Kind::complete;
  // For Kind::storage; for Kind::vetoed not_permitted or over_quota, and the text for the peer as its detail.
  FsError error;
  bool kept_open = false;  // the data connection stays for the next transfer

  TransferEnd() = default;
  TransferEnd(Kind k) : kind(k) {}
  TransferEnd(FsError e) : kind(Kind::storage), error(std::move(e)) {}

  // What a failed operation on the data connection means once it was open.
  static TransferEnd from(IoErrc io);
  static TransferEnd from(DecodeErrc decoding);

  bool complete() const { return kind == Kind::complete; }
};

}  // namespace ferry
