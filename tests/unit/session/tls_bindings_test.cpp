#include "session/tls_bindings.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

const IpAddress here = IpAddress::v4({192, 0, 2, 1});
const IpAddress there = IpAddress::v4({192, 0, 2, 2});

TEST(TlsBindings, JoinLoginsOfOneUserFromOneAddress) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  bindings.bind(a, "", "alice", here);
  bindings.bind(b, "", "alice", here);
  EXPECT_TRUE(bindings.same_login(a, b));
  EXPECT_TRUE(bindings.same_login(b, a));
  EXPECT_TRUE(bindings.same_login(a, a));
}

TEST(TlsBindings, KeepUsersAndAddressesApart) {
  TlsBindings bindings;
  const TlsIdentity alice = new_tls_identity();
  const TlsIdentity bob = new_tls_identity();
  const TlsIdentity elsewhere = new_tls_identity();
  bindings.bind(alice, "", "alice", here);
  bindings.bind(bob, "", "bob", here);
  bindings.bind(elsewhere, "", "alice", there);
  EXPECT_FALSE(bindings.same_login(alice, bob));
  EXPECT_FALSE(bindings.same_login(alice, elsewhere));
}

TEST(TlsBindings, KeepHostsApart) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  bindings.bind(a, "a.example", "alice", here);
  bindings.bind(b, "b.example", "alice", here);
  EXPECT_FALSE(bindings.same_login(a, b));
}

TEST(TlsBindings, KnowOnlyLiveLogins) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  EXPECT_FALSE(bindings.same_login(a, a));
  EXPECT_FALSE(bindings.same_login(a, b));
  bindings.bind(a, "", "alice", here);
  bindings.bind(b, "", "alice", here);
  EXPECT_TRUE(bindings.is_login(a));
  bindings.unbind(a);
  bindings.unbind(a);
  EXPECT_FALSE(bindings.is_login(a));
  EXPECT_TRUE(bindings.is_login(b));
  EXPECT_FALSE(bindings.same_login(a, b));
  EXPECT_FALSE(bindings.same_login(a, a));
}

TEST(TlsBindings, ANewLoginOnTheSameConnectionReplacesTheOld) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  bindings.bind(a, "", "alice", here);
  bindings.bind(b, "", "alice", here);
  bindings.bind(a, "", "bob", here);
  EXPECT_FALSE(bindings.same_login(a, b));
}

}  // namespace
}  // namespace ferry::test
