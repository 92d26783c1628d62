#include "net/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"
#include "unit/net/on_loop.hpp"
#include "unit/net/tls_pair.hpp"

namespace ferry::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using enum TlsEngine::Role;

// What the server makes of a client that sends `text` instead of a handshake and then ends.
Task<IoErrc> handshake_with(Loop& loop, std::string text) {
  DescriptorPair pair = socket_pair();
  Stream server(loop, std::move(pair.ours));
  {
    Stream peer(loop, std::move(pair.theirs));
    peer.put(text);
  }
  co_return co_await server.start_tls(test_tls_context(), control, new_tls_identity());
}

// The server says "220 ", so that the client has read whatever came before it.
Task<void> exchange(TlsPair& pair) {
  EXPECT_EQ(pair.server.put("220 "), IoErrc::none);
  EXPECT_EQ(co_await pair.client.read_exactly(4), "220 ");
}

TEST(TlsEngine, CarriesOctetsBothWays) {
  on_loop([](Loop& loop) -> Task<void> {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const TlsClientSetup setup{.version = version};
      TlsPair pair(loop, test_tls_context(), setup);
      CO_ASSERT_TRUE(co_await pair.handshake(control));
      co_await exchange(pair);
      CO_ASSERT_TRUE(pair.client.write("NOOP\r\n"));
      std::byte buffer[64];
      EXPECT_EQ(co_await pair.server.read(buffer), 6u);
      EXPECT_THAT(pair.server.tls()->facts()->text(), StartsWith(version == TLS1_2_VERSION ? "TLSv1.2 " : "TLSv1.3 "));
    }
  });
}

// What it says in the handshake would put that off.
TEST(TlsEngine, AcknowledgesAtOnceWhatComesBehindTheHandshake) {
  on_loop([](Loop& loop) -> Task<void> {
    for (const auto role : {control, data})
      for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const TlsClientSetup setup{.version = version};
        TlsPair pair(loop, test_tls_context(), setup, tcp_pair(loop));
        delay_acknowledgements(pair.server.socket());
        CO_ASSERT_TRUE(co_await pair.handshake(role));
        EXPECT_TRUE(acknowledges_at_once(pair.server.socket())) << version;
      }
  });
}

TEST(TlsEngine, CloseNotifyIsTheOrderlyEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(data));
    CO_ASSERT_TRUE(pair.client.write("abc"));
    pair.client.close_notify();
    pair.client.hang_up();
    const Received received = co_await read_all(pair.server);
    EXPECT_EQ(received.text, "abc");
    EXPECT_EQ(received.error, IoErrc::none);
  });
}

TEST(TlsEngine, HangingUpWithoutCloseNotifyIsTruncation) {
  on_loop([](Loop& loop) -> Task<void> {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const TlsClientSetup setup{.version = version};
      TlsPair pair(loop, test_tls_context(), setup);
      CO_ASSERT_TRUE(co_await pair.handshake(data));
      CO_ASSERT_TRUE(pair.client.write("abc"));
      pair.client.hang_up();
      const Received received = co_await read_all(pair.server);
      EXPECT_EQ(received.text, "abc");
      EXPECT_EQ(received.error, IoErrc::truncated);
    }
  });
}

TEST(TlsEngine, EndsItsOwnOctetsWithCloseNotify) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(data));
    EXPECT_EQ(pair.server.put("abc"), IoErrc::none);
    EXPECT_EQ(co_await pair.server.finish(), IoErrc::none);
    const Received received = co_await pair.client.read_all();
    EXPECT_EQ(received.text, "abc");
    EXPECT_EQ(received.error, IoErrc::none);
  });
}

TEST(TlsEngine, ARecordThatWasChangedOnItsWayIsRefused) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(data));
    const std::string forged(
        "\x17\x03\x03\x00\x20"
        "0123456789abcdef0123456789abcdef",
        37);
    EXPECT_EQ(pair.client.socket().try_send(octets_of(forged)), forged.size());
    std::byte buffer[64];
    EXPECT_EQ(co_await pair.server.read(buffer), std::unexpected(IoErrc::tls_failed));
  });
}

