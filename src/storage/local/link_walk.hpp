// Finds a pathname below the root step by step, so that links may be followed that openat2's RESOLVE_BENEATH refuses.
//
// RESOLVE_BENEATH refuses every absolute link, even one to a place below the root, and older kernels and some sandboxes
// have no openat2. This walk opens one component after the other, never following a link itself: it reads the link's
// text and walks on from there. ".." in a link goes back to the directory that the walk came from, by a stack of
// descriptors, and is refused at the root; an absolute link is followed only where its text begins with the root's own
// path, and then from the root's descriptor on. So each step starts from a descriptor that was reached from the root,
// and no race can lead it out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"

namespace ferry {

// A pathname of the machine in its components; "." and empty ones are left out.
using Components = std::vector<std::string>;
Components split_path(std::string_view path);

class LinkWalk {
 public:
  enum class LastLink { follow, keep };

  // `root`: a descriptor of the root; `root_paths`: what absolute links into the root begin with. Both outlive this.
  LinkWalk(int root, const std::vector<Components>& root_paths) : root_(root), root_paths_(root_paths) {}

  // Walks to `path`, which is relative to the root. 0, or an errno value.
  int run(std::string_view path, LastLink last);

  // After run() returned 0: the directory where the walk ended, and the name in it. No name: that directory itself.
  int directory() const { return stack_.empty() ? root_ : stack_.back().get(); }
  const std::string& name() const { return name_; }
  // The directories between the root and what the walk found, that included.
  std::size_t depth() const { return stack_.size() + (name_.empty() ? 0 : 1); }
  // The descriptor behind directory(), empty when that is the root.
  Descriptor take_directory();
  // What the walk found, opened with O_PATH; for no name, empty.
  Descriptor& found() { return found_; }

 private:
  int follow(int link);
  void push(std::string_view path);

  int root_;
  const std::vector<Components>& root_paths_;
  std::vector<Descriptor> stack_;   // the directories below the root that the walk stands in
  std::vector<std::string> ahead_;  // the components still to go, the next one at the end
  std::string name_;
  Descriptor found_;
};

}  // namespace ferry
