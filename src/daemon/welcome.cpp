#include "welcome.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

namespace ferry {
namespace {

std::string url(std::string_view scheme, std::string_view address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string_view::npos;
  return fmt::format("{}://{}{}{}:{}", scheme, v6 ? "[" : "", address, v6 ? "]" : "", port);
}

std::string shown(const Options& o, const std::string& directory) {
  if (o.memory) return directory.empty() ? "an empty tree in memory" : "a copy in memory of " + directory;
  std::error_code error;
  const auto full = std::filesystem::canonical(directory, error);
  return error ? directory : full.string();
}

// One line for each login: where it starts, who it is for, what it may do.
void add_shares(std::string& out, const Options& o) {
  const auto line = [&out, &o](std::string_view directory, std::string_view who, std::string_view how) {
    out += fmt::format("  {}  for {}, {}\n", shown(o, std::string(directory)), who, how);
  };
  const std::string directory = o.shared_directory();
  const char* const writing = "reading and writing";
  const char* const reading = "reading";
  if (o.username) line(directory, *o.username, o.write ? writing : reading);
  if (o.anonymous_allowed()) {
    line(o.anonymous_home.empty() ? directory : o.anonymous_home, "everybody (anonymous)",
         o.write && !o.username ? writing : reading);
  }
  for (const UserOption& user : o.users) line(user.home, user.name, user.permissions.letters());
  if (o.system_users)
    out += fmt::format("  {}  for the users of this machine, {}\n",
                       o.system_users->confined ? "the own home" : "everything", o.system_users->permissions.letters());
}

// As one word of a shell command.
std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

// Lines that work when they are pasted into a shell of this machine.
void add_examples(std::string& out, const Options& o, const Started& s) {
  std::string user;
  if (o.username)
    user = *o.username;
  else if (!o.anonymous_allowed())
    user = o.users.empty() ? "NAME" : o.users.front().name;
  const std::string& address = s.addresses.back();
  const std::string server = url("ftp", address, s.port);
  std::string curl = "curl ";
  std::string lftp = "lftp ";
  if (!s.fingerprint.empty()) {
    const auto parsed = IpAddress::parse(address);
    // The self-signed certificate names the loopback addresses; another one names who knows what.
    if (s.self_signed && parsed && parsed->is_loopback()) {
      curl += fmt::format("--ssl-reqd --cacert {} ", shell_word(s.certificate_file));
      lftp += fmt::format("-e {} ", shell_word(fmt::format("set ssl:ca-file \"{}\"", s.certificate_file)));
    } else {
      curl += "--ssl-reqd --insecure ";
      lftp += "-e 'set ssl:verify-certificate no' ";
    }
  }
  if (!user.empty()) {
    curl += fmt::format("-u {} ", shell_word(user));
    lftp += fmt::format("-u {} ", shell_word(user));
  }
  out += fmt::format("To try it here:\n  {}{}/\n  {}{}\n", curl, server, lftp, server);
}

}  // namespace

std::string welcome_text(const Options& o, const Started& s) {
  std::string out = "ferry shares\n";
  add_shares(out, o);
  out += "at\n";
  for (const std::string& address : s.addresses) out += fmt::format("  {}\n", url("ftp", address, s.port));
  if (s.implicit_port != 0)
    for (const std::string& address : s.addresses) out += fmt::format("  {}\n", url("ftps", address, s.implicit_port));
  if (!s.fingerprint.empty()) {
    out += fmt::format("with the certificate\n  {}\n  SHA-256 fingerprint {}\n", s.certificate_file, s.fingerprint);
  }
  if (!s.confined.empty()) out += fmt::format("confined by\n  {}\n", s.confined);
  if (o.run_as) out += fmt::format("as the user\n  {}\n", o.run_as->name);
  add_examples(out, o, s);
  out += "Press Ctrl-C to stop.\n";
  return out;
}

std::vector<std::string> reachable_addresses(const std::string& interface) {
  if (interface == "localhost") return {"127.0.0.1"};
  const auto one = IpAddress::parse(interface);
  if (one && !one->is_unspecified()) return {one->text()};

  std::vector<std::string> v4;
  std::vector<std::string> v6;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) == 0) {
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
      if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_LOOPBACK) != 0)
        continue;
      std::array<char, INET6_ADDRSTRLEN> text{};
      if (entry->ifa_addr->sa_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, entry->ifa_addr, sizeof address);
        v4.emplace_back(inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size()));
      } else if (entry->ifa_addr->sa_family == AF_INET6) {
        sockaddr_in6 address{};
        std::memcpy(&address, entry->ifa_addr, sizeof address);
        if (!IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr))
          v6.emplace_back(inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size()));
      }
    }
  }
  const bool only_v4 = one && one->is_v4();
  const bool only_v6 = one && one->is_v6();
  std::vector<std::string> all;
  if (!only_v6) all.insert(all.end(), v4.begin(), v4.end());
  if (!only_v4) all.insert(all.end(), v6.begin(), v6.end());
  all.emplace_back(only_v6 ? "::1" : "127.0.0.1");
  return all;
}

}  // namespace ferry
