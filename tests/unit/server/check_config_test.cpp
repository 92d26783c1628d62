#include "server/check_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Config good() {
  Config config;
  config.authenticator = std::make_shared<StaticUsers>();
  return config;
}

// What the operator is told, or "" where the config is accepted.
std::string complaint(const Config& config) {
  try {
    checked(config);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

// One line that begins with the setting and says what to do.
auto names(const char* setting, const char* remedy) {
  return AllOf(StartsWith(setting), HasSubstr(remedy), Not(HasSubstr("\n")));
}

TEST(CheckConfig, AcceptsTheDefaultsWithUsers) { EXPECT_EQ(complaint(good()), ""); }

TEST(CheckConfig, RefusesOwnCommandsThatCannotBeRows) {
  Config config = good();
  config.commands.emplace_back().verb = "XTREE";
  EXPECT_THAT(complaint(config), names("commands: XTREE ", "set run"));
}

TEST(CheckConfig, NeedsSomebodyWhoMayLogIn) {
  EXPECT_THAT(complaint(Config()), names("authenticator: ", "set one, such as StaticUsers"));
}

TEST(CheckConfig, NeedsAnAddressToListenOn) {
  Config config = good();
  for (const char* interface : {"", "localhost", "127.0.0.1", "::1", "0.0.0.0"}) {
    config.interface = interface;
    EXPECT_EQ(complaint(config), "") << interface;
  }
  for (const char* interface : {"example.com", "eth0", "127.0.0.1:21", "256.0.0.1"}) {
    config.interface = interface;
    EXPECT_THAT(complaint(config), names("interface: ", "give one of this machine's")) << interface;
    EXPECT_THAT(complaint(config), HasSubstr(interface));
  }
}

TEST(CheckConfig, NeedsARangeOfPassivePorts) {
  Config config = good();
  for (const PortRange range : {PortRange{0, 0}, PortRange{40000, 40000}, PortRange{1, 65535}}) {
    config.passive_ports = range;
    EXPECT_EQ(complaint(config), "");
  }
  for (const PortRange range : {PortRange{50000, 40000}, PortRange{0, 40000}, PortRange{40000, 0}}) {
    config.passive_ports = range;
    EXPECT_THAT(complaint(config), names("passive_ports: ", "give the lower port first"));
  }
}

TEST(CheckConfig, AnnouncesIpv4Only) {
  Config config = good();
  config.masquerade_address = IpAddress::v4({192, 0, 2, 1});
  EXPECT_EQ(complaint(config), "");
  config.masquerade_address = IpAddress::v6({});
  EXPECT_THAT(complaint(config), names("masquerade_address: ", "give an IPv4 address"));
}

TEST(CheckConfig, AnnouncesIpv4OnlyForSingleAddressesToo) {
  Config config = good();
  config.masquerade_map[IpAddress::v4({10, 0, 0, 1})] = IpAddress::v4({192, 0, 2, 1});
  EXPECT_EQ(complaint(config), "");
  config.masquerade_map[IpAddress::v4({10, 0, 0, 2})] = IpAddress::v6({});
  EXPECT_THAT(complaint(config), names("masquerade_map: ", "give IPv4 addresses"));
}

TEST(CheckConfig, NeedsACertificateForTls) {
  Config config = good();
  config.tls.emplace();
  EXPECT_THAT(complaint(config), names("tls: ", "give a PEM certificate"));
  config.tls->certificate_file = "certificate.pem";
  EXPECT_EQ(complaint(config), "");
}

TEST(CheckConfig, NeedsAPortAtAll) {
  Config config = good();
  config.plain_port = false;
  EXPECT_THAT(complaint(config), names("plain_port ", "no port is left"));
  config.tls.emplace().certificate_file = "certificate.pem";
  EXPECT_THAT(complaint(config), names("plain_port ", "no port is left"));
  config.tls->implicit_port = 990;
  EXPECT_EQ(complaint(config), "");
}

TEST(CheckConfig, NeedsAnEncodingThatExtendsAscii) {
  Config config = good();
  for (const char* encoding : {"UTF-8", "ISO-8859-1", "EUC-JP"}) {
    config.encoding = encoding;
    EXPECT_EQ(complaint(config), "") << encoding;
  }
  for (const char* encoding : {"", "NO-SUCH-ENCODING", "UTF-16"}) {
    config.encoding = encoding;
    EXPECT_THAT(complaint(config), names("encoding: ", "iconv -l")) << encoding;
  }
}

TEST(CheckConfig, NeedsAnEbcdicCodePage) {
  Config config = good();
  for (const char* page : {"IBM1047", "IBM037", "IBM273"}) {
    config.formats.ebcdic_code_page = page;
    EXPECT_EQ(complaint(config), "") << page;
  }
  for (const char* page : {"", "NO-SUCH-PAGE", "UTF-8"}) {
    config.formats.ebcdic_code_page = page;
    EXPECT_THAT(complaint(config), names("formats.ebcdic_code_page: ", "IBM1047")) << page;
  }
}

TEST(CheckConfig, NeedsMediaTypesThatCanBeSent) {
  Config config = good();
  config.listings.media_types = {{".txt", "text/plain"}};
  EXPECT_EQ(complaint(config), "");
  config.listings.media_types = {{".txt", "text"}};
  EXPECT_THAT(complaint(config), names("listings.media_types: ", "text/plain"));
  config.listings.media_types = {{"", "text/plain"}};
  EXPECT_THAT(complaint(config), names("listings.media_types: ", "text/plain"));
}

TEST(CheckConfig, NeedsTheSameOfEncodingsOfNetworks) {
  Config config = good();
  config.network_encodings = {{*Network::parse("10.0.0.0/8"), "UTF-16"}};
  EXPECT_THAT(complaint(config), names("network_encodings: ", "iconv -l"));
}

VirtualHost host_called(std::string name) {
  VirtualHost host;
  host.name = std::move(name);
  return host;
}

TEST(CheckConfig, KeepsHostsByTheirCanonicalNames) {
  Config config = good();
  config.hosts = {host_called("FTP.Example.ORG")};
  EXPECT_EQ(checked(config).hosts.front().name, "ftp.example.org");
}

TEST(CheckConfig, NeedsHostsWithDifferentDomainNames) {
  Config config = good();
  for (const char* name : {"", "a_b.example", "127.0.0.1:21", "[::1]"}) {
    config.hosts = {host_called(name)};
    EXPECT_THAT(complaint(config), names("host ", "domain name")) << name;
  }
  config.hosts = {host_called("a.example"), host_called("A.EXAMPLE")};
  EXPECT_THAT(complaint(config), names("host A.EXAMPLE", "once"));
}

TEST(CheckConfig, NeedsTlsForTheCertificatesOfHosts) {
  Config config = good();
  config.hosts = {host_called("a.example")};
  config.hosts.front().key_file = "a.key";
  EXPECT_THAT(complaint(config), names("host a.example", "certificate_file"));
  config.hosts.front().certificate_file = "a.pem";
  EXPECT_THAT(complaint(config), names("host a.example", "TLS"));
  config.tls.emplace().certificate_file = "certificate.pem";
  EXPECT_EQ(complaint(config), "");
}

TEST(CheckConfig, NeedsAnAuthorityAndAVersionForTls) {
  Config config = good();
  config.tls.emplace().certificate_file = "certificate.pem";
  config.tls->client_certificates = ClientCertificates::optional;
  EXPECT_THAT(complaint(config), names("client_certificates: ", "client_ca_file"));
  config.tls->client_ca_file = "ca.pem";
  EXPECT_EQ(complaint(config), "");
  config.tls->least_version = TlsVersion::v1_3;
  config.tls->most_version = TlsVersion::v1_2;
  EXPECT_THAT(complaint(config), names("least_version: ", "lower it"));
}

TEST(ListeningAddress, IsThatOfTheInterface) {
  Config config;
  EXPECT_EQ(listening_address(config), std::nullopt);
  config.interface = "localhost";
  EXPECT_EQ(listening_address(config), IpAddress::v4({127, 0, 0, 1}));
  config.interface = "192.0.2.1";
  EXPECT_EQ(listening_address(config), IpAddress::v4({192, 0, 2, 1}));
}

}  // namespace
}  // namespace ferry::test
