// What `ferry bench` was asked to do.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ferry::bench {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2121;
  std::string user = "anonymous";
  std::string password = "bench@localhost";
  bool tls = false;           // AUTH TLS, PROT P
  bool implicit_tls = false;  // TLS from the first octet on
  bool pasv = false;          // PASV instead of EPSV

  std::vector<std::string> works;  // names of the table in works.hpp

  unsigned sessions = 4;
  double seconds = 5;       // for each work
  std::uint64_t count = 0;  // operations of each session instead of a time; 0: by time
  std::uint64_t size = 64u << 20;
  std::uint64_t small_size = 1024;
  unsigned entries = 10'000;  // of the directory that is listed
  unsigned downloads = 8;     // beside the NOOPs of "latency"
  unsigned idle = 1000;       // sessions of "idle"

  std::string directory = "ferry-bench";  // on the server; made where it is missing
  bool keep = false;                      // leave the files there for the next run
  bool check = false;                     // compare what arrives with what should

  int server_pid = 0;         // for the server's CPU and memory; with its child processes
  std::string server_cgroup;  // the same for all processes of a control group

  std::string json;  // a file for the results; "-": standard output instead of the table
  bool progress = true;
};

struct Ended {
  int status = 0;
  std::string text;
};

// Reads what follows `ferry bench`; Ended holds the text of --help, or says what is wrong (status 2).
std::variant<Options, Ended> read_options(std::vector<std::string> words);

}  // namespace ferry::bench
