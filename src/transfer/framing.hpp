// What a transmission mode makes of octets, ends of records and the end of the file (RFC 959 §3.4): a Framer puts them
// on the data connection, a Deframer finds them there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "transfer/codec.hpp"

namespace ferry {

class Framer {
 public:
  virtual ~Framer() = default;
  virtual void octets(std::span<const std::byte> in, std::vector<std::byte>& out) = 0;
  virtual void end_record(std::vector<std::byte>& out) = 0;
  virtual void end_file(std::vector<std::byte>& out) = 0;
  // A restart marker, where the mode has such (RFC 959 §3.5). `text`: printable, without a space, short.
  virtual void marker(std::string_view, std::vector<std::byte>&) {}
  virtual bool leaves_open() const { return false; }
};

// Some octets of the file, and what follows them.
struct Piece {
  std::span<const std::byte> octets{};  // valid until the next call
  bool ends_record = false;
  bool ends_file = false;
  std::string marker{};  // a restart marker; the piece has nothing else then
};

class Deframer {
 public:
  virtual ~Deframer() = default;
  // Takes one piece off the front of `in`, which is not empty; the piece may be empty while a header is incomplete.
  virtual std::expected<Piece, DecodeErrc> next(std::span<const std::byte>& in) = 0;
  // The data connection ended although no piece has ended the file.
  virtual std::expected<Piece, DecodeErrc> finish() { return std::unexpected(DecodeErrc::incomplete); }
  virtual bool leaves_open() const { return false; }
};

// The descriptor codes of MODE B, which MODE C uses too (RFC 959 §3.4.2).
namespace descriptor {
constexpr unsigned end_of_record = 128;
constexpr unsigned end_of_file = 64;
constexpr unsigned suspect = 32;  // the sender doubts the data; it is stored as it came
constexpr unsigned restart_marker = 16;
constexpr unsigned known = end_of_record | end_of_file | suspect | restart_marker;
}  // namespace descriptor

// Collects a restart marker: printable characters without a space (RFC 959 §3.5), and few of them, as it will be sent
// back in a reply.
class MarkerReader {
 public:
  // False where this cannot be a marker.
  bool add(std::span<const std::byte> octets);
  bool empty() const { return text_.empty(); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace ferry
