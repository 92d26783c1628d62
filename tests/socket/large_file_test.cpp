// Files beyond 4 GiB: offsets and sizes that do not fit 32 bits. The files are sparse, so that they cost no room.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

constexpr std::uint64_t four_gib = 4ull << 30;
const std::string marker = "the end of a large file";

ServerSetup local_storage() {
  ServerSetup setup;
  setup.storage = StorageKind::local;
  // Reading the holes of a sparse file costs next to nothing in memory, and many seconds on some disks.
  if (std::filesystem::is_directory("/dev/shm")) setup.local_parent = "/dev/shm";
  return setup;
}

class LargeFile : public testing::Test {
 protected:
  LargeFile() {
    const std::string file = server_.tree().directory() + "/large";
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    EXPECT_EQ(::pwrite(out.get(), marker.data(), marker.size(), static_cast<off_t>(four_gib + 1)),
              static_cast<ssize_t>(marker.size()));
    client_.login();
    client_.expect("TYPE I", 200);
  }

  TestServer server_{local_storage()};
  TestClient client_{server_};
};

TEST_F(LargeFile, HasItsWholeSize) {
  EXPECT_EQ(client_.expect("SIZE large", 213).text(), "213 " + std::to_string(four_gib + 1 + marker.size()));
  EXPECT_NE(client_.expect("MLST large", 250).text().find("size=" + std::to_string(four_gib + 1 + marker.size()) + ";"),
            std::string::npos);
  EXPECT_NE(client_.download("LIST").find(std::to_string(four_gib + 1 + marker.size())), std::string::npos);
}

TEST_F(LargeFile, IsSentFromARestartPointNearItsEnd) {
  client_.expect("REST " + std::to_string(four_gib), 350);
  EXPECT_EQ(client_.download("RETR large"), std::string(1, '\0') + marker);
  client_.expect("REST " + std::to_string(four_gib + 5), 350);
  EXPECT_EQ(client_.download("RETR large"), marker.substr(4));
}

TEST_F(LargeFile, RefusesARestartPointBeyondItsEnd) {
  client_.expect("REST " + std::to_string(four_gib + 100), 350);
  client_.extended_passive();
  client_.expect("RETR large", 554);
}

TEST_F(LargeFile, IsSentWhole) {
  client_.extended_passive();
  client_.begin("RETR large");
  Wire& data = client_.open_data();
  std::vector<char> room(1 << 20);
  const std::vector<char> zeros(room.size());
  std::string tail;
  std::uint64_t total = 0;
  while (const std::size_t n = data.receive_into(room)) {
    const std::uint64_t holes = total < four_gib ? std::min<std::uint64_t>(n, four_gib - total) : 0;
    ASSERT_TRUE(std::equal(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(holes), zeros.begin()));
    tail.append(room.data() + holes, n - holes);
    total += n;
  }
  client_.drop_data();
  client_.expect_reply(226);
  EXPECT_EQ(total, four_gib + 1 + marker.size());
  EXPECT_EQ(tail, std::string(1, '\0') + marker);
}

TEST_F(LargeFile, GoesOnGrowingFromARestartPointBeyondFourGib) {
  client_.expect("REST " + std::to_string(four_gib + 4), 350);
  client_.upload("STOR large", "new end");
  client_.expect("REST " + std::to_string(four_gib), 350);
  EXPECT_EQ(client_.download("RETR large"), std::string(1, '\0') + marker.substr(0, 3) + "new end");
  EXPECT_EQ(client_.expect("SIZE large", 213).text(), "213 " + std::to_string(four_gib + 11));
}

TEST_F(LargeFile, IsAppendedToAtItsEnd) {
  client_.upload("APPE large", "!");
  client_.expect("REST " + std::to_string(four_gib + 1), 350);
  EXPECT_EQ(client_.download("RETR large"), marker + "!");
}

}  // namespace
}  // namespace ferry::test
