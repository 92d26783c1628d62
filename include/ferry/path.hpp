// The virtual pathname of a file or directory, as the user sees it.
//
// An FtpPath is absolute, starts at the user's root "/", has no "." or "..", no empty component and no trailing slash,
// and holds no NUL: it cannot name anything above the root, so nobody further in checks again. Everything else is
// bytes: a name need not be UTF-8 (RFC 3659 §2.2 and RFC 2640 §3.1 let such names survive).
//
// Only FtpPath::resolve and the child function make one. Value type; safe to copy between threads.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

class FtpPath {
 public:
  // The root, "/".
  FtpPath() : text_("/") {}

  // `pathname` as a user-PI sends it, relative to `base` unless it begins with "/". ".." is taken lexically and stops
  // at the root (TVFS, RFC 3659 §6). nullopt when it holds a NUL.
  static std::optional<FtpPath> resolve(const FtpPath& base, std::string_view pathname);

  // This directory's entry `name`. nullopt unless `name` is one plain component.
  std::optional<FtpPath> child(std::string_view name) const;

  // The directory that holds this entry; the root is its own parent.
  FtpPath parent() const;

  // The last component; empty for the root.
  std::string_view name() const;

  bool is_root() const { return text_.size() == 1; }

  // "/a/b", always absolute.
  const std::string& text() const { return text_; }

  // "a/b", relative to the root; "." for the root. What openat-like calls take.
  const char* relative() const { return is_root() ? "." : text_.c_str() + 1; }

  // True for this path itself and for everything below it.
  bool contains(const FtpPath& other) const;

  friend bool operator==(const FtpPath&, const FtpPath&) = default;
  friend auto operator<=>(const FtpPath&, const FtpPath&) = default;

 private:
  std::string text_;
};

}  // namespace ferry
