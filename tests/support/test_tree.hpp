// The files behind a test's server, made and looked at from behind: without FTP.
#pragma once

#include <cstdint>
#include <ferry/filesystem.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::test {

enum class StorageKind : std::uint8_t { memory, local };

class TestTree {
 public:
  virtual ~TestTree() = default;
  // A local tree is a new directory below `parent`, or among the temporary files.
  static std::unique_ptr<TestTree> make(StorageKind kind, const std::string& parent = {});

  // What a session sees.
  virtual std::shared_ptr<FileSystem> files() = 0;

  // Paths are absolute, from the root that the session sees.
  virtual void make_file(std::string_view path, std::string_view content) = 0;
  virtual void make_directory(std::string_view path) = 0;
  // Local storage only; the target is taken as it is.
  virtual void make_symlink(std::string_view path, std::string_view target) = 0;
  // Likewise; an extended attribute, such as "user.mime_type".
  virtual void set_attribute(std::string_view path, std::string_view name, std::string_view value) = 0;
  // nullopt where there is no regular file.
  virtual std::optional<std::string> content(std::string_view path) = 0;
  virtual bool is_directory(std::string_view path) = 0;
  // All names in a directory, hidden ones too, sorted.
  virtual std::vector<std::string> names(std::string_view path) = 0;
  // The directory of the operating system; empty for memory storage.
  virtual std::string directory() const = 0;
};

}  // namespace ferry::test
