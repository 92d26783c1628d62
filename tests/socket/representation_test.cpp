// Every combination of TYPE, STRU and MODE that is offered, in clear and under TLS: files come back octet by octet, and
// an upload that is cut is never complete.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"
#include "support/wire_format.hpp"

namespace ferry::test {
namespace {

struct FormatScene {
  WireFormat format;
  bool tls = false;
  StorageKind storage = StorageKind::memory;
};

class RepresentationOverSockets : public testing::TestWithParam<FormatScene> {
 protected:
  static ServerSetup setup() {
    ServerSetup setup;
    setup.storage = GetParam().storage;
    setup.configure = [](Config& config) { config.formats.deflate_under_tls = true; };
    return setup;
  }

  RepresentationOverSockets() {
    if (GetParam().tls) client_.auth_tls();
    client_.login();
    if (GetParam().tls) client_.protect_data();
    client_.expect(std::string("TYPE ") + format_.type, 200);
    client_.expect(std::string("STRU ") + format_.structure, 200);
    client_.expect(std::string("MODE ") + format_.mode, 200);
  }

  // Text for all types: where CR LF stands in a file, TYPE A makes LF of it.
  std::string file_of(std::size_t size, std::uint32_t seed) const {
    std::string file = size % 2 == 0 ? lines(size, seed) : octets(size, seed);
    if (format_.type == 'A' && format_.structure == 'F') std::ranges::replace(file, '\r', ' ');
    // Runs, which MODE C makes short.
    for (std::size_t i = 0; i + 40 < size; i += 997)
      std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(i), 40, ' ');
    return file;
  }

  // In MODE B the data connection stays, so that the data itself has to say where it ends.
  std::string download(const std::string& name) {
    if (format_.mode != 'B') return client_.download("RETR " + name);
    if (first_) client_.extended_passive();
    EXPECT_EQ(client_.begin("RETR " + name).code, first_ ? 150 : 125);
    first_ = false;
    std::string data;
    while (end_of_blocks(data) == std::string_view::npos) data += client_.open_data().receive();
    client_.expect_reply(250);
    return data;
  }

  void upload(const std::string& command, const std::string& data) {
    if (format_.mode != 'B') return client_.upload(command, data);
    if (first_) client_.extended_passive();
    EXPECT_EQ(client_.begin(command).code, first_ ? 150 : 125);
    first_ = false;
    client_.open_data().send(data);
    client_.expect_reply(250);
  }

  const WireFormat format_ = GetParam().format;
  TestServer server_{setup()};
  TestClient client_{server_};
  bool first_ = true;
};

TEST_P(RepresentationOverSockets, FilesOfAllSizesComeBackOctetByOctet) {
  std::uint32_t seed = 959;
  for (const std::size_t size :
       {0u, 1u, 2u, 126u, 127u, 128u, 8191u, 61'440u, 65'534u, 65'535u, 65'536u, 65'537u, 131'070u, 300'001u}) {
    const std::string file = file_of(size, ++seed);
    upload("STOR f", to_wire(format_, file));
    ASSERT_TRUE(server_.tree().content("/f") == file) << size;
    ASSERT_TRUE(from_wire(format_, download("f")) == file) << size;
  }
  client_.quit();
}

TEST_P(RepresentationOverSockets, AppendedDataFollowsTheOld) {
  server_.tree().make_file("/f", "old\n");
  upload("APPE f", to_wire(format_, "new\n"));
  EXPECT_EQ(server_.tree().content("/f"), "old\nnew\n");
  client_.quit();
}

TEST_P(RepresentationOverSockets, AnUploadThatIsCutIsNeverComplete) {
  if (format_.mode == 'S' && format_.structure == 'F') {
    // Nothing but the data connection itself says where this one ends: see upload_cut_test.cpp.
    upload("STOR f", to_wire(format_, "a\nb"));
    EXPECT_EQ(server_.tree().content("/f"), "a\nb");
    return client_.quit();
  }
  server_.tree().make_file("/f", "old");
  const std::string data = to_wire(format_, "first line\n\nlast\xFF line      \n");
  for (std::size_t size = 0; size < data.size(); ++size) {
    // The code for the end of the file may come without a string behind it (MODE C).
    if (format_.mode == 'C' && size >= 2 && data[size - 2] == '\0' && (data[size - 1] & 0x40) != 0) continue;
    client_.extended_passive();
    client_.begin("STOR f");
    client_.open_data();
    client_.data().send_all(data.substr(0, size));
    client_.drop_data();
    client_.expect_reply(426);
    ASSERT_EQ(server_.tree().content("/f"), "old") << size;
  }
  EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"f"});
  client_.quit();
}

