// Whatever way a file takes, every octet of it arrives: each kind of storage, of connection, of protection and of TYPE.
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "scene.hpp"
#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

enum class Announcement { pasv, port, epsv_v6, eprt_v6 };
enum class Disk { memory, local, local_without_sendfile };
enum class Type { image, ascii };

using ContentCase = std::tuple<Announcement, Protection, Disk, Type>;

class TransferContent : public testing::TestWithParam<ContentCase> {
 protected:
  static ServerSetup setup() {
    const Announcement announcement = std::get<Announcement>(GetParam());
    const Disk disk = std::get<Disk>(GetParam());
    ServerSetup setup;
    setup.storage = disk == Disk::memory ? StorageKind::memory : StorageKind::local;
    if (announcement == Announcement::epsv_v6 || announcement == Announcement::eprt_v6)
      setup.address = setup.connect_to = "::1";
    setup.configure = [disk](Config& config) { config.use_sendfile = disk != Disk::local_without_sendfile; };
    return setup;
  }

  static ClientOptions options() {
    ClientOptions options;
    const auto protection = std::get<Protection>(GetParam());
    if (protection == Protection::tls_1_2) options.tls.max_version = TLS1_2_VERSION;
    if (protection == Protection::tls_1_3) options.tls.min_version = TLS1_3_VERSION;
    return options;
  }

  void SetUp() override {
    if (std::get<Protection>(GetParam()) != Protection::clear) client_.auth_tls();
    client_.login();
    if (std::get<Protection>(GetParam()) != Protection::clear) client_.protect_data();
    client_.expect(ascii() ? "TYPE A" : "TYPE I", 200);
  }

  static bool ascii() { return std::get<Type>(GetParam()) == Type::ascii; }

  void connect_data() {
    switch (std::get<Announcement>(GetParam())) {
      case Announcement::pasv:
        client_.passive();
        break;
      case Announcement::port:
        client_.active();
        break;
      case Announcement::epsv_v6:
        client_.extended_passive();
        break;
      case Announcement::eprt_v6:
        client_.extended_active();
        break;
    }
  }

  TestServer server_{setup()};
  TestClient client_{server_, options()};
};

TEST_P(TransferContent, ArrivesOctetByOctetInBothDirections) {
  std::uint32_t seed = 0;
  for (const std::size_t size : {0u, 1u, 2u, 65'535u, 65'536u, 65'537u, 5u * 1024 * 1024}) {
    SCOPED_TRACE(size);
    const std::string content = ascii() ? lines(size, ++seed) : octets(size, ++seed);
    const std::string sent = ascii() ? to_type_a(content) : content;
    connect_data();
    client_.upload("STOR f", sent);
    // ASSERT_TRUE, as gtest would print both contents.
    ASSERT_TRUE(server_.tree().content("/f") == content);
    connect_data();
    ASSERT_TRUE(client_.download("RETR f") == sent);
  }
  client_.quit();
}

TEST_P(TransferContent, GoesOnFromAnyRestartPoint) {
  constexpr std::size_t size = 300'000;
  const std::string content = ascii() ? lines(size) : octets(size);
  const std::string sent = ascii() ? to_type_a(content) : content;
  server_.tree().make_file("/f", content);
  for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{65'535}, std::size_t{65'537},
                                   std::size_t{200'001}, sent.size() - 1, sent.size()}) {
    SCOPED_TRACE(offset);
    connect_data();
    client_.expect("REST " + std::to_string(offset), 350);
    ASSERT_TRUE(client_.download("RETR f") == sent.substr(offset));
  }
  if (ascii()) return client_.quit();  // where a line end was cut, the octets of an upload mean something else
  for (const std::size_t offset : {0u, 1u, 65'535u, 65'537u, 200'001u, 300'000u}) {
    SCOPED_TRACE(offset);
    const std::string tail = octets(1000, 7);
    server_.tree().make_file("/g", content);
    connect_data();
    client_.expect("REST " + std::to_string(offset), 350);
    client_.upload("STOR g", tail);
    ASSERT_TRUE(server_.tree().content("/g") == content.substr(0, offset) + tail);
  }
  client_.quit();
}

TEST_P(TransferContent, AppendsToWhatWasThere) {
  const std::string first = ascii() ? "one\n" : octets(65'537, 1);
  const std::string second = ascii() ? "two\r\n\n" : octets(70'001, 2);
  server_.tree().make_file("/f", first);
  connect_data();
  client_.upload("APPE f", ascii() ? to_type_a(second) : second);
  EXPECT_TRUE(server_.tree().content("/f") == first + second);
  client_.quit();
}

std::string name_of_case(const testing::TestParamInfo<ContentCase>& info) {
  const auto [announcement, protection, disk, type] = info.param;
  static constexpr const char* announcements[] = {"pasv", "port", "epsv_over_ipv6", "eprt_over_ipv6"};
  static constexpr const char* protections[] = {"clear", "tls_1_2", "tls_1_3"};
  static constexpr const char* disks[] = {"memory", "local", "local_without_sendfile"};
  static constexpr const char* types[] = {"type_i", "type_a"};
  return std::string(announcements[static_cast<int>(announcement)]) + "_" + protections[static_cast<int>(protection)] +
         "_" + disks[static_cast<int>(disk)] + "_" + types[static_cast<int>(type)];
}

INSTANTIATE_TEST_SUITE_P(AllWays, TransferContent,
                         testing::Combine(testing::Values(Announcement::pasv, Announcement::port, Announcement::epsv_v6,
                                                          Announcement::eprt_v6),
                                          testing::Values(Protection::clear, Protection::tls_1_2, Protection::tls_1_3),
                                          testing::Values(Disk::memory, Disk::local, Disk::local_without_sendfile),
                                          testing::Values(Type::image, Type::ascii)),
                         name_of_case);

}  // namespace
}  // namespace ferry::test
