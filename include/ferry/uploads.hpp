// How an upload comes to its name: what others see of it meanwhile, what survives a power cut, what becomes of one that
// breaks off. For a whole server in Config::uploads, for single users in Account::uploads.
#pragma once

#include <cstdint>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

enum class Atomicity : std::uint8_t {
  off,  // written straight under its name, as other servers do: everybody sees it grow, and what was there is lost
  // A new file, and a new content for an old one, is written without a name or under a hidden one, and gets its name
  // when it is complete. APPE, and STOR after REST, write into the file itself: what arrived stays for the next
  // attempt.
  new_files,
  // Appending and resuming too, on a private copy of the old file: an upload that breaks off changes nothing. It takes
  // the time and the room of a copy, and nothing can be resumed.
  always,
};

enum class Durability : std::uint8_t {
  none,  // when the operating system sees fit
  file,  // the content is on the disk before the 226 (fsync of the file)
  full,  // its name too (fsync of the directory)
};

struct UploadPolicy {
  Atomicity atomic = Atomicity::new_files;
  Durability durability = Durability::none;
  // What arrived of a new file whose upload broke off gets the name after all, if no file has it: the user-PI finds it
  // with SIZE and goes on with REST or APPE. An old file is never replaced by a part. Has no effect with
  // Atomicity::always; with Atomicity::off parts stay in any case.
  bool keep_partial = false;

  friend bool operator==(const UploadPolicy&, const UploadPolicy&) = default;
};

}  // namespace ferry
