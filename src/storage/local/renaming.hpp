// Giving a name without taking it from another file: renames and links that fail with EEXIST instead of replacing.
#pragma once

namespace ferry {

// Renames; EEXIST where the new name is taken. 0, or an errno value. Where the file system cannot do that in one step,
// another process may slip in between the look and the rename.
int rename_to_new_name(int from_directory, const char* from, int to_directory, const char* to);

// Gives the open, nameless file `fd` (O_TMPFILE) a name; EEXIST where it is taken. 0, or an errno value.
int link_descriptor(int fd, int directory, const char* name);

}  // namespace ferry
