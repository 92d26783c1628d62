// How ferry's interfaces say no.
//
// Storage and authentication return values: a Result holds what was asked for, or why it was refused. An exception
// that leaves an implementation of an interface is a bug in it: it is logged and ends that session, never the server.
// Only the construction and the start of a Server throw, as ConfigError.
#pragma once

#include <expected>
#include <stdexcept>
#include <string>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

// Why storage refused, named for what the user should be told and not for the errno behind it.
enum class FsErrc {
  not_found,        // 550
  not_permitted,    // 550
  exists,           // 550
  not_a_file,       // 550: a directory or a device where a regular file is needed
  not_a_directory,  // 550: a file where a directory is needed
  not_empty,        // 550
  bad_name,         // 553: too long, or a character that the storage cannot hold
  bad_offset,       // 554: the restart point lies beyond the end (RFC 1123 §4.1.3.4)
  busy,             // 450: may work later
  no_space,         // 452
  over_quota,       // 552
  unsupported,      // 504: this storage has no such ability
  too_many,         // 451: more entries than a listing may look at
  failed,           // 451: anything else
};

struct FsError {
  FsErrc code = FsErrc::failed;
  std::string detail;  // for the log; may hold server paths, so it is never sent to the peer

  FsError() = default;
  FsError(FsErrc c, std::string d = {}) : code(c), detail(std::move(d)) {}
  friend bool operator==(const FsError& a, const FsError& b) { return a.code == b.code; }
};

template <typename T>
using Result = std::expected<T, FsError>;

// A configuration that cannot work: the text is one line that names the setting and the remedy.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ferry
