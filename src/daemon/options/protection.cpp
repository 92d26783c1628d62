// Which rights the program gives up.
#include <grp.h>
#include <pwd.h>

#include <algorithm>

#include "options/groups.hpp"
#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view protection = "Protection of this machine";

SetResult set_run_as(Options& options, const std::string& name) {
  const passwd* const found = ::getpwnam(name.c_str());
  if (found == nullptr) return std::unexpected("is no user of this machine; make one with `useradd --system`");
  if (found->pw_uid == 0) return std::unexpected("is root; name a user that has no other rights");
  RunAs run_as{.name = name, .identity = {.user = found->pw_uid, .group = found->pw_gid}};
  int count = 0;
  ::getgrouplist(name.c_str(), run_as.identity.group, nullptr, &count);
  run_as.identity.groups.resize(static_cast<std::size_t>(std::max(count, 1)));
  count = static_cast<int>(run_as.identity.groups.size());
  if (::getgrouplist(name.c_str(), run_as.identity.group, run_as.identity.groups.data(), &count) < 0) count = 0;
  run_as.identity.groups.resize(static_cast<std::size_t>(count));
  options.run_as = std::move(run_as);
  return {};
}

const OptionRow protection_rows[] = {
    {.group = protection,
     .names = "--run-as",
     .value = "NAME",
     .help =
         "serve as this user of the machine, when ferry is started as root: it becomes that user once the ports are "
         "bound and the certificates read",
     .set = set_run_as},
    {.group = protection,
     .names = "--sandbox",
     .value = "MODE",
     .help =
         "give up the rights that these options do not need: prefer (as far as the kernel can; the default), require "
         "(do not start without all layers), off, or the layers that must be there, with commas between them: "
         "capabilities, no_new_privs, landlock, seccomp",
     .set = [](Options& o, const std::string& v) { return assign(parse_sandbox(v), o.sandbox); }},
};

}  // namespace

std::span<const OptionRow> protection_options() { return protection_rows; }

}  // namespace ferry
