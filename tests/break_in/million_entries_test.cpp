// Listings so long that a server which gathers them first runs out of memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

constexpr std::size_t entries_in_all = 1'000'000;

// A directory with a million files that takes no memory itself.
class EndlessReader final : public DirectoryReader {
 public:
  Task<Result<std::span<const DirectoryEntry>>> next() override {
    constexpr std::size_t batch = 512;
    names_.clear();
    entries_.clear();
    names_.reserve(batch);
    for (; given_ < entries_in_all && names_.size() < batch; ++given_) {
      names_.push_back(fmt::format("file-{}", given_));
      FileInfo info;
      info.kind = FileKind::regular;
      entries_.push_back({.name = names_.back(), .info = info});
    }
    co_return std::span<const DirectoryEntry>(entries_);
  }

 private:
  std::size_t given_ = 0;
  std::vector<std::string> names_;
  std::vector<DirectoryEntry> entries_;
};

class EndlessDirectory final : public FileSystem {
 public:
  Task<Result<FileInfo>> stat(const FtpPath&) override {
    FileInfo info;
    info.kind = FileKind::directory;
    co_return info;
  }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath&, Detail) override {
    co_return std::make_unique<EndlessReader>();
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t) override { co_return no(path); }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest&) override {
    co_return no(path);
  }
  Task<Result<void>> make_directory(const FtpPath& path) override { co_return no(path); }
  Task<Result<void>> remove_directory(const FtpPath& path) override { co_return no(path); }
  Task<Result<void>> remove_file(const FtpPath& path) override { co_return no(path); }
  Task<Result<void>> rename(const FtpPath& path, const FtpPath&, bool) override { co_return no(path); }

 private:
  static std::unexpected<FsError> no(const FtpPath& path) {
    return std::unexpected(FsError(FsErrc::unsupported, path.text()));
  }
};

// Of the whole process, client and server.
std::size_t resident_octets() {
  std::size_t all = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

class MillionEntries : public testing::TestWithParam<const char*> {};

TEST_P(MillionEntries, TakeNoMoreMemoryThanAFew) {
  ServerSetup setup;
  const auto users = std::make_shared<StaticUsers>();
  Account account;
  account.files = std::make_shared<EndlessDirectory>();
  users->add("alice", Secret("secret"), account);
  setup.configure = [&](Config& config) { config.authenticator = users; };
  TestServer server(setup);
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.extended_passive();
  client.begin(GetParam());
  Wire& data = client.open_data();
  std::vector<char> buffer(1 << 20);
  std::size_t octets = data.receive_into(buffer);
  const std::size_t before = resident_octets();
  std::size_t most = before;
  std::size_t lines =
      static_cast<std::size_t>(std::count(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(octets), '\n'));
  for (int turn = 0; (octets = data.receive_into(buffer)) > 0; ++turn) {
    lines += static_cast<std::size_t>(
        std::count(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(octets), '\n'));
    if (turn % 16 == 0) most = std::max(most, resident_octets());
  }
  client.expect_reply(226);
  EXPECT_EQ(lines, entries_in_all);
  // All of it would be 10 MB of names alone.
  EXPECT_LE(most - before, std::size_t{8} << 20);
}

INSTANTIATE_TEST_SUITE_P(Each, MillionEntries, testing::Values("LIST", "LIST -t", "NLST", "MLSD"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::erase_if(name, [](char c) { return c == ' ' || c == '-'; });
                           return name;
                         });

}  // namespace
}  // namespace ferry::test
