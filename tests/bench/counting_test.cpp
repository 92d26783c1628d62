// What `ferry bench` says that it did is what the server did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/report.hpp"
#include "bench/works.hpp"
#include "support/test_server.hpp"

namespace ferry::bench {
namespace {

using ::testing::HasSubstr;

// A run of one work, with a count so that its size is known.
class Counting : public ::testing::TestWithParam<bool> {
 protected:
  Counting() {
    options_.user = "alice";
    options_.password = "secret";
    options_.sessions = 3;
    options_.count = 4;
    options_.size = 300'001;  // no multiple of any buffer
    options_.entries = 20;
    options_.downloads = 2;
    options_.idle = 5;
    options_.check = true;
    options_.progress = false;
  }

  Result run(std::string_view work) {
    const Target target{.address = Address::resolve("127.0.0.1", server_.endpoint().port),
                        .user = options_.user,
                        .password = options_.password,
                        .tls = GetParam() ? std::make_shared<const TlsClient>() : nullptr};
    const ServerUsage server(0, "");
    Progress progress(false);
    const Context context{.options = options_, .target = target, .server = server, .progress = progress};
    const Result result = find_work(work)->run(context);
    EXPECT_EQ(result.errors, 0u) << result.first_error;
    EXPECT_EQ(result.tls, GetParam());
    return result;
  }

  test::TestServer server_;
  Options options_;
};

INSTANTIATE_TEST_SUITE_P(PlainAndTls, Counting, ::testing::Bool(),
                         [](const ::testing::TestParamInfo<bool>& with) { return with.param ? "Tls" : "Plain"; });

TEST_P(Counting, RetrKnowsFilesAndOctetsAndComparesTheContent) {
  const Result result = run("retr");
  EXPECT_EQ(result.operations, 12u);
  EXPECT_EQ(result.octets, 12u * 300'001);
  EXPECT_EQ(result.checked, 12u);
  EXPECT_EQ(result.latencies.count(), 12u);
  EXPECT_EQ(result.resumed, GetParam() ? 12u : 0u);
  EXPECT_GE(server_.server().statistics().octets_sent, 12u * 300'001);
}

TEST_P(Counting, StorKnowsFilesAndOctetsAndReadsTheContentBack) {
  const Result result = run("stor");
  EXPECT_EQ(result.operations, 12u);
  EXPECT_EQ(result.octets, 12u * 300'001);
  EXPECT_EQ(result.checked, 3u);  // one name for each session
  EXPECT_EQ(server_.server().statistics().octets_received, 12u * 300'001);
}

TEST_P(Counting, StorNewDeletesEachFileBeforeItIsStoredAgain) {
  const Result result = run("stor-new");
  EXPECT_EQ(result.operations, 12u);
  EXPECT_EQ(result.octets, 12u * 300'001);
  EXPECT_EQ(result.checked, 3u);
}

TEST_P(Counting, SmallFilesAreCountedLikeLargeOnes) {
  EXPECT_EQ(run("small-retr").octets, 12u * 1024);
  const Result result = run("small-stor");
  EXPECT_EQ(result.octets, 12u * 1024);
  EXPECT_EQ(result.checked, 12u);  // each under a name of its own
}

TEST_P(Counting, LoginsAreSessionsOfTheServer) {
  const Result result = run("login");
  EXPECT_EQ(result.operations, 12u);
  EXPECT_EQ(server_.server().statistics().sessions_total, 12u);
}

TEST_P(Counting, NoopsAreCounted) { EXPECT_EQ(run("noop").operations, 12u); }

TEST_P(Counting, ListingsCountEntries) {
  EXPECT_EQ(run("list").entries, 12u * 20);
  EXPECT_EQ(run("mlsd").operations, 12u);
}

TEST_P(Counting, LatencyIsThatOfNoopsBesideDownloads) {
  const Result result = run("latency");
  EXPECT_EQ(result.operations, 8u);
  EXPECT_EQ(result.octets, 8u * 300'001);
  EXPECT_FALSE(result.latencies.empty());
}

TEST_P(Counting, ParallelDownloadsRunInEachSession) {
  options_.seconds = 0.2;
  const Result result = run("parallel");
  EXPECT_EQ(result.operations, 3u);
  EXPECT_GT(result.octets, 3u * 300'001);
  EXPECT_GE(server_.server().statistics().octets_sent, result.octets);
}

TEST_P(Counting, ParallelDownloadsCountWhatPassesOfOneFile) {
  Account account;
  account.files = server_.tree().files();
  account.permissions = Permissions::all();
  account.rates.session.down = 4'000'000;  // in a second: no file is complete within the measurement
  server_.users().add(options_.user, Secret(options_.password), account);
  options_.seconds = 0.3;
  options_.sessions = 2;
  options_.size = 64u << 20;
  const Result result = run("parallel");
  EXPECT_EQ(result.operations, 2u);
  EXPECT_GT(result.octets, 0u);
}

TEST_P(Counting, IdleSessionsAreHeldBesideDownloads) {
  const Result result = run("idle");
  EXPECT_EQ(result.idle_sessions, 5u);
  EXPECT_EQ(result.operations, 12u);
}

TEST_P(Counting, TheServerIsLeftAsItWas) {
  run("small-stor");
  run("list");
  const Target target{.address = Address::resolve("127.0.0.1", server_.endpoint().port),
                      .user = options_.user,
                      .password = options_.password};
  UserPi pi(target);
  pi.login();
  EXPECT_EQ(pi.receive("NLST", {}), 0u);
  pi.quit();
}

TEST_P(Counting, ARefusalIsAnErrorOfTheResult) {
  options_.user = "reader";  // may not store
  const Target target{.address = Address::resolve("127.0.0.1", server_.endpoint().port),
                      .user = options_.user,
                      .password = options_.password};
  const ServerUsage server(0, "");
  Progress progress(false);
  const Context context{.options = options_, .target = target, .server = server, .progress = progress};
  const Result result = find_work("small-stor")->run(context);
  EXPECT_EQ(result.errors, options_.sessions);
  EXPECT_EQ(result.operations, 0u);
  EXPECT_THAT(result.first_error, HasSubstr("550"));
  EXPECT_THAT(table(std::span(&result, 1)), HasSubstr("first error"));
}

TEST(Report, JsonHasTheCountsAndTheCostOfAUnit) {
  const Result result{.work = "retr",
                      .unit = Unit::gibibyte,
                      .sessions = 2,
                      .seconds = 4,
                      .operations = 2,
                      .octets = std::uint64_t{2} << 30,
                      .server_cpu = 0.5};
  const auto one = nlohmann::json::parse(json(std::span(&result, 1))).at(0);
  EXPECT_EQ(one.at("work"), "retr");
  EXPECT_EQ(one.at("octets"), std::uint64_t{2} << 30);
  EXPECT_DOUBLE_EQ(one.at("units_per_second"), 0.5);
  EXPECT_DOUBLE_EQ(one.at("server_cpu_per_unit"), 0.25);
  EXPECT_FALSE(one.contains("latency"));
}

TEST(LatencyQuantiles, AreTimesThatWereMeasured) {
  Latencies latencies;
  for (int i = 100; i > 0; --i) latencies.add(std::chrono::milliseconds(i));
  EXPECT_FLOAT_EQ(static_cast<float>(latencies.quantile(0.5)), 0.050f);
  EXPECT_FLOAT_EQ(static_cast<float>(latencies.quantile(0.99)), 0.099f);
  EXPECT_FLOAT_EQ(static_cast<float>(latencies.quantile(1)), 0.100f);
}

}  // namespace
}  // namespace ferry::bench
