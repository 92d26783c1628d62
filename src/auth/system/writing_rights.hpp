// Whether this process may write to a user's open file what the user may not.
#pragma once

namespace ferry {

// Disk quotas and the blocks that are kept for root do not hold for everybody, and files that are written to do not
// lose set-user-ID by everybody's hand (capabilities(7), ext4(5)).
bool may_write_more_than_users();

}  // namespace ferry
