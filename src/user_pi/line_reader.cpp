#include "user_pi/line_reader.hpp"

#include <cstring>
#include <span>

#include "user_pi/failure.hpp"

namespace ferry::user_pi {

std::string LineReader::read(Connection& connection) {
  for (;;) {
    const char* const line = buffer_.data() + begin_;
    if (const auto* const newline = static_cast<const char*>(std::memchr(line, '\n', end_ - begin_))) {
      std::string text(line, newline + 1);
      begin_ += text.size();
      return text;
    }
    if (begin_ > 0) {
      std::memmove(buffer_.data(), line, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == buffer_.size()) throw Failure("a reply line without an end");
    const std::size_t n = connection.read(std::as_writable_bytes(std::span(buffer_).subspan(end_)));
    if (n == 0) throw Closed("the server closed the control connection");
    end_ += n;
  }
}

}  // namespace ferry::user_pi
