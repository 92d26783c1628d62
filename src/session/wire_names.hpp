// Names of entries as one user-PI's encoding has them.
#pragma once

#include <string>
#include <string_view>

#include "protocol/charset.hpp"
#include "session/session.hpp"

namespace ferry {

// Without a copy where the encoding is UTF-8. Outlived by the session's services.
class WireNames {
 public:
  explicit WireNames(const Session& session) : charset_(session.charset().is_utf8() ? nullptr : &session.charset()) {}

  // Valid until the next call.
  std::string_view operator()(std::string_view name) {
    if (!charset_) return name;
    converted_ = charset_->from_utf8(name);
    return converted_;
  }

 private:
  const Charset* charset_;
  std::string converted_;
};

}  // namespace ferry
