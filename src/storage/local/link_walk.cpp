#include "storage/local/link_walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace ferry {

namespace {

constexpr int most_links = 40;        // as the kernel has it
constexpr std::size_t deepest = 512;  // descriptors that one walk may hold
constexpr std::size_t most_components = 16'384;

std::vector<std::string_view> pieces(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view piece = path.substr(0, end);
    if (!piece.empty() && piece != ".") result.push_back(piece);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return result;
}

}  // namespace

Components split_path(std::string_view path) {
  const auto views = pieces(path);
  return {views.begin(), views.end()};
}

int LinkWalk::run(std::string_view path, LastLink last) {
  stack_.clear();
  ahead_.clear();
  name_.clear();
  found_ = Descriptor();
  push(path);

  int links = 0;
  while (!ahead_.empty()) {
    const std::string name = std::move(ahead_.back());
    ahead_.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      if (stack_.empty()) return EXDEV;
      stack_.pop_back();
      continue;
    }

    Descriptor entry(::openat(directory(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!entry) return errno;
    struct stat facts;
    if (::fstat(entry.get(), &facts) != 0) return errno;

    if (S_ISLNK(facts.st_mode) && (last == LastLink::follow || !ahead_.empty())) {
      if (++links > most_links) return ELOOP;
      if (const int error = follow(entry.get()); error != 0) return error;
      continue;
    }
    if (ahead_.empty()) {
      name_ = name;
      found_ = std::move(entry);
      return 0;
    }
    if (!S_ISDIR(facts.st_mode)) return ENOTDIR;
    if (stack_.size() == deepest) return ENAMETOOLONG;
    stack_.push_back(std::move(entry));
  }
  return 0;
}

// Puts the text of `link` before what is still ahead.
int LinkWalk::follow(int link) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t size = ::readlinkat(link, "", buffer.data(), buffer.size());
  if (size < 0) return errno;
  if (static_cast<std::size_t>(size) == buffer.size()) return ENAMETOOLONG;
  const std::string_view target(buffer.data(), static_cast<std::size_t>(size));
  if (target.empty()) return ENOENT;
  if (ahead_.size() > most_components) return ELOOP;

  if (target.front() != '/') {
    push(target);
    return 0;
  }
  const auto parts = pieces(target);
  for (const Components& root : root_paths_) {
    if (parts.size() < root.size() || !std::equal(root.begin(), root.end(), parts.begin())) continue;
    stack_.clear();
    if (target.back() == '/') ahead_.emplace_back(".");
    ahead_.insert(ahead_.end(), parts.rbegin(), parts.rend() - static_cast<std::ptrdiff_t>(root.size()));
    return 0;
  }
  return EXDEV;
}

void LinkWalk::push(std::string_view path) {
  // A slash at the end asks for a directory: "." stands for it, which only a directory has.
  if (!path.empty() && path.back() == '/') ahead_.emplace_back(".");
  const auto parts = pieces(path);
  ahead_.insert(ahead_.end(), parts.rbegin(), parts.rend());
}

Descriptor LinkWalk::take_directory() {
  if (stack_.empty()) return {};
  Descriptor result = std::move(stack_.back());
  stack_.pop_back();
  return result;
}

}  // namespace ferry
