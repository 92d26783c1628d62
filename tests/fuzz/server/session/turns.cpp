#include "fuzz/server/session/turns.hpp"

#include "session/dispatch.hpp"

namespace ferry::fuzz {

namespace {

constexpr std::size_t most_readings = 64;

}  // namespace

void Turns::sent(std::string_view octets) {
  reader_.feed(octets);
  while (const auto line = reader_.next()) {
    Known known;
    if (*line) {
      foreign_ = foreign_ || is_foreign_verb((*line)->verb);
      const FoundCommand found = find_command(**line, commands_);
      known.spec = found.spec;
      if (found.spec)
        known.at_once = found.spec->during_transfer == DuringTransfer::at_once ||
                        (found.spec->at_once_with && found.spec->at_once_with(found.argument));
    } else if (line->error() == LineErrc::too_long) {
      ++too_long_;
    }
    std::set<Waiting> readings;
    for (Waiting reading : readings_) {
      reading.push_back(known_.size());
      readings.insert(std::move(reading));
    }
    readings_ = std::move(readings);
    known_.push_back(known);
  }
}

bool Turns::may_get(std::size_t number, int code) const {
  const CommandSpec* const spec = known_[number].spec;
  return spec ? spec->may_reply(code) : code == 500 || code == 501;
}

bool Turns::occupies(std::size_t number) const {
  const CommandSpec* const spec = known_[number].spec;
  return spec && (spec->transfers || spec->takes_long);
}

bool Turns::takes(int code) {
  if (given_up_) return true;
  std::set<Waiting> next;
  for (const Waiting& reading : readings_) {
    if (reading.empty()) continue;
    if (may_get(reading[0], code)) next.emplace(reading.begin() + 1, reading.end());
    if (reading.size() > 1 && occupies(reading[0]) && known_[reading[1]].at_once && may_get(reading[1], code)) {
      Waiting rest(reading);
      rest.erase(rest.begin() + 1);
      next.insert(std::move(rest));
    }
  }
  readings_ = std::move(next);
  given_up_ = readings_.size() > most_readings;
  return !readings_.empty();
}

}  // namespace ferry::fuzz
