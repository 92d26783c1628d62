// The digests of one transfer, computed while its octets pass.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "transfer/digest.hpp"

namespace ferry {

class Digesters {
 public:
  // Null where nothing is asked for.
  static std::unique_ptr<Digesters> make(const std::vector<DigestKind>& kinds) {
    if (kinds.empty()) return nullptr;
    auto all = std::make_unique<Digesters>();
    for (const DigestKind kind : kinds) all->running_.emplace_back(kind, Digester(kind));
    return all;
  }

  void update(std::span<const std::byte> octets) {
    for (auto& [kind, digester] : running_) digester.update(octets);
  }

  // Of all octets; there must be no further ones.
  const std::vector<Digest>& results() {
    for (auto& [kind, digester] : std::exchange(running_, {}))
      results_.push_back({.kind = kind, .hex = digester.finish()});
    return results_;
  }

 private:
  std::vector<std::pair<DigestKind, Digester>> running_;
  std::vector<Digest> results_;
};

}  // namespace ferry
