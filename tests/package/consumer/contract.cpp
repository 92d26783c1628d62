// The contract suite over a storage of somebody else's: here the one in memory, as if it were theirs.
#include <ferry/storages.hpp>
#include <ferry/testing/filesystem_contract.hpp>

namespace {

const ferry::contract::StorageKind mine{
    "Mine", [] { return ferry::contract::Storage{.files = ferry::memory_file_system(), .resources = {}}; }};

using ferry::contract::FileSystemContract;
INSTANTIATE_TEST_SUITE_P(Mine, FileSystemContract, testing::Values(mine));
using ferry::contract::FileSystemAbilities;
INSTANTIATE_TEST_SUITE_P(Mine, FileSystemAbilities, testing::Values(mine));
using ferry::contract::FileSystemPolicies;
INSTANTIATE_TEST_SUITE_P(Mine, FileSystemPolicies, testing::Values(mine));

}  // namespace
