// The rows of the option table, one file for each topic; option_table() puts them together.
#pragma once

#include <span>

#include "options.hpp"

namespace ferry {

std::span<const OptionRow> sharing_options();
std::span<const OptionRow> machine_user_options();
std::span<const OptionRow> network_options();
std::span<const OptionRow> encryption_options();
std::span<const OptionRow> limit_options();
std::span<const OptionRow> transfer_options();
std::span<const OptionRow> conversation_options();
std::span<const OptionRow> format_options();
std::span<const OptionRow> protection_options();
std::span<const OptionRow> output_options();

}  // namespace ferry
