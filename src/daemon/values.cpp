#include "values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <ranges>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "protocol/charset.hpp"
#include "protocol/ebcdic.hpp"
#include "protocol/host_name.hpp"
#include "protocol/mlst_facts.hpp"

namespace ferry {
namespace {

std::unexpected<std::string> wrong(std::string text) { return std::unexpected(std::move(text)); }

// The parts between the first colons; the last part takes what is left, so that it shows when there were too many.
std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < most) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

template <typename T>
struct Word {
  std::string_view name;
  T value;
};

template <typename T, std::size_t n>
Value<T> parse_word(std::string_view text, const std::array<Word<T>, n>& words) {
  std::string known;
  for (const Word<T>& word : words) {
    if (word.name == text) return word.value;
    known += known.empty() ? "" : ", ";
    known += word.name;
  }
  return wrong(fmt::format("is not one of the words for it; give one of {}", known));
}

}  // namespace

Value<std::uint32_t> parse_number(std::string_view text, std::uint32_t least, std::uint32_t most) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end || value < least || value > most)
    return wrong(fmt::format("is not a number that fits; give one from {} to {}", least, most));
  return value;
}

Value<std::uint16_t> parse_listening_port(std::string_view text) {
  const auto number = parse_number(text, 0, 65535);
  if (!number) return wrong("is not a port; give a number from 1 to 65535, or 0 to let the system choose");
  return static_cast<std::uint16_t>(*number);
}

Value<PortRange> parse_port_range(std::string_view text) {
  const auto parts = split(text, '-', 2);
  if (parts.size() == 2) {
    const auto first = parse_number(parts[0], 1, 65535);
    const auto last = parse_number(parts[1], 1, 65535);
    if (first && last && *first <= *last)
      return PortRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
    if (first && last) return wrong(fmt::format("ends before it begins; write {}-{}", *last, *first));
  }
  return wrong("is not a range of ports; write FROM-TO with ports from 1 to 65535, such as 50000-50999");
}

Value<std::string> parse_interface(std::string_view text) {
  if (text == "localhost" || IpAddress::parse(text)) return std::string(text);
  return wrong("is not an IP address; give an address of this machine, or localhost, or leave the option out for all");
}

Value<UserOption> parse_user(std::string_view text) {
  // The value holds a password, so no text here may quote more than the name.
  const auto parts = split(text, ':', 5);
  if (parts.size() < 3)
    return wrong("lacks a part; write NAME:PASSWORD:HOME:PERMISSIONS, where PERMISSIONS may be left out");
  if (parts[0].empty()) return wrong("has no name; write NAME:PASSWORD:HOME:PERMISSIONS");
  const std::string_view name = parts[0];
  if (name == "anonymous" || name == "ftp")
    return wrong(fmt::format(
        "would give a password to \"{}\", which logs in without one; use --anonymous, or another name", name));
  if (parts[1].empty())
    return wrong(fmt::format("gives \"{}\" no password; put one between the first two colons", name));
  if (parts[2].empty())
    return wrong(fmt::format("gives \"{}\" no home; put a directory behind the second colon", name));

  UserOption user{std::string(name), Secret(std::string(parts[1])), std::string(parts[2]), Permissions::read_only()};
  if (parts.size() == 5 && parts[4] != "admin")
    return wrong(
        "has something else than \"admin\" behind the fourth colon; neither the password nor the home may hold a "
        "colon");
  user.administrator = parts.size() == 5;
  if (parts.size() >= 4) {
    const auto permissions = Permissions::parse(parts[3]);
    if (!permissions || parts[3].empty())
      return wrong(
          fmt::format("gives \"{}\" permissions that are not letters of elradfmwMT; elr reads, elradfmwMT may do "
                      "everything (a home cannot hold a colon)",
                      name));
    user.permissions = *permissions;
  }
  return user;
}

Value<PermissionsOption> parse_permissions(std::string_view text) {
  const auto parts = split(text, ':', 4);
  if (parts.size() < 3) return wrong("lacks a part; write NAME:DIR:LETTERS, or NAME:DIR:LETTERS:all");
  if (parts[0].empty()) return wrong("has no name; write NAME:DIR:LETTERS");
  const auto directory = FtpPath::resolve(FtpPath(), parts[1]);
  if (!directory || !parts[1].starts_with('/'))
    return wrong("names no directory; write it as the user sees it, such as /pub");
  const auto permissions = Permissions::parse(parts[2]);
  if (!permissions) return wrong("holds letters that are not of elradfmwMT; elr reads, no letter forbids everything");
  const bool all = parts.size() == 4;
  if (all && parts[3] != "all") return wrong("ends in what is not \"all\"; write NAME:DIR:LETTERS:all");
  return PermissionsOption{std::string(parts[0]), {*directory, *permissions, all}};
}

