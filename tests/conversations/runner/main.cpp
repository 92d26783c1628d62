// Plays conversation files against a server in this process: one test for each file and each kind of storage.
//
//     conversations FILE-OR-DIRECTORY...
//     conversations --every-reply DIRECTORY    the same as one test: which reply of which command did nobody hear?
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "replies_seen.hpp"
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

// Of what plays on either kind of storage one is enough.
class EveryReply : public testing::Test {
 public:
  explicit EveryReply(std::vector<std::string> files) : files_(std::move(files)) {}

  void TestBody() override {
    RepliesSeen seen;
    for (const std::string& file : files_) {
      try {
        const Script script = parse_script(read(file));
        play(script, script.givens.storages.front(), &seen);
      } catch (const std::exception& error) {
        ADD_FAILURE() << file << ": " << error.what();
      }
    }
    for (const std::string& reply : seen.missing()) ADD_FAILURE() << "no conversation has " << reply;
  }

 private:
  std::vector<std::string> files_;
};

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
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool every_reply = !arguments.empty() && arguments.front() == "--every-reply";
  if (every_reply) arguments.erase(arguments.begin());
  const std::vector<std::string> files = ferry::test::files_of(arguments);
  if (files.empty()) {
    fmt::print(stderr, "usage: conversations [--every-reply] FILE-OR-DIRECTORY...\n");
    return 2;
  }
  if (every_reply)
    testing::RegisterTest("Conversations", "have every reply of every row", nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> ferry::test::EveryReply* { return new ferry::test::EveryReply(files); });
  else
    for (const std::string& file : files) ferry::test::register_file(file);
  return RUN_ALL_TESTS();
}
