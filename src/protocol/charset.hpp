// The characters of pathnames on the wire, where the operator chose others than UTF-8 (RFC 2640 §3.1 permits it).
//
// Inside ferry names are UTF-8. It is more important that a name can be sent back than that it can be read (RFC 3659
// §2.2): a character that the peer's encoding lacks is spelled %{U+65E5}, an octet that is not UTF-8 %{E9}, and both
// are understood in that spelling. Octets that mean nothing in the peer's encoding are a name as they are.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ferry {

// Thread-safe; cheap to copy.
class Charset {
 public:
  // A name that iconv knows. std::invalid_argument where it does not, and for an encoding in which ASCII is not ASCII
  // (UTF-16, EBCDIC): command lines could not be told apart in it.
  explicit Charset(const std::string& iconv_name);

  // As it was given.
  const std::string& name() const { return name_; }
  bool is_utf8() const { return utf8_; }
  std::string to_utf8(std::string_view wire) const;
  // to_utf8 of the result is `name` again.
  std::string from_utf8(std::string_view name) const;

 private:
  bool has(std::string_view character) const;
  std::string spell(std::string_view name) const;
  std::string unspell(std::string_view text) const;

  std::string name_;
  // Open descriptors that nobody converts with: they keep iconv's tables loaded, which makes opening another cheap.
  std::shared_ptr<void> to_utf8_tables_;
  std::shared_ptr<void> from_utf8_tables_;
  bool utf8_ = false;
};

}  // namespace ferry
