// A directory that lives as long as the object, for certificates and for local storage.
#pragma once

#include <string>

namespace ferry::test {

class TemporaryDirectory {
 public:
  // Below `parent`, or where the system keeps temporary files.
  explicit TemporaryDirectory(const std::string& parent = {});
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ferry::test
