// A disk that is full at one octet or another of an upload: the client is told, the old file stays, and there is as
// much room as before.
#include <gtest/gtest.h>

#include <string>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

TEST(FullDisk, AtAnyOctetOfAnUploadLosesNothing) {
  constexpr std::size_t size = 300;
  const std::string old = octets(40, 2);
  const std::string fresh = octets(size, 3);
  ServerSetup setup;
  const auto users = std::make_shared<StaticUsers>();
  setup.configure = [&](Config& config) { config.authenticator = users; };
  TestServer server(setup);
  for (const std::string prepare : {"MODE S", "MODE B"}) {
    for (std::size_t room = 0; room <= size + 40; ++room) {
      SCOPED_TRACE(prepare + ", room for " + std::to_string(room));
      Account account;
      account.files = memory_file_system(old.size() + room);
      account.permissions = Permissions::all();
      users->add("alice", Secret("secret"), account);
      TestClient client(server);
      client.login();
      client.expect("TYPE I", 200);
      client.upload("STOR file", old);
      client.expect(prepare, 200);
      client.extended_passive();
      client.begin("STOR file");
      const std::string sent = prepare == "MODE B" ? std::string("\x40\x01\x2C", 3) + fresh : fresh;
      Wire& data = client.open_data();
      data.try_send(sent);
      data.finish_sending();
      const int code = client.read_reply().code;
      const bool fits = code == 226 || code == 250;
      EXPECT_TRUE(fits || code == 452 || code == 552) << code;
      EXPECT_EQ(fits, room >= size) << code;
      client.expect("MODE S", 200);
      client.drop_data();
      EXPECT_EQ(client.download("RETR file"), fits ? fresh : old);
      EXPECT_EQ(client.download("NLST"), "file\r\n");
      // What broke off has given its room back.
      if (!fits) client.upload("STOR other", octets(room, 4));
      client.quit();
    }
  }
}

}  // namespace
}  // namespace ferry::test
