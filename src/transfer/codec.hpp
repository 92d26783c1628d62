// What stands between the octets of a file and those of its data connection, where the two differ (RFC 959 §3: data
// type, file structure and transmission mode). A transfer without an encoder or decoder moves octets as they are.
//
// Used by one transfer, by one thread at a time; where it is `heavy`, that thread is one of the pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

namespace ferry {

// Heavy work on fewer octets is done before a thread of the pool would have woken up.
inline constexpr std::size_t worth_a_thread = 4 * 1024;
// decode() stops beyond this: what comes up may expand.
inline constexpr std::size_t decoded_at_once = 256 * 1024;

// Going down: from the file to the data connection.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends to `out` what the next octets of the file become.
  virtual void encode(std::span<const std::byte> in, std::vector<std::byte>& out) = 0;
  // Appends what the end of the file becomes.
  virtual void finish(std::vector<std::byte>& out) = 0;
  // The data says itself where it ends, and the data connection stays open behind it.
  virtual bool leaves_open() const { return false; }
  // Takes the processor so long that others on the loop would notice.
  virtual bool heavy() const { return false; }
};

// Why the data of an upload cannot be a whole file.
enum class DecodeErrc : std::uint8_t {
  incomplete,        // the data connection ended before the data did
  malformed,         // octets that cannot be, or octets behind the end
  expands_too_much,  // a few octets that stand for a flood
};

using DecodeResult = std::expected<void, DecodeErrc>;

// Coming up: from the data connection to the file.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Takes octets off the front of `in` and appends to `out` what they mean to the file. It stops before the end of `in`
  // where `out` has become large, at a restart marker, and at the end of the file: look at those, then call again.
  virtual DecodeResult decode(std::span<const std::byte>& in, std::vector<std::byte>& out) = 0;
  // The data connection came to its orderly end.
  virtual DecodeResult finish(std::vector<std::byte>& out) = 0;
  // The data has said that the file ends here, so that no end of the data connection need be awaited.
  virtual bool ended() const { return false; }
  // See Encoder.
  virtual bool leaves_open() const { return false; }
  virtual bool heavy() const { return false; }
  // The restart marker at which decode() stopped; empty where there was none (RFC 959 §3.5).
  virtual std::string take_marker() { return {}; }
};

}  // namespace ferry