TEST_P(RepresentationOverSockets, AbortEndsATransferAndTheNextOneWorks) {
  server_.tree().make_file("/big", octets(20'000'000));
  client_.extended_passive();
  client_.begin("RETR big");
  client_.open_data().receive();
  client_.send("STAT");
  EXPECT_NE(client_.expect_reply(211).text().find("octets so far"), std::string::npos);
  client_.send("ABOR");
  client_.expect_reply(426);
  client_.expect_reply(226);
  client_.drop_data();
  client_.extended_passive();
  client_.begin("STOR new");
  client_.open_data().send(to_wire(format_, file_of(100'000, 1)).substr(0, 5));
  client_.send("ABOR");
  client_.expect_reply(426);
  client_.expect_reply(226);
  client_.drop_data();
  EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"big"});
  upload("STOR f", to_wire(format_, "a\n"));
  EXPECT_EQ(server_.tree().content("/f"), "a\n");
  client_.quit();
}

std::vector<FormatScene> scenes() {
  std::vector<FormatScene> scenes;
  for (const char type : {'A', 'E', 'I'})
    for (const char structure : {'F', 'R'})
      for (const char mode : {'S', 'B', 'C', 'Z'})
        for (const bool tls : {false, true})
          scenes.push_back({{type, structure, mode}, tls, type == 'E' ? StorageKind::local : StorageKind::memory});
  return scenes;
}

std::string name_of(const testing::TestParamInfo<FormatScene>& info) {
  const WireFormat& format = info.param.format;
  return std::string{format.type, format.structure, format.mode} + (info.param.tls ? "_tls" : "");
}

INSTANTIATE_TEST_SUITE_P(All, RepresentationOverSockets, testing::ValuesIn(scenes()), name_of);

class KeptDataConnection : public testing::Test {
 protected:
  void begin_blocks() {
    client_.login();
    client_.expect("TYPE I", 200);
    client_.expect("MODE B", 200);
    server_.tree().make_file("/f", "text");
  }
  void store(int preliminary) {
    EXPECT_EQ(client_.begin("STOR g").code, preliminary);
    client_.open_data().send(to_wire(blocks_, "new"));
    client_.expect_reply(250);
  }
  void keep_one() {
    client_.extended_passive();
    store(150);
  }
  void expect_it_is_closed() { EXPECT_EQ(client_.data().connection().receive_all(), ""); }

  const WireFormat blocks_{'I', 'F', 'B'};
  TestServer server_;
  TestClient client_{server_};
};

TEST_F(KeptDataConnection, ServesManyTransfers) {
  begin_blocks();
  keep_one();
  for (int i = 0; i < 100; ++i) store(125);
  client_.quit();
}

TEST_F(KeptDataConnection, IsReplacedByANewArrangement) {
  begin_blocks();
  keep_one();
  const Endpoint next = client_.extended_passive_endpoint();
  expect_it_is_closed();
  client_.use_data(DataChannel::connect(next));
  store(150);
  client_.expect("PORT " + [] { return std::string("127,0,0,1,200,200"); }(), 200);
  expect_it_is_closed();
  client_.quit();
}

TEST_F(KeptDataConnection, EndsWithTheLoginAndTheSession) {
  begin_blocks();
  keep_one();
  client_.login();
  expect_it_is_closed();
  client_.expect("RETR f", 425);
  keep_one();
  client_.expect("REIN", 220);
  expect_it_is_closed();
  begin_blocks();
  keep_one();
  client_.quit();
  expect_it_is_closed();
}

TEST_F(KeptDataConnection, IsNotUsedAcrossAChangeOfProtection) {
  client_.auth_tls();
  begin_blocks();
  keep_one();
  client_.protect_data();
  expect_it_is_closed();
  client_.expect("RETR f", 425);
  client_.extended_passive();
  store(150);
  store(125);
  client_.expect("PROT C", 200);
  client_.expect("RETR f", 425);
  client_.quit();
}

TEST_F(KeptDataConnection, ThatThePeerHasClosedIs425) {
  begin_blocks();
  keep_one();
  client_.drop_data();
  client_.begin("RETR f");
  client_.expect_reply(425);
  client_.expect("RETR f", 425);
  client_.quit();
}

TEST_F(KeptDataConnection, EndsWithAFailedTransfer) {
  begin_blocks();
  keep_one();
  client_.begin("STOR g");
  client_.open_data().send(std::string_view("\x01\0\0", 3));
  client_.expect_reply(451);
  client_.expect("RETR f", 425);
  client_.quit();
}

TEST(DeflateOverSockets, ABombEndsIn552WithNothingKept) {
  TestServer server;
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.expect("MODE Z", 200);
  const std::string bomb = to_wire({'I', 'F', 'Z'}, std::string(90'000'000, '\0'));
  ASSERT_LT(bomb.size(), 200'000u);
  client.extended_passive();
  client.begin("STOR bomb");
  client.open_data();
  client.data().send_all(bomb);
  client.drop_data();
  client.expect_reply(552);
  EXPECT_TRUE(server.tree().names("/").empty());
  client.quit();
}

TEST(DeflateOverSockets, RestartPointsCountTheOctetsOfTheFile) {
  TestServer server;
  server.tree().make_file("/f", lines(100'000));
  TestClient client(server);
  client.login();
  for (const char type : {'I', 'A'}) {
    client.expect(std::string("TYPE ") + type, 200);
    client.expect("MODE Z", 200);
    client.expect("REST 70000", 350);
    const std::string data = client.download("RETR f");
    const std::string rest = lines(100'000).substr(70'000);
    EXPECT_TRUE(from_wire({'I', 'F', 'Z'}, data) == (type == 'A' ? to_type_a(rest) : rest));
  }
  client.expect("TYPE I", 200);
  client.expect("REST 3", 350);
  client.upload("STOR f", to_wire({'I', 'F', 'Z'}, "end"));
  EXPECT_EQ(server.tree().content("/f"), lines(100'000).substr(0, 3) + "end");
  client.quit();
}

TEST(DeflateOverSockets, ListingsAreCompressedToo) {
  TestServer server;
  server.tree().make_file("/f", "text");
  TestClient client(server);
  client.login();
  client.expect("MODE Z", 200);
  EXPECT_EQ(from_wire({'I', 'F', 'Z'}, client.download("NLST")), "f\r\n");
  EXPECT_NE(from_wire({'I', 'F', 'Z'}, client.download("LIST")).find(" f\r\n"), std::string::npos);
  EXPECT_NE(from_wire({'I', 'F', 'Z'}, client.download("MLSD")).find("; f\r\n"), std::string::npos);
  client.expect("MODE B", 200);
  EXPECT_NE(client.download("MLSD").find("; f\r\n"), std::string::npos) << "as MODE S (RFC 3659 §7.1)";
  client.quit();
}

}  // namespace
}  // namespace ferry::test
