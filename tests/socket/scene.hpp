// What suites are run for, each of them: storages, and connections in clear or under TLS.
#pragma once

#include <ostream>

#include "support/test_server.hpp"

namespace ferry::test {

enum class Protection { clear, tls_1_2, tls_1_3 };

struct Scene {
  const char* name;
  StorageKind storage;
  bool tls;
  friend std::ostream& operator<<(std::ostream& out, const Scene& self) { return out << self.name; }
};

}  // namespace ferry::test
