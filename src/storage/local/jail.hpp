// The jail: every access to a user's file begins here, at one descriptor of the root directory.
//
// The kernel resolves a pathname relative to that descriptor and refuses to leave it (openat2 with RESOLVE_BENEATH),
// in one step and so without races. Links that it refuses although they may lead to a place below the root (absolute
// ones), and kernels without openat2, are served by LinkWalk. No pathname of the machine is ever put together from
// strings, and none is checked first and opened later.
//
// What is not a regular file or a directory is not opened for reading or writing: to open a FIFO wakes the one who
// waits at its other end, and to open a device may do anything.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include <ferry/error.hpp>
#include <ferry/path.hpp>

#include "base/descriptor.hpp"
#include "storage/local/link_walk.hpp"

namespace ferry {

class Jail {
 public:
  enum class Method {
    kernel_first,
    walk_only,  // as if the kernel had no openat2
  };

  static Result<Jail> open(const std::string& directory, Method method = Method::kernel_first);

  // A descriptor (O_PATH) of the root.
  int root() const { return root_.get(); }
  // The path of the root on this machine, without links, as it was when the jail was made.
  const std::string& root_path() const { return root_path_; }

  // Opens what `path` names, links followed. `flags` as for open(2): O_PATH, or with O_DIRECTORY.
  Result<Descriptor> open(const FtpPath& path, int flags) const;

  struct OpenFile {
    Descriptor descriptor;
    struct stat facts;
  };
  // Opens a regular file for O_RDONLY or O_WRONLY; whatever else is there is `not_a_file`.
  Result<OpenFile> open_regular(const FtpPath& path, int flags) const;

  // An entry's name, and the directory that it stands in, to act on with unlinkat and the like. `directory` belongs to
  // `owned`, or is the root, which lives as long as the jail.
  struct Place {
    int directory = -1;
    Descriptor owned;
    std::string name;
  };
  // The place of the entry itself, which need not exist, nor be followed if it is a link. Not for the root.
  Result<Place> place(const FtpPath& path) const;
  // How many directories below the root `path` leads to, links followed.
  Result<std::size_t> depth(const FtpPath& path) const;
  // The place that a link at the end of `path` leads to; what the link leads to must exist.
  Result<Place> place_behind_link(const FtpPath& path) const;

 private:
  Jail(Descriptor root, std::string root_path, std::vector<Components> root_paths, bool walk_only)
      : root_(std::move(root)),
        root_path_(std::move(root_path)),
        root_paths_(std::move(root_paths)),
        walk_only_(walk_only) {}

  int open_by_kernel(const char* path, int flags) const;
  int open_by_walk(const char* path, int flags) const;

  Descriptor root_;
  std::string root_path_;
  std::vector<Components> root_paths_;
  bool walk_only_;
};

}  // namespace ferry
