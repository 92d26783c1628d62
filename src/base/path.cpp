// Pathnames are normalised here and nowhere else: whoever checks that no FtpPath leads above the root reads this file.
#include <ferry/path.hpp>

namespace ferry {

std::optional<FtpPath> FtpPath::resolve(const FtpPath& base, std::string_view pathname) {
  if (pathname.find('\0') != std::string_view::npos) return std::nullopt;

  // Without the slash of the root, so that each component is appended as "/name".
  std::string text;
  if (!pathname.starts_with('/') && !base.is_root()) text = base.text_;
  text.reserve(text.size() + pathname.size() + 1);

  while (!pathname.empty()) {
    const std::size_t slash = pathname.find('/');
    const std::string_view component = pathname.substr(0, slash);
    pathname = slash == std::string_view::npos ? std::string_view() : pathname.substr(slash + 1);
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      // RFC 3659 §6.1: ".." of the root is the root.
      if (!text.empty()) text.resize(text.rfind('/'));
      continue;
    }
    text += '/';
    text += component;
  }

  FtpPath path;
  if (!text.empty()) path.text_ = std::move(text);
  return path;
}

std::optional<FtpPath> FtpPath::child(std::string_view name) const {
  if (name.empty() || name == "." || name == "..") return std::nullopt;
  if (name.find_first_of(std::string_view("/\0", 2)) != std::string_view::npos) return std::nullopt;
  FtpPath path = *this;
  if (!is_root()) path.text_ += '/';
  path.text_ += name;
  return path;
}

FtpPath FtpPath::parent() const {
  FtpPath path;
  const std::size_t slash = text_.rfind('/');
  if (slash > 0) path.text_ = text_.substr(0, slash);
  return path;
}

std::string_view FtpPath::name() const { return std::string_view(text_).substr(text_.rfind('/') + 1); }

bool FtpPath::contains(const FtpPath& other) const {
  if (is_root()) return true;
  if (!other.text_.starts_with(text_)) return false;
  return other.text_.size() == text_.size() || other.text_[text_.size()] == '/';
}

}  // namespace ferry
