#include "support/temporary_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "support/failure.hpp"

namespace ferry::test {

TemporaryDirectory::TemporaryDirectory(const std::string& parent) {
  const std::filesystem::path where =
      parent.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(parent);
  path_ = (where / "ferry-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) throw Failure("cannot make a temporary directory");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace ferry::test
