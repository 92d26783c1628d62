#include "conform/check.hpp"

namespace ferry::conform {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::must:
      return "MUST";
    case Level::should:
      return "SHOULD";
    case Level::may:
      return "MAY";
  }
  return {};
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::refused:
      return "refused";
    case Verdict::untried:
      return "untried";
  }
  return {};
}

}  // namespace ferry::conform
