#include "conform/groups.hpp"

#include <array>

#include "conform/checks/groups_of_checks.hpp"

namespace ferry::conform {

std::span<const Group> groups() {
  static const std::array all{control_group(),
                              login_group(),
                              parameters_group(),
                              data_port_group(),
                              transfer_group(),
                              directories_group(),
                              listing_group(),
                              during_transfer_group(),
                              facts_group(),
                              features_group(),
                              addresses_group(),
                              languages_group(),
                              hosts_group(),
                              tls_group(),
                              break_in_addresses_group(),
                              break_in_files_group(),
                              break_in_load_group(),
                              break_in_login_group(),
                              break_in_protocol_group(),
                              break_in_tls_group()};
  return all;
}

}  // namespace ferry::conform
