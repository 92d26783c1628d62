// A server whose events are told to a test.
#pragma once

#include <ferry/events.hpp>
#include <memory>

#include "support/test_server.hpp"

namespace ferry::test {

inline ServerSetup told(const std::shared_ptr<Events>& events) {
  ServerSetup setup;
  setup.configure = [events](Config& config) { config.events = events; };
  return setup;
}

}  // namespace ferry::test
