// What a storage does whose ability does not go so far.

#include <ferry/filesystem.hpp>

namespace ferry {

Task<Result<void>> TimeSetter::set_created(const FtpPath&, FileTime) { co_return std::unexpected(FsErrc::unsupported); }

}  // namespace ferry
