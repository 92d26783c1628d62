// The contract suite over each FileSystem, and over each road through the local one.
#include "contract.hpp"
#include "contract_policies.hpp"
#include "contract_uploads.hpp"

#include "storage/local/local_file_system.hpp"

namespace ferry::test {
namespace {

std::function<Storage()> local_with(LocalOptions options) {
  return [options] {
    auto directory = std::make_shared<ScratchDirectory>();
    return Storage{.files = open_local_directory(directory->path().string(), options).value(), .resources = directory};
  };
}

const StorageKind kinds[] = {
    {"Memory", [] { return Storage{.files = memory_file_system(), .resources = nullptr}; }},
    {"Local", local_with({})},
    {"LocalWithoutOpenat2", local_with({.method = Jail::Method::walk_only})},
    {"LocalWithoutNamelessFiles", local_with({.named_temporaries = true})},
    {"LocalOnThePool", local_with({.named_temporaries = true, .always_slow = true})},
};

INSTANTIATE_TEST_SUITE_P(Storage, StorageContract, testing::ValuesIn(kinds),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace ferry::test