Value<Permissions> parse_letters(std::string_view text) {
  const auto permissions = Permissions::parse(text);
  if (!permissions || text.empty())
    return wrong("are not letters of elradfmwMT; elr reads, elradfmwMT may do everything");
  return *permissions;
}

Value<std::vector<std::string>> parse_names(std::string_view text) {
  std::vector<std::string> names;
  for (const auto part : std::views::split(text, ',')) {
    names.emplace_back(part.begin(), part.end());
    if (names.back().empty()) return wrong("holds an empty name; write NAME,NAME,NAME");
  }
  if (names.empty()) return wrong("names nobody; write NAME,NAME,NAME");
  return names;
}

Value<SystemUserOptions::Passwords> parse_password_check(std::string_view text) {
  using Passwords = SystemUserOptions::Passwords;
  static constexpr std::array<Word<Passwords>, 2> words{{{"shadow", Passwords::shadow}, {"pam", Passwords::pam}}};
  return parse_word(text, words);
}

namespace {

// Where the next ",part=" begins; npos where none does.
std::size_t next_part(std::string_view text) {
  for (std::size_t comma = text.find(','); comma != std::string_view::npos; comma = text.find(',', comma + 1))
    for (const std::string_view part : {"dir=", "certfile=", "keyfile=", "ocsp=", "banner="})
      if (text.substr(comma + 1).starts_with(part)) return comma;
  return std::string_view::npos;
}

}  // namespace

Value<HostOption> parse_host_option(std::string_view text) {
  HostOption option;
  std::size_t end = next_part(text);
  const std::string_view name = text.substr(0, end);
  const auto domain = canonical_domain(name);
  if (!domain)
    return wrong(
        "does not begin with a domain name; write NAME, then parts such as ,dir=DIR ,certfile=FILE ,keyfile=FILE "
        ",ocsp=FILE ,banner=TEXT");
  option.host.name = *domain;
  while (end != std::string_view::npos) {
    text.remove_prefix(end + 1);
    end = next_part(text);
    const auto parts = split(text.substr(0, end), '=', 2);
    if (parts[1].empty()) return wrong(fmt::format("gives {} no value; put one behind the \"=\"", parts[0]));
    std::string& target = parts[0] == "dir"        ? option.directory
                          : parts[0] == "certfile" ? option.host.certificate_file
                          : parts[0] == "keyfile"  ? option.host.key_file
                          : parts[0] == "ocsp"     ? option.host.ocsp_file
                                                   : option.host.banner;
    target = parts[1];
  }
  return option;
}

Value<HostUserOption> parse_host_user(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto host = canonical_domain(text.substr(0, colon));
  if (!host || colon == std::string_view::npos)
    return wrong("does not begin with a host; write HOST:NAME:PASSWORD:HOME:PERMISSIONS");
  auto user = parse_user(text.substr(colon + 1));
  if (!user) return wrong(std::move(user).error());
  return HostUserOption{*host, *std::move(user)};
}

Value<NetworkEncoding> parse_network_encoding(std::string_view text) {
  const auto parts = split(text, '=', 2);
  const auto network = Network::parse(parts[0]);
  if (!network || parts.size() < 2)
    return wrong("is not a network with its encoding; write NETWORK=CHARSET, such as 192.0.2.0/24=ISO-8859-1");
  auto encoding = parse_encoding(std::string(parts[1]));
  if (!encoding) return wrong(std::move(encoding).error());
  return NetworkEncoding{*network, *std::move(encoding)};
}

Value<SandboxOption> parse_sandbox(std::string_view text) {
  constexpr std::array layers{SandboxLayer::capabilities, SandboxLayer::no_new_privs, SandboxLayer::landlock,
                              SandboxLayer::seccomp};
  SandboxOption option;
  if (text == "prefer") return option;
  if (text == "off") return SandboxOption{.off = true, .demanded = {}};
  if (text == "require") return SandboxOption{.off = false, .demanded = {layers.begin(), layers.end()}};
  for (std::string_view rest = text;;) {
    const std::size_t end = rest.find(',');
    const auto found = std::ranges::find(layers, rest.substr(0, end), name_of);
    if (found == layers.end())
      return wrong("is no mode; give prefer, require or off, or some of capabilities,no_new_privs,landlock,seccomp");
    option.demanded.push_back(*found);
    if (end == std::string_view::npos) return option;
    rest.remove_prefix(end + 1);
  }
}

