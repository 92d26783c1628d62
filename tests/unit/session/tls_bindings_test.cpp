#include "session/tls_bindings.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

const IpAddress here = IpAddress::v4({192, 0, 2, 1});
const IpAddress there = IpAddress::v4({192, 0, 2, 2});
const std::string alice = "alice";
const std::string bob = "bob";

TEST(TlsBindings, JoinLoginsOfOneUserFromOneAddress) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  bindings.bind(a, {nullptr, alice, here});
  bindings.bind(b, {nullptr, alice, here});
  EXPECT_TRUE(bindings.same_login(a, b));
  EXPECT_TRUE(bindings.same_login(b, a));
  EXPECT_TRUE(bindings.same_login(a, a));
}

TEST(TlsBindings, KeepUsersAndAddressesApart) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  const TlsIdentity elsewhere = new_tls_identity();
  bindings.bind(a, {nullptr, alice, here});
  bindings.bind(b, {nullptr, bob, here});
  bindings.bind(elsewhere, {nullptr, alice, there});
  EXPECT_FALSE(bindings.same_login(a, b));
  EXPECT_FALSE(bindings.same_login(a, elsewhere));
}

TEST(TlsBindings, KeepHostsApart) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  const VirtualHost one;
  const VirtualHost other;
  bindings.bind(a, {&one, alice, here});
  bindings.bind(b, {&other, alice, here});
  EXPECT_FALSE(bindings.same_login(a, b));
}

TEST(TlsBindings, KnowOnlyLiveLogins) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  EXPECT_FALSE(bindings.same_login(a, a));
  EXPECT_FALSE(bindings.same_login(a, b));
  bindings.bind(a, {nullptr, alice, here});
  bindings.bind(b, {nullptr, alice, here});
  EXPECT_TRUE(bindings.is_login(a));
  bindings.unbind(a);
  bindings.unbind(a);
  EXPECT_FALSE(bindings.is_login(a));
  EXPECT_TRUE(bindings.is_login(b));
  EXPECT_FALSE(bindings.same_login(a, b));
  EXPECT_FALSE(bindings.same_login(a, a));
}

TEST(TlsBindings, TakeANewLoginOnTheSameConnectionWhenTheOldHasEnded) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  bindings.bind(a, {nullptr, alice, here});
  bindings.bind(b, {nullptr, alice, here});
  bindings.unbind(a);
  bindings.bind(a, {nullptr, bob, here});
  EXPECT_TRUE(bindings.is_login(a));
  EXPECT_FALSE(bindings.same_login(a, b));
}

// The users are the same by name, whichever session says so.
TEST(TlsBindings, CompareWhatTheLoginsReferTo) {
  TlsBindings bindings;
  const TlsIdentity a = new_tls_identity();
  const TlsIdentity b = new_tls_identity();
  const std::string same_name = "alice";
  const IpAddress same_address = here;
  bindings.bind(a, {nullptr, alice, here});
  bindings.bind(b, {nullptr, same_name, same_address});
  EXPECT_TRUE(bindings.same_login(a, b));
}

}  // namespace
}  // namespace ferry::test
