// HOST: virtual hosts (RFC 7151).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

Reply host(Dialogue& dialogue, const char* line, const Codes& codes) { return dialogue.want(line, codes); }

void host_after_login(Visit& visit) {
  Dialogue dialogue = visit.login();
  host(dialogue, "HOST ftp.example.org", {503});
}

void host_with_a_port(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  host(dialogue, "HOST ftp.example.org:21", {501});
}

void malformed_host(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  host(dialogue, "HOST [1::zz]", {501});
}

void unknown_host(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  const Reply reply = dialogue.command("HOST no-such-host.invalid");
  if (reply.code == 500 || reply.code == 502) refused("HOST of an unknown host: 504", reply.shown());
  require(reply.code == 504, "HOST of an unknown host: 504", reply.shown());
}

void foreign_address(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  const Reply reply = dialogue.command("HOST 192.0.2.99");
  if (reply.code == 500 || reply.code == 502) refused("HOST of a foreign address: 504", reply.shown());
  require(reply.code == 504, "HOST of a foreign address: 504", reply.shown());
}

void feat_host(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply reply = dialogue.command("HOST ftp.example.org");
  if (reply.is_refusal()) refused("HOST and its line of FEAT", reply.shown());
  require_feature(dialogue, "HOST");
}

void login_without_host(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  const Reply probe = dialogue.command("HOST");
  if (probe.code == 500 || probe.code == 502) refused("HOST", probe.shown());
  const Reply login = dialogue.try_login(visit.target().user, visit.target().password);
  require(login.code == 230, "a login without HOST: 230", login.shown());
}

constexpr Check checks[] = {
    {"host-after-login-is-503", "RFC 7151", "3.1", Level::must, "HOST comes before the login", host_after_login},
    {"host-with-a-port-is-501", "RFC 7151", "3.1", Level::must, "HOST takes no port", host_with_a_port},
    {"malformed-host-is-501", "RFC 7151", "3.3", Level::should, "HOST of what is no name", malformed_host},
    {"unknown-host-is-504", "RFC 7151", "3.3", Level::should, "HOST of a name that is not served", unknown_host},
    {"foreign-address-as-host-is-504", "RFC 7151", "3.1", Level::must, "HOST of an address that is not the server's",
     foreign_address},
    {"feat-lists-host", "RFC 7151", "3.5", Level::must, "HOST is in FEAT", feat_host},
    {"login-without-host", "RFC 7151", "3.3", Level::should, "HOST is not necessary", login_without_host},
};

}  // namespace

constinit const Group hosts_group{"hosts", checks};

}  // namespace ferry::conform
