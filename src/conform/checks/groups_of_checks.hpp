// The groups, each defined by the file of its name.
#pragma once

#include "conform/check.hpp"

namespace ferry::conform {

Group control_group();
Group login_group();
Group parameters_group();
Group data_port_group();
Group transfer_group();
Group directories_group();
Group listing_group();
Group during_transfer_group();
Group facts_group();
Group features_group();
Group addresses_group();
Group languages_group();
Group hosts_group();
Group tls_group();
Group break_in_addresses_group();
Group break_in_files_group();
Group break_in_load_group();
Group break_in_login_group();
Group break_in_protocol_group();
Group break_in_tls_group();

}  // namespace ferry::conform
