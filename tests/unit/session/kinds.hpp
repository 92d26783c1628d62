// Every way in which storage and transfers end, for tests that go through all of them.
#pragma once

#include <ferry/error.hpp>

#include "transfer/transfer_end.hpp"

namespace ferry::test {

constexpr FsErrc every_fs_error[] = {
    FsErrc::not_found,  FsErrc::not_permitted, FsErrc::exists,     FsErrc::not_a_file, FsErrc::not_a_directory,
    FsErrc::not_empty,  FsErrc::bad_name,      FsErrc::bad_offset, FsErrc::busy,       FsErrc::no_space,
    FsErrc::over_quota, FsErrc::unsupported,   FsErrc::failed};

constexpr TransferEnd::Kind every_transfer_end[] = {
    TransferEnd::Kind::complete,        TransferEnd::Kind::no_connection, TransferEnd::Kind::tls_refused,
    TransferEnd::Kind::foreign_session, TransferEnd::Kind::lost,          TransferEnd::Kind::truncated,
    TransferEnd::Kind::timed_out,       TransferEnd::Kind::aborted,       TransferEnd::Kind::stopped,
    TransferEnd::Kind::vetoed,          TransferEnd::Kind::storage};

}  // namespace ferry::test
