#include "options.hpp"

#include "options/groups.hpp"

namespace ferry {

Options::Options() {
  config.port = 2121;  // no privileges are needed for it, unlike for 21
}

std::string Options::shared_directory() const {
  if (directory) return *directory;
  return directory_option.value_or(memory ? "" : ".");
}

QuotaLimits QuotaOptions::of(const std::string& user) const {
  QuotaLimits limits = everybody;
  if (const auto own = users.find(name_of(user)); own != users.end()) {
    if (own->second.octets) limits.octets = own->second.octets;
    if (own->second.files) limits.files = own->second.files;
  }
  return limits;
}

std::string_view OptionRow::long_name() const { return names.substr(names.find("--")); }

std::span<const OptionRow> option_table() {
  static const std::vector<OptionRow> table = [] {
    std::vector<OptionRow> rows;
    // In the order of --help.
    for (const auto& group :
         {sharing_options(), machine_user_options(), network_options(), encryption_options(), limit_options(),
          transfer_options(), conversation_options(), format_options(), protection_options(), output_options()})
      rows.insert(rows.end(), group.begin(), group.end());
    return rows;
  }();
  return table;
}

}  // namespace ferry
