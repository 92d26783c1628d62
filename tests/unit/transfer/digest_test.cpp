#include "transfer/digest.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

std::string digest(DigestKind kind, std::string_view text) {
  Digester digest(kind);
  // In two pieces, as of a file.
  digest.update(std::as_bytes(std::span(text.substr(0, text.size() / 2))));
  digest.update(std::as_bytes(std::span(text.substr(text.size() / 2))));
  return digest.finish();
}

// FIPS 180-4 and RFC 1321 §A.5; the check value of CRC-32/ISO-HDLC.
TEST(Digester, GivesTheValuesOfTheStandards) {
  EXPECT_EQ(digest(DigestKind::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest(DigestKind::sha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(digest(DigestKind::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digest(DigestKind::md5, "message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(digest(DigestKind::crc32, "123456789"), "cbf43926");
}

TEST(Digester, OfNothingIsThatOfTheEmptyText) {
  EXPECT_EQ(digest(DigestKind::md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(digest(DigestKind::crc32, ""), "00000000");
}

TEST(FindHash, KnowsTheNamesOfTheRegistryInAnyCase) {
  for (const DigestKind kind : hash_kinds) EXPECT_EQ(find_hash(hash_name(kind)), kind);
  EXPECT_EQ(find_hash("sha-256"), DigestKind::sha256);
  for (const char* unknown : {"", "SHA256", "CRC32", "SHA-2566"}) EXPECT_FALSE(find_hash(unknown)) << unknown;
}

}  // namespace
}  // namespace ferry::test
