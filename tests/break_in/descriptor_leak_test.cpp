// Descriptors that are lost one by one until the server has none left.
#include <gtest/gtest.h>

#include <random>

#include "support/content.hpp"
#include "support/descriptors.hpp"
#include "support/failure.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

// ABOR at ten thousand moments of a download: the replies stay in step, and no descriptor is lost.
TEST(DescriptorLeak, ByAborAtRandomMoments) {
  constexpr std::size_t size = 200'000;
  TestServer server;
  server.tree().make_file("/file", octets(size));
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  std::mt19937 random(1);  // the same moments each time
  client.extended_passive();
  EXPECT_EQ(client.download("RETR file").size(), size);
  client.drop_data();
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 10'000; ++i) {
    client.extended_passive();
    client.begin("RETR file");
    Wire& data = client.open_data();
    for (std::size_t left = random() % size; left > 0;) left -= data.receive(left).size();
    client.send("ABOR");
    const int first = client.read_reply().code;
    ASSERT_TRUE(first == 426 || first == 226) << first;
    client.expect_reply(226);
    client.drop_data();
  }
  EXPECT_LE(open_descriptors(), before);
  client.quit();
}

}  // namespace
}  // namespace ferry::test
