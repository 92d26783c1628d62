// HOST: virtual hosts (RFC 7151).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

// Where HOST is not known, some servers look whether somebody is logged in before they say so.
Reply host(Dialogue& dialogue, const std::string& line, const Codes& codes) {
  const std::string wanted = line + ": " + codes.shown();
  const Reply reply = dialogue.command(line);
  if (reply.code == 500 || reply.code == 502 || reply.code == 530) refused(wanted, reply.shown());
  require(codes.contain(reply.code), wanted, reply.shown());
  return reply;
}

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
  host(dialogue, "HOST no-such-host.invalid", {504});
}

void foreign_address(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  host(dialogue, "HOST 192.0.2.99", {504});
}

void feat_host(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply reply = dialogue.command("HOST ftp.example.org");
  if (reply.is_refusal()) refused("HOST and its line of FEAT", reply.shown());
  require_feature(dialogue, "HOST");
}

void login_without_host(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  host(dialogue, "HOST", {501, 504, 220});
  const Reply login = dialogue.try_login(visit.target().user, visit.target().password);
  require(login.code == 230, "a login without HOST: 230", login.shown());
}

}  // namespace

Group hosts_group() {
  static constexpr Check checks[] = {
      {"host-after-login-is-503", "RFC 7151", "3.1", Level::must, "HOST comes before the login", host_after_login},
      {"host-with-a-port-is-501", "RFC 7151", "3.1", Level::must, "HOST takes no port", host_with_a_port},
      {"malformed-host-is-501", "RFC 7151", "3.3", Level::should, "HOST of what is no name", malformed_host},
      {"unknown-host-is-504", "RFC 7151", "3.3", Level::should, "HOST of a name that is not served", unknown_host},
      {"foreign-address-as-host-is-504", "RFC 7151", "3.1", Level::must, "HOST of an address that is not the server's",
       foreign_address},
      {"feat-lists-host", "RFC 7151", "3.5", Level::must, "HOST is in FEAT", feat_host},
      {"login-without-host", "RFC 7151", "3.3", Level::should, "HOST is not necessary", login_without_host},
  };
  return {"hosts", checks};
}

}  // namespace ferry::conform
