// TYPE A where line ends meet the edges of packets and buffers (RFC 959 §3.1.1.1).
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

TEST(TypeA, KeepsLineEndsThatPacketsCutApart) {
  TestServer server;
  TestClient client(server);
  client.login();
  const std::string sent = "a\r\nb\r\r\n\r\n\rc\n\r";
  for (std::size_t cut = 1; cut < sent.size(); ++cut) {
    client.extended_passive();
    client.begin("STOR f");
    client.open_data().send(std::string_view(sent).substr(0, cut));
    // The answer to NOOP shows that the server had its chance to take the first part alone.
    client.expect("NOOP", 200);
    client.data().send_all(std::string_view(sent).substr(cut));
    client.drop_data();
    client.expect_reply(226);
    EXPECT_EQ(server.tree().content("/f"), from_type_a(sent)) << "cut at " << cut;
  }
}

TEST(TypeA, KeepsLineEndsAtTheEdgesOfLargeBuffers) {
  TestServer server;
  TestClient client(server);
  client.login();
  for (const std::size_t edge : {4096u, 16'384u, 32'768u, 65'536u, 131'072u, 262'144u, 524'288u, 1'048'576u}) {
    for (const std::string_view end : {"\r\n", "\n", "\r", "\r\r\n", "\n\r"}) {
      for (std::size_t before = edge - 2; before <= edge; ++before) {
        const std::string content = std::string(before, 'x').append(end).append("tail");
        client.upload("STOR f", to_type_a(content));
        ASSERT_TRUE(server.tree().content("/f") == content) << before;
        ASSERT_TRUE(client.download("RETR f") == to_type_a(content)) << before;
      }
    }
  }
}

TEST(TypeA, RestartsAtEveryPointOfAFile) {
  TestServer server;
  TestClient client(server);
  client.login();
  const std::string content = "\n\na\r\n\rb\r\r\n\n";
  const std::string sent = to_type_a(content);
  server.tree().make_file("/f", content);
  for (std::size_t offset = 0; offset <= sent.size(); ++offset) {
    client.expect("REST " + std::to_string(offset), 350);
    EXPECT_EQ(client.download("RETR f"), sent.substr(offset)) << offset;
  }
  client.expect("REST " + std::to_string(sent.size() + 1), 350);
  client.extended_passive();
  client.expect("RETR f", 554);
}

}  // namespace
}  // namespace ferry::test
