#include <ferry/testing/fault_script.hpp>

#include <algorithm>
#include <condition_variable>
#include <optional>

#include "dead_port.hpp"

namespace ferry::testing {

namespace {

// What `fault` has left open is as `other` says.
void add_to(ReplyFault& fault, const ReplyFault& other) {
  if (fault.delay.count() == 0) fault.delay = other.delay;
  if (fault.control == ControlFault::none && !fault.silence && !fault.text) {
    fault.control = other.control;
    fault.silence = other.silence;
    fault.text = other.text;
  }
}

void add_to(Fault& fault, const Fault& other) {
  add_to(fault.reply, other.reply);
  add_to(fault.final_reply, other.final_reply);
  if (fault.data == DataFault::none) {
    fault.data = other.data;
    fault.octets = other.octets;
  }
  if (fault.announced_port == 0) fault.announced_port = other.announced_port;
}

}  // namespace

struct FaultScript::Impl {
  struct Entry {
    FaultRule rule;
    std::uint32_t seen = 0;  // commands of its verb
  };

  mutable std::mutex mutex;
  mutable std::condition_variable heard;
  std::vector<Entry> entries;
  std::vector<Line> conversation;
  // Made when a rule needs them, and kept: a client may still be trying.
  std::optional<DeadPort> refusing;
  std::optional<DeadPort> mute;

  void record(std::uint64_t session, bool from_client, std::string_view text) {
    conversation.push_back({session, from_client, std::string(text)});
  }
};

FaultScript::FaultScript() : impl_(std::make_unique<Impl>()) {}
FaultScript::~FaultScript() = default;

void FaultScript::add(FaultRule rule) {
  const std::lock_guard lock(impl_->mutex);
  if (rule.port == FaultRule::Port::refused) {
    if (!impl_->refusing) impl_->refusing.emplace(DeadPort::Kind::refusing);
    rule.fault.announced_port = impl_->refusing->port();
  } else if (rule.port == FaultRule::Port::unanswered) {
    if (!impl_->mute) impl_->mute.emplace(DeadPort::Kind::mute);
    rule.fault.announced_port = impl_->mute->port();
  }
  impl_->entries.push_back({std::move(rule)});
}

void FaultScript::clear() {
  const std::lock_guard lock(impl_->mutex);
  impl_->entries.clear();
}

std::vector<Line> FaultScript::conversation() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->conversation;
}

std::vector<std::string> FaultScript::lines(std::uint64_t session) const {
  std::vector<std::string> lines;
  for (const Line& line : conversation())
    if (session == 0 || line.session == session) lines.push_back((line.from_client ? "> " : "< ") + line.text);
  return lines;
}

std::vector<std::string> FaultScript::commands(std::uint64_t session) const {
  std::vector<std::string> commands;
  for (const Line& line : conversation())
    if (line.from_client && (session == 0 || line.session == session)) commands.push_back(line.text);
  return commands;
}

bool FaultScript::wait_for_command(std::string_view beginning, std::chrono::milliseconds patience) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->heard.wait_for(lock, patience, [&] {
    return std::ranges::any_of(impl_->conversation,
                               [&](const Line& line) { return line.from_client && line.text.starts_with(beginning); });
  });
}

void FaultScript::forget_conversation() {
  const std::lock_guard lock(impl_->mutex);
  impl_->conversation.clear();
}

Fault FaultScript::on_command(std::uint64_t session, std::string_view verb, std::string_view line) {
  const std::lock_guard lock(impl_->mutex);
  if (!line.empty()) impl_->record(session, true, line);
  impl_->heard.notify_all();
  Fault fault;
  for (Impl::Entry& entry : impl_->entries) {
    const FaultRule& rule = entry.rule;
    if (rule.verb != verb && (rule.verb != "*" || verb == "CONNECT")) continue;
    ++entry.seen;
    if (rule.occurrence == 0 || rule.occurrence == entry.seen) add_to(fault, rule.fault);
  }
  return fault;
}

void FaultScript::on_reply(std::uint64_t session, std::string_view lines) {
  const std::lock_guard lock(impl_->mutex);
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    impl_->record(session, false, lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 2);
  }
}

}  // namespace ferry::testing
