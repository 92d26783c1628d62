#include "bench/test_files.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <ranges>

namespace ferry::bench {

std::vector<std::byte> make_content(std::uint64_t size) {
  std::vector<std::byte> content(size);
  std::mt19937_64 numbers(959);  // RFC 959
  for (std::size_t i = 0; i < content.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t word = numbers();
    std::memcpy(content.data() + i, &word, std::min(sizeof word, content.size() - i));
  }
  return content;
}

Hasher::Hasher() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

void Hasher::add(std::span<const std::byte> octets) { EVP_DigestUpdate(context_.get(), octets.data(), octets.size()); }

Digest Hasher::finish() {
  Digest digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  digest.resize(size);
  return digest;
}

TestFiles::TestFiles(const Options& options, const Target& target) : options_(options), pi_(target) {
  pi_.login();
  // Whether it is there already shows when a file is stored.
  if (pi_.command("MKD " + options_.directory).code == 257) directories_.push_back(options_.directory);
}

TestFiles::~TestFiles() {
  try {
    if (!options_.keep) {
      for (const std::string& file : files_) pi_.command("DELE " + file);
      for (const std::string& directory : directories_ | std::views::reverse) pi_.command("RMD " + directory);
    }
    pi_.quit();
  } catch (const Failure&) {
    // The server has gone, and the files are its own business now.
  }
}

std::string TestFiles::file(std::uint64_t size) {
  std::string name = path(fmt::format("retr-{}", size));
  if (std::ranges::find(files_, name) != files_.end()) return name;
  // RFC 3659 §4: SIZE counts what RETR will send.
  if (const Reply reply = pi_.command("SIZE " + name); reply.text == fmt::format("213 {}", size)) return name;
  pi_.store(name, make_content(size));
  files_.push_back(name);
  return name;
}

std::string TestFiles::listing(unsigned entries) {
  std::string directory = path(fmt::format("list-{}", entries));
  if (pi_.command("MKD " + directory).code == 257) directories_.push_back(directory);
  std::uint64_t there = 0;
  try {
    pi_.receive("NLST " + directory, [&](std::span<const std::byte> octets) {
      there += static_cast<std::uint64_t>(std::ranges::count(octets, std::byte{'\n'}));
    });
  } catch (const Failure&) {
    there = 0;  // some servers refuse to list an empty directory
  }
  if (there >= entries) return directory;  // some servers name "." and ".." too
  for (unsigned i = 0; i < entries; ++i) {
    std::string name = fmt::format("{}/entry-{:06}.txt", directory, i);
    pi_.store(name, {});
    files_.push_back(std::move(name));
  }
  return directory;
}

std::string TestFiles::scratch(const std::string& name) { return files_.emplace_back(path(name)); }

}  // namespace ferry::bench
