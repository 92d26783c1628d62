#include "storage/channel/file_messages.hpp"

#include <gtest/gtest.h>

#include "storage_support.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

std::optional<FileRequest> sent(const FileRequest& request) {
  std::string packet = encode_file_request(request).value();
  packet += request.octets;
  static std::string kept;  // what `octets` of the result is a part of
  kept = packet;
  return decode_file_request(kept);
}

// One of each, with all that it has.
const FileRequest requests[] = {
    {.call = FileCall::stat, .path = at("/a/b")},
    {.call = FileCall::list, .path = at("/"), .flag = true},
    {.call = FileCall::entries, .handle = 7},
    {.call = FileCall::open_read, .path = at("/a"), .number = 1ull << 40},
    {.call = FileCall::open_write,
     .path = at("/a"),
     .store = {.mode = StoreMode::resume, .offset = 9, .may_replace = false, .permission_bits = 0640, .policy = {}}},
    {.call = FileCall::start, .handle = 1, .flag = true},
    {.call = FileCall::write, .handle = 1, .octets = "octets"},
    {.call = FileCall::preview, .handle = 1},
    {.call = FileCall::commit, .handle = 1},
    {.call = FileCall::keep_part, .handle = 1},
    {.call = FileCall::release, .handle = 1},
    {.call = FileCall::make_directory, .path = at("/d")},
    {.call = FileCall::remove_directory, .path = at("/d")},
    {.call = FileCall::remove_file, .path = at("/f")},
    {.call = FileCall::rename, .path = at("/f"), .other = at("/g"), .flag = true},
    {.call = FileCall::set_mode, .path = at("/f"), .number = 0777},
    {.call = FileCall::set_modified, .path = at("/f"), .time = FileTime(-3ns)},
    {.call = FileCall::set_owner, .path = at("/f"), .owner = "ann", .group = std::nullopt},
    {.call = FileCall::make_link, .path = at("/l"), .other = at("/f")},
    {.call = FileCall::available, .path = at("/")},
    {.call = FileCall::attributes, .path = at("/f")},
};

TEST(FileRequest, ArrivesAsItWasSent) {
  for (const FileRequest& request : requests) {
    const auto arrived = sent(request);
    ASSERT_TRUE(arrived) << static_cast<int>(request.call);
    EXPECT_EQ(arrived->call, request.call);
    EXPECT_EQ(arrived->path, request.path);
    EXPECT_EQ(arrived->other, request.other);
    EXPECT_EQ(arrived->handle, request.handle);
    EXPECT_EQ(arrived->number, request.number);
    EXPECT_EQ(arrived->time, request.time);
    EXPECT_EQ(arrived->flag, request.flag);
    EXPECT_EQ(arrived->store.mode, request.store.mode);
    EXPECT_EQ(arrived->store.offset, request.store.offset);
    EXPECT_EQ(arrived->store.may_replace, request.store.may_replace);
    EXPECT_EQ(arrived->store.permission_bits, request.store.permission_bits);
    EXPECT_EQ(arrived->store.policy, request.store.policy);
    EXPECT_EQ(arrived->owner, request.owner);
    EXPECT_EQ(arrived->group, request.group);
    EXPECT_EQ(arrived->octets, request.octets);
  }
}

TEST(FileRequest, IsRefusedWhereAnythingIsMissingOrLeft) {
  for (const FileRequest& request : requests) {
    const std::string packet = encode_file_request(request).value();
    for (std::size_t size = 0; size < packet.size(); ++size)
      EXPECT_FALSE(decode_file_request(std::string_view(packet).substr(0, size))) << static_cast<int>(request.call);
    EXPECT_EQ(decode_file_request(packet + "x").has_value(), request.call == FileCall::write);
  }
}

TEST(FileRequest, IsRefusedWhereAPathIsNone) {
  const std::string packet = encode_file_request({.call = FileCall::stat, .path = at("/aaa")}).value();
  for (const char* const path : {"aaaa", "/../", "/..a", "/a//", "//aa", "/./a", "/aa/"}) {
    const auto arrived = decode_file_request(packet.substr(0, packet.size() - 4) + path);
    EXPECT_EQ(arrived.has_value(), std::string_view(path) == "/..a") << path;
  }
  std::string with_nul = packet;
  with_nul.back() = '\0';
  EXPECT_FALSE(decode_file_request(with_nul));
}

TEST(FileRequest, IsRefusedBeyondTheLimits) {
  EXPECT_FALSE(encode_file_request({.call = FileCall::greet}));
  EXPECT_FALSE(encode_file_request({.call = FileCall::stat, .path = at("/" + std::string(largest_path, 'x'))}));
  EXPECT_FALSE(encode_file_request({.call = FileCall::set_owner, .path = at("/f"), .owner = std::string(9000, 'x')}));
  const std::string octets(largest_write + 1, 'x');
  EXPECT_FALSE(encode_file_request({.call = FileCall::write, .octets = octets}));
  const std::string write = encode_file_request({.call = FileCall::write}).value();
  EXPECT_TRUE(decode_file_request(write + octets.substr(1)));
  EXPECT_FALSE(decode_file_request(write + octets));
  EXPECT_FALSE(sent({.call = FileCall::set_mode, .path = at("/f"), .number = 04777}));
  EXPECT_FALSE(sent({.call = FileCall::open_write, .path = at("/f"), .store = {.permission_bits = 04777}}));
}

