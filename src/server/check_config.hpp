// Finds what cannot work in a Config before anything is opened.
#pragma once

#include <optional>

#include <ferry/config.hpp>

namespace ferry {

// The config itself, or ConfigError.
Config checked(Config config);

// Config::interface as an address; nullopt for all addresses.
std::optional<IpAddress> listening_address(const Config& config);

}  // namespace ferry
