// The test of a client: it is to fetch a file completely even when the connection breaks. The client under test is curl
// here; what is shown is how the test gets a server, lets it break, and looks at what was said.
//
//     $ ./testing_a_client
//     ok: the client asked for the rest, and has the whole file
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <ferry/testing/test_server.hpp>

namespace {

int fail(const std::string& why) {
  std::cerr << "failed: " << why << '\n';
  return 1;
}

}  // namespace

int main() {
  const std::string content(200'000, 'x');
  ferry::testing::TestServer server;
  server.put("/pub/file.bin", content);
  server.fault("RETR#1:drop@100000");  // the first attempt breaks in the middle

  // The client under test.
  const char* const temporary = std::getenv("TMPDIR");
  const std::string directory = temporary ? temporary : "/tmp";
  const std::string target = directory + "/testing_a_client." + std::to_string(server.port());
  const std::string fetch = "curl --silent --continue-at - --output '" + target + "' " + server.url() + "pub/file.bin";
  if (std::system(fetch.c_str()) == 0) return fail("the client took half a file for a whole one");
  if (std::system(fetch.c_str()) != 0) return fail("the client did not get the rest");

  std::ifstream file(target, std::ios::binary);
  const std::string got((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::remove(target.c_str());
  if (got != content) return fail("the file is not what the server has");
  if (!server.wait_for_command("REST 100000")) {
    for (const std::string& line : server.conversation()) std::cerr << line << '\n';
    return fail("the client did not ask for the rest alone");
  }
  std::cout << "ok: the client asked for the rest, and has the whole file\n";
}
