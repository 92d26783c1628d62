// A server for the tests of an FTP client:
//
//     ferry::testing::TestServer server;
//     server.put("/pub/hello.txt", "hello\n");
//     fetch(server.url() + "pub/hello.txt");
//
// It listens on 127.0.0.1 at a port that the system chose, has its files in memory, and is gone with its scope. Let
// something go wrong, and look at what was said:
//
//     server.fault("RETR#1:drop@1000");   // fault_rule.hpp has all of them
//     ...
//     EXPECT_EQ(server.commands().back(), "REST 1000");
//
// Threads: every function may be called from any thread.
// Failure: std::runtime_error or one of its kind, with a text for whoever wrote the test.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/config.hpp>
#include <ferry/server.hpp>
#include <ferry/testing/fault_script.hpp>

namespace ferry::testing {

enum class Ftps : std::uint8_t {
  off,
  offered,   // AUTH TLS, for who wants it
  required,  // AUTH TLS and PROT P, or 530 and 521
  implicit,  // besides: tls_port(), with TLS from the first octet on
};

struct TestSetup {
  // One user who may do everything. Anonymous may read.
  std::string user = "test";
  std::string password = "secret";
  // With a certificate that is made for this server (TestServer::certificate).
  Ftps ftps = Ftps::off;
  // The last word on the configuration, before the server starts.
  std::function<void(Config&)> configure{};
};

class TestServer {
 public:
  // Starts; clients can connect when it returns.
  explicit TestServer(TestSetup setup = {});
  // Stops, and cuts whoever is still there.
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const;
  std::uint16_t tls_port() const;  // 0 unless Ftps::implicit
  // "ftp://test:secret@127.0.0.1:40123/"
  std::string url() const;
  // The certificate in PEM, which the client has to trust; and a name under which this process can open it as a file.
  // Both empty with Ftps::off.
  std::string certificate() const;
  std::string certificate_file() const;

  // --- the files ---------------------------------------------------------------------------------------------------
  // Directories on the way are made.
  void put(std::string_view path, std::string_view content);
  void make_directory(std::string_view path);
  // nullopt where there is no such file.
  std::optional<std::string> content(std::string_view path) const;
  // The names in a directory, sorted; empty where there is none.
  std::vector<std::string> names(std::string_view directory = "/") const;

  // --- what goes wrong ---------------------------------------------------------------------------------------------
  // A rule as text (parse_fault_rule), from now on; "TLS:no-resumption" belongs into TestSetup::configure. Throws
  // std::invalid_argument.
  void fault(std::string_view rule);
  void clear_faults();

  // --- what was said -----------------------------------------------------------------------------------------------
  // As the functions of FaultScript.
  std::vector<std::string> conversation(std::uint64_t session = 0) const;
  std::vector<std::string> commands(std::uint64_t session = 0) const;
  bool wait_for_command(std::string_view beginning,
                        std::chrono::milliseconds patience = std::chrono::seconds(10)) const;

  Server& server();
  FaultScript& script();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry::testing
