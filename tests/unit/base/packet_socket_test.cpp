#include "base/packet_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "support/descriptors.hpp"

namespace ferry::test {
namespace {

// One octet with `descriptors`, as nobody here would send it.
void send_with(int socket, const std::vector<int>& descriptors) {
  char octet = 'x';
  iovec part{&octet, 1};
  std::vector<char> control(CMSG_SPACE(descriptors.size() * sizeof(int)));
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size() * sizeof(int));
  ASSERT_EQ(::sendmsg(socket, &message, 0), 1);
}

class PacketSocket : public testing::Test {
 protected:
  SocketPair pair_ = packet_socket_pair();
  const int from_ = pair_.ours.get();
  const int to_ = pair_.theirs.get();
};

TEST_F(PacketSocket, KeepsPacketsApart) {
  ASSERT_TRUE(send_packet(from_, "one", " and more"));
  ASSERT_TRUE(send_packet_now(from_, "two"));
  const std::string largest(largest_packet, 'x');
  ASSERT_TRUE(send_packet(from_, largest));
  EXPECT_EQ(receive_packet(to_, 100), "one and more");
  EXPECT_EQ(receive_packet(to_, 3), "two");
  EXPECT_EQ(receive_packet(to_, largest_packet), largest);
}

TEST_F(PacketSocket, TakesNoPacketThatIsTooLarge) {
  ASSERT_TRUE(send_packet(from_, "four"));
  EXPECT_EQ(receive_packet(to_, 3), std::nullopt);
}

TEST_F(PacketSocket, EndsWithTheOtherEnd) {
  pair_.ours.close();
  EXPECT_EQ(receive_packet(to_, 100), std::nullopt);
  EXPECT_FALSE(send_packet(to_, "x"));
}

TEST_F(PacketSocket, DoesNotWaitForRoomWhereThatIsNotWanted) {
  int packets = 0;
  while (packets < 1'000'000 && send_packet_now(from_, "x")) ++packets;
  EXPECT_LT(packets, 1'000'000);
}

TEST_F(PacketSocket, BringsADescriptor) {
  const Descriptor sent(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(send_packet(from_, "x", {}, sent.get()));
  ASSERT_TRUE(send_packet(from_, "y"));
  Descriptor received;
  EXPECT_EQ(receive_packet(to_, 1, &received), "x");
  EXPECT_TRUE(received);
  EXPECT_NE(::fcntl(received.get(), F_GETFD) & FD_CLOEXEC, 0);
  received = Descriptor();
  EXPECT_EQ(receive_packet(to_, 1, &received), "y");
  EXPECT_FALSE(received);
}

TEST_F(PacketSocket, ClosesDescriptorsThatNobodyAskedFor) {
  const Descriptor sent(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::size_t before = open_descriptors();
  send_with(from_, {sent.get()});
  EXPECT_EQ(receive_packet(to_, 1), "x");
  for (const std::size_t count : {2u, 3u, 200u}) {
    send_with(from_, std::vector<int>(count, sent.get()));
    Descriptor received;
    EXPECT_EQ(receive_packet(to_, 1, &received), std::nullopt) << count;
    EXPECT_FALSE(received);
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace ferry::test
