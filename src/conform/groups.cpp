#include "conform/groups.hpp"

#include <array>

#include "conform/checks/groups_of_checks.hpp"

namespace ferry::conform {

std::span<const Group> groups() {
  static const std::array all{control_group,  login_group,       parameters_group, data_port_group,
                              transfer_group, directories_group, listing_group,    during_transfer_group,
                              facts_group,    features_group,    addresses_group,  languages_group,
                              hosts_group,    tls_group};
  return all;
}

}  // namespace ferry::conform
