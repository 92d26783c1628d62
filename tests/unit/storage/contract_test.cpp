// The contract suite over each FileSystem, and over each road through the local one.
#include <unistd.h>

#include <stdexcept>

#include <ferry/blocking_filesystem.hpp>
#include <ferry/quota.hpp>
#include <ferry/storages.hpp>
#include <ferry/testing/faulty_filesystem.hpp>
#include <ferry/testing/filesystem_contract.hpp>
#include <ferry/unix_identity.hpp>

#include "blocking_over.hpp"
#include "served_over_channel.hpp"
#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

std::function<Storage()> local_with(LocalOptions options) {
  return [options] {
    auto directory = std::make_shared<ScratchDirectory>();
    return Storage{.files = open_local_directory(directory->path().string(), options).value(), .resources = directory};
  };
}

std::function<Storage()> in(std::function<std::shared_ptr<FileSystem>()> make) {
  return [make] { return Storage{.files = make()}; };
}

// A part of the whole machine, shown at the root.
Storage unconfined() {
  auto directory = std::make_shared<ScratchDirectory>();
  const Mount part{.at = {}, .files = unconfined_directory().value(), .from = at(directory->path().string())};
  return Storage{.files = mounted({part}), .resources = directory};
}

// As a user of the machine; this needs root.
Storage of_somebody() {
  auto directory = std::make_shared<ScratchDirectory>();
  std::filesystem::permissions(directory->path(), std::filesystem::perms::owner_all);
  if (::chown(directory->path().c_str(), 61'001, 61'001) != 0) throw std::runtime_error("chown: not root?");
  return Storage{.files = local_directory_as(directory->path().string(), {.user = 61'001, .group = 61'001}).value(),
                 .resources = directory};
}

// By somebody else, asked over a channel.
std::function<Storage()> served(bool writes_here) {
  return [writes_here] {
    auto directory = std::make_shared<ScratchDirectory>();
    auto local = open_local_directory(directory->path().string(), {.owner_numbers = true}).value();
    auto server = std::make_shared<ServedOverChannel>(local, directory);
    return Storage{.files = server->files({.writes_here = writes_here, .keeps = server})};
  };
}

// A mount deep in a tree, and of that tree the part where the mount is: each path is translated twice.
std::shared_ptr<FileSystem> mounted_twice() {
  const Mount deep{.at = at("/a/b"), .files = memory_file_system()};
  const Mount part{.at = {}, .files = mounted({deep}), .from = at("/a/b")};
  return mounted({part});
}

// With room for everything that the suite stores.
std::function<Storage()> with_room(std::function<Storage()> make) {
  return [make] {
    Storage storage = make();
    storage.files =
        with_quota(storage.files, std::make_shared<Quota>(QuotaLimits{.octets = 1u << 30, .files = 10'000}));
    return storage;
  };
}

const StorageKind storage_kinds[] = {
    {"Memory", in([] { return memory_file_system(); })},
    {"Local", local_with({})},
    {"LocalWithoutOpenat2", local_with({.method = Jail::Method::walk_only})},
    {"LocalWithoutNamelessFiles", local_with({.named_temporaries = true})},
    {"LocalOnThePool", local_with({.named_temporaries = true, .always_slow = true})},
    {"Unconfined", unconfined},
    {"OfSomebody", of_somebody},
    {"OverAChannel", served(false)},
    {"OverAChannelWrittenHere", served(true)},
    {"MountedTwice", in(mounted_twice)},
    {"MemoryWithQuota", with_room(in([] { return memory_file_system(); }))},
    {"LocalWithQuota", with_room(local_with({}))},
    {"LocalOnThePoolWithQuota", with_room(local_with({.named_temporaries = true, .always_slow = true}))},
    {"OverAChannelWithQuota", with_room(served(false))},
    {"Blocking", in([] { return on_pool(std::make_shared<BlockingOver>(memory_file_system())); })},
    {"FaultyWithoutFaults", in([] { return faulty(memory_file_system(), std::make_shared<Faults>()); })},
};

const auto name_of_kind = [](const auto& parameter) { return parameter.param.name; };

INSTANTIATE_TEST_SUITE_P(Storage, FileSystemContract, testing::ValuesIn(storage_kinds), name_of_kind);
INSTANTIATE_TEST_SUITE_P(Storage, FileSystemAbilities, testing::ValuesIn(storage_kinds), name_of_kind);
INSTANTIATE_TEST_SUITE_P(Storage, FileSystemPolicies, testing::ValuesIn(storage_kinds), name_of_kind);

}  // namespace
}  // namespace ferry::test
