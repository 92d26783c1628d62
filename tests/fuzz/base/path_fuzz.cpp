// Whatever a user-PI sends, an FtpPath is absolute and normal, so that it names nothing above the root.
#include <ferry/path.hpp>

#include <algorithm>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

void check(const FtpPath& path) {
  const std::string& text = path.text();
  must(text.starts_with('/') && text.find('\0') == std::string::npos, "absolute, without NUL");
  must(path.is_root() == (text == "/"), "the root is /");
  if (path.is_root()) return;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('/', at + 1), text.size());
    const std::string_view component = std::string_view(text).substr(at + 1, end - at - 1);
    must(!component.empty() && component != "." && component != "..", "only real components");
    at = end;
  }
  must(FtpPath::resolve(FtpPath(), text) == path, "a normal path stays as it is");
  const FtpPath parent = path.parent();
  must(parent.contains(path) && !path.contains(parent), "a path lies in its parent, and not the other way round");
  must(parent.child(path.name()) == path, "parent and name make the path");
  must(*path.relative() != '/', "a relative path has no slash in front");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const std::string_view first = in.text_before('\n');
  const auto base = FtpPath::resolve(FtpPath(), first);
  must(base.has_value() == (first.find('\0') == std::string_view::npos), "only NUL is refused");
  if (!base) return 0;
  check(*base);
  const std::string_view rest = in.rest();
  if (const auto child = base->child(rest)) {
    check(*child);
    must(child->parent() == *base && child->name() == rest, "a child is one component");
  }
  const auto path = FtpPath::resolve(*base, rest);
  if (!path) return 0;
  check(*path);
  must(FtpPath().contains(*path), "all lies in the root");
  must(FtpPath::resolve(*path, ".") == *path, ". is the directory itself");
  must(FtpPath::resolve(*path, "..") == path->parent(), ".. is the parent");
  return 0;
}
