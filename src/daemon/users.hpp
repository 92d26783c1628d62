// From the options about sharing to an Authenticator.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include <ferry/authenticator.hpp>

#include "options.hpp"

namespace ferry {

// Directories are opened as the user of --run-as: what that user may not reach is a mistake to be told now. The error
// is a text for the operator: a directory that is missing, or the like. Throws ConfigError where the machine's users
// cannot be served.
std::expected<std::shared_ptr<Authenticator>, std::string> make_users(const Options& options);

// The hosts of --host. One with a directory or users of its own has no others; the rest have those of make_users.
std::expected<std::vector<VirtualHost>, std::string> make_hosts(const Options& options);

// A directory that somebody begins in.
struct SharedTree {
  std::string directory;
  bool changes;  // whether somebody may change something there
};

// Each directory once; those of the users of the machine are not among them.
std::vector<SharedTree> shared_trees(const Options& options);

}  // namespace ferry
