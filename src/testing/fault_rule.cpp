#include <ferry/testing/fault_rule.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <optional>

namespace ferry::testing {

namespace {

using Error = std::unexpected<std::string>;

constexpr std::uint32_t most_seconds = 86'400;

// The parts of "VERB#N:NAME=VALUE@OCTET".
struct Parts {
  std::string verb;
  std::uint32_t occurrence = 0;
  std::string_view name;
  std::optional<std::string_view> value;
  std::optional<std::uint64_t> octet;
};

template <typename T>
std::optional<T> whole_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::expected<std::chrono::milliseconds, std::string> seconds(std::optional<std::string_view> text) {
  double number = 0;
  if (text) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    const bool whole = !text->empty() && error == std::errc() && end == text->data() + text->size();
    if (whole && number >= 0 && number <= most_seconds)
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(number));
  }
  return Error("needs a number of seconds; write delay=0.5");
}

bool is_verb(std::string_view text) {
  if (text == "*") return true;
  const std::size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    if (text.substr(0, space) != "SITE") return false;
    text.remove_prefix(space + 1);
  }
  const auto is_letter_or_digit = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 16 && std::ranges::all_of(text, is_letter_or_digit);
}

std::expected<Parts, std::string> split(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Error("has no colon; write VERB:FAULT, such as RETR:drop@1000");
  Parts parts;
  std::string_view verb = text.substr(0, colon);
  if (const std::size_t hash = verb.find('#'); hash != std::string_view::npos) {
    const auto occurrence = whole_number<std::uint32_t>(verb.substr(hash + 1));
    if (!occurrence || *occurrence == 0)
      return Error("has no number behind #; write RETR#2:... for the second RETR, RETR:... for each");
    parts.occurrence = *occurrence;
    verb = verb.substr(0, hash);
  }
  std::ranges::transform(verb, std::back_inserter(parts.verb),
                         [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
  if (!is_verb(parts.verb))
    return Error("does not begin with a command; write its verb, or CONNECT for the greeting, or * for every command");

  parts.name = text.substr(colon + 1);
  // What follows reply= is the reply, whatever is in it.
  if (const std::size_t equals = parts.name.find('='); equals != std::string_view::npos) {
    parts.value = parts.name.substr(equals + 1);
    parts.name = parts.name.substr(0, equals);
    return parts;
  }
  if (const std::size_t at = parts.name.find('@'); at != std::string_view::npos) {
    parts.octet = whole_number<std::uint64_t>(parts.name.substr(at + 1));
    if (!parts.octet) return Error("has no number of octets behind @; write drop@1000");
    parts.name = parts.name.substr(0, at);
  }
  return parts;
}

constexpr const char* transferring_verbs = "RETR, STOR, STOU, APPE, LIST, NLST, MLSD or *";

bool has_data_connection(std::string_view verb) {
  static constexpr std::string_view verbs[] = {"*", "RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD"};
  return std::ranges::find(verbs, verb) != std::end(verbs);
}

// "TLS" and "DISK" are no commands: they stand for all handshakes, and for all operations of the storage.
std::expected<FaultRule, std::string> server_rule(const Parts& parts) {
  FaultRule rule{.verb = parts.verb};
  if (parts.occurrence != 0) return Error("counts what cannot be counted; leave # and the number out");
  if (parts.verb == "TLS") {
    if (parts.name != "no-resumption" || parts.value || parts.octet)
      return Error("asks for what TLS cannot do wrong here; write TLS:no-resumption");
    rule.no_resumption = true;
    return rule;
  }
  if (parts.name != "delay" || parts.octet)
    return Error("asks for what a disk cannot do wrong here; write DISK:delay=SECONDS");
  const auto delay = seconds(parts.value);
  if (!delay) return Error(delay.error());
  rule.disk_delay = *delay;
  return rule;
}

std::expected<FaultRule, std::string> data_rule(const Parts& parts, DataFault fault) {
  if (!has_data_connection(parts.verb))
    return Error("wants to cut a data connection that " + parts.verb + " does not have; give " + transferring_verbs);
  return FaultRule{
      .verb = parts.verb, .occurrence = parts.occurrence, .fault = {.data = fault, .octets = parts.octet.value_or(0)}};
}

std::expected<FaultRule, std::string> port_rule(const Parts& parts, FaultRule::Port port) {
  if (parts.verb != "PASV" && parts.verb != "EPSV")
    return Error("is about a port that " + parts.verb + " does not announce; give PASV or EPSV");
  return FaultRule{.verb = parts.verb, .occurrence = parts.occurrence, .fault = {}, .port = port};
}

// What stands for a reply: that of the command, or (`final`) that to the end of its transfer.
std::expected<FaultRule, std::string> reply_rule(const Parts& parts, std::string_view name, bool final) {
  FaultRule rule{.verb = parts.verb, .occurrence = parts.occurrence, .fault = {}};
  ReplyFault& fault = final ? rule.fault.final_reply : rule.fault.reply;
  if (name == "reply") {
    if (!parts.value || parts.value->empty())
      return Error("has no reply; write " + std::string(parts.name) + "=\"451 Try later.\"");
    fault.text = std::string(*parts.value);
  } else if (name == "delay") {
    const auto delay = seconds(parts.value);
    if (!delay) return Error(delay.error());
    fault.delay = *delay;
  } else if (name == "silence") {
    fault.silence = true;
  } else if (name == "hangup") {
    fault.control = ControlFault::hang_up;
  } else if (name == "reset") {
    fault.control = ControlFault::reset;
  } else {
    return Error(
        "names no fault; give one of drop, close, stall, reply, silence, hangup, reset, delay, refused, unanswered, or "
        "one for the end of a transfer: final-reply, final-silence, final-hangup, final-reset, final-delay");
  }
  return rule;
}

}  // namespace

std::expected<FaultRule, std::string> parse_fault_rule(std::string_view text) {
  constexpr std::string_view final_prefix = "final-";
  const auto parts = split(text);
  if (!parts) return Error(parts.error());
  if (parts->verb == "TLS" || parts->verb == "DISK") return server_rule(*parts);

  std::string_view name = parts->name;
  const bool final = name.starts_with(final_prefix);
  if (final) name.remove_prefix(final_prefix.size());
  const bool cuts = !final && (name == "drop" || name == "close" || name == "stall");
  const bool valued = name == "reply" || name == "delay";
  if (parts->octet && !cuts) return Error("has octets behind @ that " + std::string(parts->name) + " does not count");
  if (parts->value && !valued) return Error("has a value behind = that " + std::string(parts->name) + " does not take");
  if (final) {
    auto rule = reply_rule(*parts, name, final);
    if (rule && !has_data_connection(parts->verb))
      return Error("is about the end of a transfer, and " + parts->verb + " makes none; give " + transferring_verbs);
    return rule;
  }

  if (name == "drop") return data_rule(*parts, DataFault::reset);
  if (name == "close") return data_rule(*parts, DataFault::close);
  if (name == "stall") return data_rule(*parts, DataFault::stall);
  if (name == "refused") return port_rule(*parts, FaultRule::Port::refused);
  if (name == "unanswered") return port_rule(*parts, FaultRule::Port::unanswered);
  return reply_rule(*parts, name, final);
}

}  // namespace ferry::testing
