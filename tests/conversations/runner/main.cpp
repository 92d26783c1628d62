// Plays conversation files against a server in this process: one test for each file and each kind of storage.
//
//     conversations FILE-OR-DIRECTORY...
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "script.hpp"

namespace ferry::test {
namespace {

std::string read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class Conversation : public testing::Test {
 public:
  Conversation(std::string file, StorageKind storage) : file_(std::move(file)), storage_(storage) {}

  void TestBody() override {
    const std::string text = read(file_);
    try {
      play(parse_script(text), storage_);
    } catch (const std::exception& error) {
      ADD_FAILURE() << file_ << ": " << error.what();
    }
  }

 private:
  std::string file_;
  StorageKind storage_;
};

void register_file(const std::string& file) {
  // A file that cannot be understood becomes a test as well: one that fails.
  std::vector<StorageKind> storages{StorageKind::memory};
  try {
    storages = parse_script(read(file)).givens.storages;
  } catch (const BadSyntax&) {
  }
  for (const auto storage : storages) {
    const std::string name = file + (storage == StorageKind::memory ? " (memory)" : " (local)");
    testing::RegisterTest("Conversation", name.c_str(), nullptr, nullptr, file.c_str(), 1,
                          [=]() -> Conversation* { return new Conversation(file, storage); });
  }
}

std::vector<std::string> files_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    if (std::filesystem::is_directory(argument)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(argument))
        if (entry.path().extension() == ".ftp") files.push_back(entry.path().string());
    } else if (std::filesystem::exists(argument)) {
      files.push_back(argument);
    } else {
      return {};
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace
}  // namespace ferry::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::vector<std::string> files = ferry::test::files_of(std::vector<std::string>(argv + 1, argv + argc));
  if (files.empty()) {
    fmt::print(stderr, "usage: conversations FILE-OR-DIRECTORY...\n");
    return 2;
  }
  for (const std::string& file : files) ferry::test::register_file(file);
  return RUN_ALL_TESTS();
}