Value<std::string> parse_encoding(const std::string& text) {
  try {
    const Charset known(text);
    return text;
  } catch (const std::invalid_argument&) {
    return wrong(
        "is not known here, or changes the characters of US-ASCII; `iconv -l` lists what is known, UTF-8 is the "
        "default");
  }
}

Value<std::string> parse_code_page(const std::string& text) {
  try {
    const EbcdicTable known(text);
    return text;
  } catch (const std::invalid_argument&) {
    return wrong("is no EBCDIC code page known here; `iconv -l` lists what is known, IBM1047 is the default");
  }
}

Value<std::pair<std::string, std::string>> parse_media_type(std::string_view text) {
  const auto parts = split(text, '=', 2);
  if (parts.size() < 2 || parts[0].empty() || !is_media_type(parts[1]))
    return wrong("is not the end of names with their type; write SUFFIX=TYPE, such as .pdf=application/pdf");
  return std::pair(std::string(parts[0]), std::string(parts[1]));
}

Value<LogLevel> parse_log_level(std::string_view text) {
  static constexpr std::array<Word<LogLevel>, 5> words{{{"debug", LogLevel::debug},
                                                        {"info", LogLevel::info},
                                                        {"warning", LogLevel::warning},
                                                        {"error", LogLevel::error},
                                                        {"off", LogLevel::off}}};
  return parse_word(text, words);
}

Value<LogFormat> parse_log_format(std::string_view text) {
  static constexpr std::array<Word<LogFormat>, 2> words{{{"text", LogFormat::text}, {"json", LogFormat::json}}};
  return parse_word(text, words);
}

Value<Atomicity> parse_atomicity(std::string_view text) {
  static constexpr std::array<Word<Atomicity>, 3> words{
      {{"off", Atomicity::off}, {"new", Atomicity::new_files}, {"always", Atomicity::always}}};
  return parse_word(text, words);
}

Value<Durability> parse_durability(std::string_view text) {
  static constexpr std::array<Word<Durability>, 3> words{
      {{"none", Durability::none}, {"file", Durability::file}, {"full", Durability::full}}};
  return parse_word(text, words);
}

Value<std::uint64_t> parse_octets(std::string_view text) {
  constexpr std::string_view units = "KMG";
  const std::size_t unit = text.empty() ? std::string_view::npos : units.find(text.back());
  const auto number = parse_number(text.substr(0, text.size() - (unit == std::string_view::npos ? 0 : 1)), 1,
                                   std::numeric_limits<std::uint32_t>::max());
  if (!number) return wrong("is not a number of octets; give one such as 500K, 10M or 1G");
  return std::uint64_t{*number} << (unit == std::string_view::npos ? 0 : 10 * (unit + 1));
}

Value<ForUser> parse_for_user(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return ForUser{.name = {}, .value = text};
  if (colon == 0) return wrong("has no name before the colon; write NAME:VALUE, or VALUE for everybody");
  return ForUser{.name = std::string(text.substr(0, colon)), .value = text.substr(colon + 1)};
}

Value<SessionReuse> parse_session_reuse(std::string_view text) {
  static constexpr std::array<Word<SessionReuse>, 3> words{
      {{"require", SessionReuse::require}, {"prefer", SessionReuse::prefer}, {"off", SessionReuse::off}}};
  return parse_word(text, words);
}

Value<TlsVersion> parse_tls_version(std::string_view text) {
  static constexpr std::array<Word<TlsVersion>, 2> words{{{"1.2", TlsVersion::v1_2}, {"1.3", TlsVersion::v1_3}}};
  return parse_word(text, words);
}

Value<ClientCertificates> parse_client_certificates(std::string_view text) {
  static constexpr std::array<Word<ClientCertificates>, 3> words{{{"off", ClientCertificates::off},
                                                                  {"optional", ClientCertificates::optional},
                                                                  {"required", ClientCertificates::required}}};
  return parse_word(text, words);
}

Value<CertificateName> parse_certificate_name(std::string_view text) {
  static constexpr std::array<Word<CertificateName>, 3> words{{{"cn", CertificateName::common_name},
                                                               {"dns", CertificateName::dns_name},
                                                               {"email", CertificateName::email_address}}};
  return parse_word(text, words);
}

Value<Globs> parse_globs(std::string_view text) {
  static constexpr std::array<Word<Globs>, 3> words{
      {{"off", Globs::off}, {"plain", Globs::plain}, {"full", Globs::full}}};
  return parse_word(text, words);
}

}  // namespace ferry
