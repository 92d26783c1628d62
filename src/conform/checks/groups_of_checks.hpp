// The groups, each defined by the file of its name.
#pragma once

#include "conform/check.hpp"

namespace ferry::conform {

extern const Group control_group;
extern const Group login_group;
extern const Group parameters_group;
extern const Group data_port_group;
extern const Group transfer_group;
extern const Group directories_group;
extern const Group listing_group;
extern const Group during_transfer_group;
extern const Group facts_group;
extern const Group features_group;
extern const Group addresses_group;
extern const Group languages_group;
extern const Group hosts_group;
extern const Group tls_group;
extern const Group break_in_addresses_group;
extern const Group break_in_files_group;
extern const Group break_in_load_group;
extern const Group break_in_login_group;
extern const Group break_in_protocol_group;
extern const Group break_in_tls_group;

}  // namespace ferry::conform
