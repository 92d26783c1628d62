// What a check is: one row of a table, and how it may end.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ferry::conform {

class Visit;

enum class Level : std::uint8_t { must, should, may };

// `refused`: the server says that it does not offer the feature. `untried`: something that the check needs could not be
// had (a right, a file, TLS), so nothing was found out.
enum class Verdict : std::uint8_t { passed, failed, refused, untried };

struct Check {
  std::string_view id;       // the rule that it shows, or the failure that it prevents
  std::string_view rfc;      // "RFC 959"; "practice" where no RFC has the rule
  std::string_view section;  // "4.1.2"
  Level level;
  std::string_view title;
  // Returns where the server does right; ends otherwise with one of the functions below, or with a user_pi::Failure,
  // which counts as failed.
  void (*run)(Visit& visit);
};

// Checks about one subject, the name of a file of src/conform/checks.
struct Group {
  std::string_view name;
  std::span<const Check> checks;
};

// How a check ends when it does not return.
struct Outcome {
  Verdict verdict = Verdict::passed;
  std::string wanted;
  std::string came;
};

[[noreturn]] inline void fail(std::string wanted, std::string came) {
  throw Outcome{Verdict::failed, std::move(wanted), std::move(came)};
}
[[noreturn]] inline void refused(std::string wanted, std::string came) {
  throw Outcome{Verdict::refused, std::move(wanted), std::move(came)};
}
[[noreturn]] inline void untried(std::string why) { throw Outcome{Verdict::untried, {}, std::move(why)}; }

// Fails unless `holds`.
inline void require(bool holds, std::string_view wanted, std::string_view came) {
  if (!holds) fail(std::string(wanted), std::string(came));
}

std::string_view name_of(Level level);      // "MUST"
std::string_view name_of(Verdict verdict);  // "passed"

}  // namespace ferry::conform
