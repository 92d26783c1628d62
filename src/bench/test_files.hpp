// The files on the server that the works need: made before, removed after.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/options.hpp"
#include "bench/user_pi.hpp"

namespace ferry::bench {

using Digest = std::vector<unsigned char>;

// `size` octets without any pattern, the same each time.
std::vector<std::byte> make_content(std::uint64_t size);

// SHA-256, of parts one after the other.
class Hasher {
 public:
  Hasher();
  void add(std::span<const std::byte> octets);
  Digest finish();

 private:
  struct Deleter {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Deleter> context_;
};

class TestFiles {
 public:
  TestFiles(const Options& options, const Target& target);
  // Removes what was made, unless the options say to keep it. Errors are left alone: the results matter more.
  ~TestFiles();
  TestFiles(const TestFiles&) = delete;
  TestFiles& operator=(const TestFiles&) = delete;

  // A file with make_content(size), stored where there is none of that size. The pathname for RETR.
  std::string file(std::uint64_t size);
  // A directory with so many empty files, filled where it does not have that many.
  std::string listing(unsigned entries);
  // A pathname that a work will store; it is removed in the end.
  std::string scratch(const std::string& name);

 private:
  std::string path(const std::string& name) const { return options_.directory + "/" + name; }

  const Options& options_;
  UserPi pi_;
  std::vector<std::string> files_;
  std::vector<std::string> directories_;
};

}  // namespace ferry::bench
