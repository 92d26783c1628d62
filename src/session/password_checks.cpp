#include "session/password_checks.hpp"

#include <algorithm>
#include <limits>

#include "base/origin.hpp"

namespace ferry {

namespace {

std::size_t or_no_limit(std::uint32_t count) { return count == 0 ? std::numeric_limits<std::size_t>::max() : count; }

std::size_t half_of(std::size_t count) { return count / 2 + count % 2; }

}  // namespace

PasswordChecks::PasswordChecks(std::uint32_t most_at_once, std::uint32_t most_waiting)
    : most_(or_no_limit(most_at_once)),
      most_of_origin_(half_of(most_)),
      most_waiting_(or_no_limit(most_waiting)),
      most_waiting_of_origin_(half_of(most_waiting_)) {}

PasswordChecks::Entering PasswordChecks::enter(Loop& loop, const IpAddress& peer, Clock::duration longest) {
  return {*this, loop, origin_of(peer), longest};
}

bool PasswordChecks::has_place(const Origin& origin) const {
  return checked_ < most_ && origin.checked < most_of_origin_;
}

void PasswordChecks::begin(Origin& origin) {
  ++checked_;
  ++origin.checked;
}

// Each origin with somebody who waits is in turns_ once; it goes to the end when it had its turn.
void PasswordChecks::begin_next() {
  while (checked_ < most_) {
    const auto turn = std::ranges::find_if(turns_, [this](const IpAddress& o) { return has_place(origins_.at(o)); });
    if (turn == turns_.end()) return;
    const IpAddress address = *turn;
    turns_.erase(turn);
    Origin& origin = origins_.at(address);
    Entering& next = *origin.waiting.front();
    origin.waiting.pop_front();
    --waiting_;
    if (!origin.waiting.empty()) turns_.push_back(address);
    begin(origin);
    next.admitted_ = true;
    next.loop_.post([h = next.handle_] { h.resume(); });
  }
}

void PasswordChecks::forget_if_idle(Origins::iterator origin) {
  if (origin->second.checked == 0 && origin->second.waiting.empty()) origins_.erase(origin);
}

PasswordChecks::Admission PasswordChecks::admit(Entering& entering) {
  const std::lock_guard lock(mutex_);
  const auto found = origins_.try_emplace(entering.origin_).first;
  Origin& origin = found->second;
  if (origin.waiting.empty() && has_place(origin)) {
    begin(origin);
    return Admission::at_once;
  }
  if (waiting_ >= most_waiting_ || origin.waiting.size() >= most_waiting_of_origin_) {
    forget_if_idle(found);
    return Admission::refused;
  }
  if (origin.waiting.empty()) turns_.push_back(entering.origin_);
  origin.waiting.push_back(&entering);
  ++waiting_;
  return Admission::waits;
}

bool PasswordChecks::give_up(Entering& entering) {
  const std::lock_guard lock(mutex_);
  const auto found = origins_.find(entering.origin_);
  if (found == origins_.end() || std::erase(found->second.waiting, &entering) == 0) return false;
  --waiting_;
  if (found->second.waiting.empty()) std::erase(turns_, entering.origin_);
  forget_if_idle(found);
  return true;
}

void PasswordChecks::leave(const IpAddress& address) {
  const std::lock_guard lock(mutex_);
  const auto found = origins_.find(address);
  --checked_;
  --found->second.checked;
  begin_next();
  forget_if_idle(found);
}

PasswordChecks::Entering::Entering(PasswordChecks& checks, Loop& loop, const IpAddress& origin, Clock::duration longest)
    : checks_(checks), loop_(loop), origin_(origin), longest_(longest), deadline_(loop, [this] {
        if (checks_.give_up(*this)) loop_.post([h = handle_] { h.resume(); });
      }) {}

bool PasswordChecks::Entering::await_suspend(std::coroutine_handle<> h) {
  // From the moment when we are in the queue another loop may admit us. We go on on this thread, so not before we have
  // returned.
  handle_ = h;
  const Admission admission = checks_.admit(*this);
  if (admission == Admission::waits) {
    deadline_.set_after(longest_);
    return true;
  }
  admitted_ = admission == Admission::at_once;
  return false;
}

}  // namespace ferry
