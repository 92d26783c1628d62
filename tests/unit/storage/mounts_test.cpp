#include "storage/local/mounts.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace ferry::test {
namespace {

// In the form of proc(5), /proc/pid/mountinfo.
constexpr std::string_view mountinfo =
    "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
    "36 35 98:0 /mnt1 /srv/ftp/disk rw,noatime master:1 shared:2 - xfs /dev/root rw\n"
    "40 27 0:40 / /srv/ftp2/net rw - nfs4 host:/export rw,vers=4.2\n"
    "41 27 0:41 / /srv/with\\040space/sub rw - fuse.sshfs me@host: rw\n"
    "42 27 0:42 / /srv/back\\134slash/sub rw - cifs //host/share rw\n"
    "43 27 0:43 / /home/auto rw - autofs systemd-1 rw\n";

TEST(MountsBelow, FindsMountsBelowARootAndNotBesideIt) {
  EXPECT_EQ(mounts_below(mountinfo, "/srv/ftp"), (MountsBelow{.any = true, .slow = false}));
  EXPECT_EQ(mounts_below(mountinfo, "/srv/ftp/disk"), (MountsBelow{.any = false, .slow = false}));
  EXPECT_EQ(mounts_below(mountinfo, "/srv/ftp2"), (MountsBelow{.any = true, .slow = true}));
  EXPECT_EQ(mounts_below(mountinfo, "/usr"), (MountsBelow{.any = false, .slow = false}));
  EXPECT_EQ(mounts_below(mountinfo, "/home"), (MountsBelow{.any = true, .slow = true}));
  EXPECT_EQ(mounts_below(mountinfo, "/"), (MountsBelow{.any = true, .slow = true}));
}

TEST(MountsBelow, ReadsEscapedPaths) {
  EXPECT_TRUE(mounts_below(mountinfo, "/srv/with space").slow);
  EXPECT_TRUE(mounts_below(mountinfo, "/srv/back\\slash").slow);
}

TEST(MountsBelow, SurvivesLinesThatAreCutOff) {
  for (std::size_t size = 0; size < mountinfo.size(); ++size) mounts_below(mountinfo.substr(0, size), "/");
  EXPECT_EQ(mounts_below("", "/"), MountsBelow{});
  EXPECT_EQ(mounts_below("\n\n", "/"), MountsBelow{});
}

TEST(Mounts, KnowsDisksAndMemoryAsFastAndAllElseAsSlow) {
  for (const char* type : {"ext4", "xfs", "btrfs", "tmpfs", "overlay", "f2fs", "zfs"}) EXPECT_TRUE(is_local_type(type));
  for (const char* type : {"nfs", "nfs4", "cifs", "smb3", "fuse", "fuse.sshfs", "9p", "ceph", "afs", "autofs", ""})
    EXPECT_FALSE(is_local_type(type)) << type;
  // ext4, xfs, tmpfs, overlayfs, btrfs; nfs, cifs, fuse, 9p, nobody's: statfs(2).
  for (const unsigned magic : {0xef53u, 0x58465342u, 0x01021994u, 0x794c7630u, 0x9123683eu})
    EXPECT_TRUE(is_local_magic(magic)) << magic;
  for (const unsigned magic : {0x6969u, 0xff534d42u, 0x65735546u, 0x01021997u, 0x12345678u})
    EXPECT_FALSE(is_local_magic(magic)) << magic;
}

TEST(Mounts, TellsOfAnOpenFileWhatItIsOn) {
  const Descriptor root(::open("/", O_PATH | O_DIRECTORY));
  Mounts mounts(root.get(), "/", false);
  const Descriptor proc(::open("/proc/self/status", O_RDONLY));
  EXPECT_FALSE(mounts.of(proc.get()).slow);
  Mounts slow(root.get(), "/", true);
  EXPECT_TRUE(slow.may_block());
  EXPECT_TRUE(slow.of(proc.get()).slow);
}

}  // namespace
}  // namespace ferry::test