TEST(TlsHandshake, RefusesWhatIsNoTls) {
  on_loop([](Loop& loop) -> Task<void> {
    EXPECT_EQ(co_await handshake_with(loop, "GET / HTTP/1.1\r\n\r\n"), IoErrc::tls_failed);
    EXPECT_EQ(co_await handshake_with(loop, "USER alice\r\n"), IoErrc::tls_failed);
  });
}

TEST(TlsHandshake, IsLostWhenThePeerEndsInIt) {
  on_loop([](Loop& loop) -> Task<void> {
    EXPECT_EQ(co_await handshake_with(loop, ""), IoErrc::lost);
    EXPECT_EQ(co_await handshake_with(loop, std::string("\x16\x03\x01\x00\xC8\x01", 6)), IoErrc::lost);
  });
}

TEST(TlsHandshake, ACancelledOneEndsWithTheReason) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream server(loop, std::move(pair.ours));
    loop.post([&] { server.cancel(IoErrc::timed_out); });
    EXPECT_EQ(co_await server.start_tls(test_tls_context(), control, new_tls_identity()), IoErrc::timed_out);
  });
}

TEST(TlsHandshake, ChoosesFtpAmongTheProtocolsThatAClientNames) {
  on_loop([](Loop& loop) -> Task<void> {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{}, ""}, {{"ftp"}, "ftp"}, {{"h2", "ftp"}, "ftp"}, {{"ftp-data"}, "ftp-data"}};
    for (const auto& [offered, chosen] : cases) {
      const TlsClientSetup setup{.protocols = offered};
      TlsPair pair(loop, test_tls_context(), setup);
      CO_ASSERT_TRUE(co_await pair.handshake(control));
      EXPECT_EQ(pair.client.protocol(), chosen);
    }
  });
}

TEST(TlsHandshake, RefusesAClientThatWantsAnotherProtocol) {
  on_loop([](Loop& loop) -> Task<void> {
    const TlsClientSetup setup{.protocols = {"h2", "http/1.1"}};
    TlsPair pair(loop, test_tls_context(), setup);
    EXPECT_FALSE(co_await pair.handshake(control));
  });
}

TEST(TlsIdentity, IsNewEachTime) { EXPECT_NE(new_tls_identity(), new_tls_identity()); }

TEST(TlsIdentity, IsNotThereWithoutResumption) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(data));
    EXPECT_FALSE(pair.server.tls()->resumed());
    EXPECT_EQ(pair.server.tls()->resumed_identity(), std::nullopt);
  });
}

// A data connection shows the identity of the control connection whose session it resumes.
Task<void> resume_once(Loop& loop, TlsClientSetup setup) {
  const auto context = test_tls_context();
  TlsPair first(loop, context, setup);
  CO_ASSERT_TRUE(co_await first.handshake(control));
  co_await exchange(first);
  CO_ASSERT_TRUE(!first.client.sessions().empty());

  setup.resume = first.client.sessions().back();
  TlsPair second(loop, context, setup);
  CO_ASSERT_TRUE(co_await second.handshake(data));
  EXPECT_TRUE(second.client.resumed());
  EXPECT_TRUE(second.server.tls()->resumed());
  EXPECT_EQ(second.server.tls()->resumed_identity(), first.identity);
  EXPECT_NE(second.identity, first.identity);
}

TEST(TlsIdentity, IsThatOfTheSessionResumedByATicketUnderTls13) {
  on_loop([](Loop& loop) -> Task<void> {
    const TlsClientSetup setup{.version = TLS1_3_VERSION};
    co_await resume_once(loop, setup);
  });
}

