#include "base/os_error.hpp"

#include <cerrno>
#include <system_error>

namespace ferry {

namespace {

FsErrc code_for(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ELOOP:
    case EXDEV:  // openat2: the path would leave the root
      return FsErrc::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return FsErrc::not_permitted;
    case EEXIST:
      return FsErrc::exists;
    case EISDIR:
      return FsErrc::not_a_file;
    case ENOTDIR:
      return FsErrc::not_a_directory;
    case ENOTEMPTY:
      return FsErrc::not_empty;
    case ENAMETOOLONG:
    case EILSEQ:
    case EINVAL:
      return FsErrc::bad_name;
    case EBUSY:
    case ETXTBSY:
    case EAGAIN:
      return FsErrc::busy;
    case ENOSPC:
      return FsErrc::no_space;
    case EDQUOT:
    case EFBIG:
      return FsErrc::over_quota;
    case EOPNOTSUPP:
      return FsErrc::unsupported;
    default:
      return FsErrc::failed;
  }
}

}  // namespace

FsError fs_error(int error_number, std::string_view what) {
  return {code_for(error_number), std::string(what) + ": " + std::system_category().message(error_number)};
}

}  // namespace ferry
