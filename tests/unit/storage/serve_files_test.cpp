// Both ends of a channel against an end that was taken over.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "served_over_channel.hpp"
#include "storage/channel/file_messages.hpp"
#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"
#include "support/descriptors.hpp"

namespace ferry::test {
namespace {

class ServedFiles : public testing::Test {
 protected:
  // A channel on which the test itself speaks.
  Descriptor bare_channel() {
    Descriptor channel = server_.channel();
    EXPECT_TRUE(receive_packet(channel.get(), largest_file_packet));  // the greeting
    return channel;
  }
  std::optional<Result<FileAnswer>> ask(const Descriptor& channel, const FileRequest& request,
                                        Descriptor* file = nullptr) {
    if (!send_packet(channel.get(), encode_file_request(request).value(), octets_of(request))) return std::nullopt;
    const auto answer = receive_packet(channel.get(), largest_file_packet, file);
    return answer ? decode_file_answer(request.call, *answer) : std::nullopt;
  }
  static std::string_view octets_of(const FileRequest& request) {
    return request.call == FileCall::write ? "x" : std::string_view();
  }
  static bool has_ended(const Descriptor& channel) {
    char octet = 0;
    return ::recv(channel.get(), &octet, 1, 0) <= 0;
  }
  bool is_empty() const { return std::filesystem::is_empty(scratch_.path()); }

  const ScratchDirectory scratch_;
  ServedOverChannel server_{open_local_directory(scratch_.path().string(), {}).value()};
};

TEST_F(ServedFiles, AreNotServedAnyMoreToWhoeverSaysWhatIsNoRequest) {
  const auto other = server_.files();
  for (const std::string& nonsense :
       {std::string("\xff"), std::string("\0", 1), std::string(1, static_cast<char>(FileCall::stat)),
        std::string(largest_file_packet, '\0'), std::string(largest_file_packet + 1, '\1'),
        encode_file_request({.call = FileCall::stat}).value() + "x",
        encode_file_request({.call = FileCall::release, .handle = 3}).value()}) {
    const Descriptor channel = bare_channel();
    ASSERT_TRUE(send_packet(channel.get(), nonsense));
    EXPECT_TRUE(has_ended(channel));
    EXPECT_TRUE(sync_wait(other->stat(at("/")))) << "another channel goes on";
  }
}

TEST_F(ServedFiles, AreNotReachedByHandlesOfNothing) {
  const Descriptor channel = bare_channel();
  for (const FileCall call : {FileCall::entries, FileCall::start, FileCall::write, FileCall::preview, FileCall::commit,
                              FileCall::keep_part}) {
    const auto answer = ask(channel, {.call = call, .handle = 5});
    ASSERT_TRUE(answer);
    EXPECT_EQ(code_of(*answer), FsErrc::failed);
  }
  const auto listing = ask(channel, {.call = FileCall::list});
  ASSERT_TRUE(listing && *listing);
  EXPECT_EQ(code_of(*ask(channel, {.call = FileCall::commit, .handle = (*listing)->handle})), FsErrc::failed);
}

// Steps of an upload in an order in which no session takes them.
TEST_F(ServedFiles, AreNotHarmedByStepsOutOfOrder) {
  const Descriptor channel = bare_channel();
  const auto opened = ask(channel, {.call = FileCall::open_write, .path = at("/f")});
  ASSERT_TRUE(opened && *opened);
  const std::uint32_t handle = (*opened)->handle;
  for (const FileCall call : {FileCall::write, FileCall::preview, FileCall::commit, FileCall::keep_part})
    EXPECT_TRUE(ask(channel, {.call = call, .handle = handle}));
  EXPECT_TRUE(is_empty());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(ask(channel, {.call = FileCall::start, .handle = handle})->has_value());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(ask(channel, {.call = FileCall::commit, .handle = handle}));
  EXPECT_EQ(get_from_disk(scratch_.path() / "f"), "");
}

TEST_F(ServedFiles, HaveFewHandlesForOneChannel) {
  const std::size_t before = open_descriptors();
  {
    const Descriptor channel = bare_channel();
    int opened = 0;
    while (opened < 1000 && ask(channel, {.call = FileCall::list})->has_value()) ++opened;
    EXPECT_LT(opened, 100);
    EXPECT_TRUE(ask(channel, {.call = FileCall::stat})->has_value());
  }
  server_.wait();
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ServedFiles, LoseAnUploadWhoseChannelEnds) {
  {
    const auto files = server_.files();
    auto sink = sync_wait(files->open_write(at("/half"), {})).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "half"));
  }
  server_.wait();
  EXPECT_TRUE(is_empty());
}