TEST(TlsIdentity, IsThatOfTheSessionResumedByATicketUnderTls12) {
  on_loop([](Loop& loop) -> Task<void> {
    const TlsClientSetup setup{.version = TLS1_2_VERSION};
    co_await resume_once(loop, setup);
  });
}

TEST(TlsIdentity, IsThatOfTheSessionResumedByItsIdUnderTls12) {
  on_loop([](Loop& loop) -> Task<void> {
    const TlsClientSetup setup{.version = TLS1_2_VERSION, .tickets = false};
    co_await resume_once(loop, setup);
  });
}

TEST(TlsIdentity, IsNotThereForASessionOfOtherTicketKeys) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair first(loop);
    CO_ASSERT_TRUE(co_await first.handshake(control));
    co_await exchange(first);
    CO_ASSERT_TRUE(!first.client.sessions().empty());
    const TlsClientSetup setup{.resume = first.client.sessions().back()};
    TlsPair second(loop, test_tls_context(), setup);  // as after a restart
    CO_ASSERT_TRUE(co_await second.handshake(data));
    EXPECT_FALSE(second.server.tls()->resumed());
    EXPECT_EQ(second.server.tls()->resumed_identity(), std::nullopt);
  });
}

TEST(TlsTickets, OneMoreIsOfferedWithEachOfferSession) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(control));
    co_await exchange(pair);
    const std::size_t before = pair.client.sessions().size();
    pair.server.tls()->offer_session();
    co_await exchange(pair);
    EXPECT_EQ(pair.client.sessions().size(), before + 1);
    pair.server.tls()->offer_session();
    pair.server.tls()->offer_session();
    co_await exchange(pair);
    EXPECT_EQ(pair.client.sessions().size(), before + 3);
  });
}

TEST(TlsTickets, AFreshOneCanBeResumed) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto context = test_tls_context();
    TlsPair first(loop, context);
    CO_ASSERT_TRUE(co_await first.handshake(control));
    for (int i = 0; i < 3; ++i) {
      first.server.tls()->offer_session();
      co_await exchange(first);
      CO_ASSERT_TRUE(!first.client.sessions().empty());
      const TlsClientSetup setup{.resume = first.client.sessions().back()};
      TlsPair second(loop, context, setup);
      CO_ASSERT_TRUE(co_await second.handshake(data));
      EXPECT_EQ(second.server.tls()->resumed_identity(), first.identity);
    }
  });
}

TEST(TlsTickets, DataConnectionsHandOutNone) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(data));
    co_await exchange(pair);
    EXPECT_TRUE(pair.client.sessions().empty());
  });
}

TEST(TlsContext, NamesTheFileThatDoesNotWork) {
  const TemporaryDirectory directory;
  const std::string missing = directory.path() + "/missing.pem";
  const CertificateFiles& good = shared_certificate();
  TlsConfig config;
  config.certificate_file = missing;
  EXPECT_THAT(TlsContext::make(config).error(), HasSubstr("certificate file " + missing));
  config.certificate_file = good.certificate;
  config.key_file = missing;
  EXPECT_THAT(TlsContext::make(config).error(), HasSubstr("key file " + missing));
  config.key_file.clear();  // then the key is looked for beside the certificate
  EXPECT_THAT(TlsContext::make(config).error(), HasSubstr("key file " + good.certificate));
}

TEST(TlsContext, RefusesAKeyOfAnotherCertificate) {
  const TemporaryDirectory directory;
  const std::string certificate = directory.path() + "/certificate.pem";
  const std::string key = directory.path() + "/key.pem";
  write_certificate(certificate, key);
  TlsConfig config;
  config.certificate_file = certificate;
  config.key_file = shared_certificate().key;
  const auto refused = TlsContext::make(config);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr(config.key_file));
  EXPECT_THAT(refused.error(), HasSubstr("belongs to the certificate"));
}

}  // namespace
}  // namespace ferry::test