FileInfo info() {
  FileInfo result;
  result.kind = FileKind::special;
  result.access = {.read = true, .write = false, .enter = true, .removable = false};
  result.mode = 02755;
  result.links = 3;
  result.size = 1ull << 50;
  result.modified = FileTime(5s);
  result.changed = FileTime(6ns);
  result.device = 8;
  result.inode = 9;
  result.owner_id = 61'001;
  result.link = true;
  return result;
}

void expect_equal(const FileInfo& one, const FileInfo& other) {
  EXPECT_EQ(one.kind, other.kind);
  EXPECT_EQ(one.access.read, other.access.read);
  EXPECT_EQ(one.access.write, other.access.write);
  EXPECT_EQ(one.access.enter, other.access.enter);
  EXPECT_EQ(one.access.removable, other.access.removable);
  EXPECT_EQ(one.mode, other.mode);
  EXPECT_EQ(one.links, other.links);
  EXPECT_EQ(one.size, other.size);
  EXPECT_EQ(one.modified, other.modified);
  EXPECT_EQ(one.created, other.created);
  EXPECT_EQ(one.changed, other.changed);
  EXPECT_EQ(one.device, other.device);
  EXPECT_EQ(one.inode, other.inode);
  EXPECT_EQ(one.owner_id, other.owner_id);
  EXPECT_EQ(one.group_id, other.group_id);
  EXPECT_EQ(one.link, other.link);
}

TEST(FileAnswer, ArrivesAsItWasGiven) {
  FileAnswer answer;
  answer.info = info();
  answer.entries = {{.name = "one", .info = {}}, {.name = "two", .info = info()}};
  answer.handle = 4;
  answer.number = 5;
  answer.path = at("/stored");
  answer.attributes = {.media_type = "text/plain", .link = true, .link_target = at("/target")};
  const auto given = [&](FileCall call) {
    static std::string packet;
    packet = encode_file_answer(call, answer);
    return decode_file_answer(call, packet).value().value();
  };
  expect_equal(given(FileCall::stat).info, answer.info);
  const FileAnswer entries = given(FileCall::entries);
  ASSERT_EQ(entries.entries.size(), 2u);
  EXPECT_EQ(entries.entries[0].name, "one");
  EXPECT_EQ(entries.entries[1].name, "two");
  expect_equal(entries.entries[1].info, answer.info);
  EXPECT_EQ(given(FileCall::list).handle, 4u);
  EXPECT_EQ(given(FileCall::open_write).handle, 4u);
  EXPECT_EQ(given(FileCall::open_write).path, at("/stored"));
  EXPECT_EQ(given(FileCall::start).number, 5u);
  EXPECT_EQ(given(FileCall::available).number, 5u);
  EXPECT_EQ(given(FileCall::attributes).attributes.media_type, "text/plain");
  EXPECT_TRUE(given(FileCall::attributes).attributes.link);
  EXPECT_EQ(given(FileCall::attributes).attributes.link_target, at("/target"));
}

TEST(FileAnswer, TellsEveryReason) {
  for (int code = 0; code <= static_cast<int>(FsErrc::failed); ++code) {
    const FsError error(static_cast<FsErrc>(code), "why");
    const auto arrived =
        decode_file_answer(FileCall::commit, encode_file_answer(FileCall::commit, std::unexpected(error)));
    ASSERT_TRUE(arrived && !*arrived);
    EXPECT_EQ(arrived->error(), error);
    EXPECT_EQ(arrived->error().detail, "why");
  }
  std::string unknown = encode_file_answer(FileCall::commit, std::unexpected(FsErrc::failed));
  unknown[1] = '\x7f';
  EXPECT_FALSE(decode_file_answer(FileCall::commit, unknown));
}

TEST(FileAnswer, IsRefusedWhereANameIsNone) {
  for (const char* const name : {"", ".", "..", "a/b", "/"}) {
    FileAnswer answer;
    answer.entries = {{.name = name, .info = {}}};
    EXPECT_FALSE(decode_file_answer(FileCall::entries, encode_file_answer(FileCall::entries, answer))) << name;
  }
}

TEST(FileAnswer, HoldsAsManyEntriesAsFit) {
  const std::string name(255, 'n');
  const std::vector<DirectoryEntry> many(1000, DirectoryEntry{.name = name, .info = info()});
  const std::size_t count = entries_that_fit(many);
  EXPECT_GT(count, 100u);
  EXPECT_LT(count, 1000u);
  FileAnswer answer;
  answer.entries.assign(many.begin(), many.begin() + static_cast<std::ptrdiff_t>(count));
  EXPECT_LE(encode_file_answer(FileCall::entries, answer).size(), largest_file_packet);
  EXPECT_EQ(entries_that_fit({}), 0u);
}

}  // namespace
}  // namespace ferry::test