TEST_F(ServedFiles, CloseWhatIsNotNeededAnyMore) {
  const auto files = server_.files();
  put_on_disk(scratch_.path() / "f", "content");
  const auto use = [&] {
    ASSERT_EQ(retrieve(*files, at("/f")), "content");
    ASSERT_TRUE(store(*files, at("/g"), "content"));
    ASSERT_EQ(names(*files, at("/")).size(), 2u);
    ASSERT_TRUE(sync_wait(files->stat(at("/"))));  // what was released before has been closed
  };
  use();
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 100; ++i) use();
  EXPECT_EQ(open_descriptors(), before);
}

// The other way: what a process may answer that was taken over.
class FilesOfABurglar : public testing::Test {
 protected:
  FilesOfABurglar() {
    SocketPair pair = packet_socket_pair();
    burglar_ = std::move(pair.theirs);
    EXPECT_TRUE(greet(burglar_.get(), {}));
    files_ = files_over(std::move(pair.ours), {}).value().value();
  }
  // To whatever is asked.
  void will_answer(const std::string& packet, int descriptor = -1) {
    ASSERT_TRUE(send_packet(burglar_.get(), packet, {}, descriptor));
  }

  Descriptor burglar_;
  std::shared_ptr<FileSystem> files_;
};

TEST_F(FilesOfABurglar, AreGoneAfterAnAnswerThatMakesNoSense) {
  will_answer("\x7f");
  EXPECT_EQ(code_of(sync_wait(files_->stat(at("/")))), FsErrc::failed);
  EXPECT_FALSE(send_packet(burglar_.get(), encode_file_answer(FileCall::make_directory, FileAnswer())));
  EXPECT_EQ(code_of(sync_wait(files_->make_directory(at("/d")))), FsErrc::failed);
}

TEST_F(FilesOfABurglar, AreGoneWithTheirProcess) {
  burglar_.close();
  EXPECT_EQ(code_of(sync_wait(files_->stat(at("/")))), FsErrc::failed);
  EXPECT_EQ(code_of(sync_wait(files_->open_read(at("/"), 0))), FsErrc::failed);
}

// What is no regular file could hold up the loop that reads it.
TEST_F(FilesOfABurglar, AreRegularOnesAndComeWhereOneIsAskedFor) {
  const std::size_t before = open_descriptors();
  {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const Descriptor out(ends[0]);
    const Descriptor in(ends[1]);
    will_answer(encode_file_answer(FileCall::open_read, FileAnswer()), out.get());
    EXPECT_EQ(code_of(sync_wait(files_->open_read(at("/f"), 0))), FsErrc::failed);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(FilesOfABurglar, DoNotComeUninvited) {
  const std::size_t before = open_descriptors();
  {
    const ScratchDirectory scratch;
    put_on_disk(scratch.path() / "f", "content");
    const Descriptor file(::open((scratch.path() / "f").c_str(), O_RDONLY | O_CLOEXEC));
    will_answer(encode_file_answer(FileCall::make_directory, FileAnswer()), file.get());
    EXPECT_EQ(code_of(sync_wait(files_->make_directory(at("/d")))), FsErrc::failed);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(FilesOfABurglar, AreNotReadWhereNoneComes) {
  will_answer(encode_file_answer(FileCall::open_read, FileAnswer()));
  EXPECT_EQ(code_of(sync_wait(files_->open_read(at("/f"), 0))), FsErrc::failed);
  EXPECT_TRUE(receive_packet(burglar_.get(), largest_file_packet));
}

TEST(FilesOverAChannel, AreNotThereWhereTheirProcessHasNone) {
  SocketPair pair = packet_socket_pair();
  ASSERT_TRUE(greet(pair.theirs.get(), std::unexpected(FsErrc::not_permitted)));
  EXPECT_EQ(code_of(files_over(std::move(pair.ours), {}).value()), FsErrc::not_permitted);
  pair = packet_socket_pair();
  pair.theirs.close();
  EXPECT_FALSE(files_over(std::move(pair.ours), {}));
}

}  // namespace
}  // namespace ferry::test
