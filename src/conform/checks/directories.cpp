// Directories, names, renaming and deleting (RFC 959 §4.1.3 and appendix II, RFC 1123 §4.1.3.1).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

void pwd_is_257(Visit& visit) {
  const Reply reply = visit.login().insist("PWD", {257});
  require(quoted_path(reply).starts_with("/"), "257 with an absolute pathname in quotes", reply.shown());
}

void cwd_and_cdup(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  const std::string before = quoted_path(dialogue.insist("PWD", {257}));
  dialogue.insist("CWD " + name, {250, 200});
  const std::string inside = quoted_path(dialogue.insist("PWD", {257}));
  require(inside == before + "/" + name, "PWD: " + before + "/" + name, inside);
  dialogue.insist("CDUP", {250, 200});
  const std::string after = quoted_path(dialogue.insist("PWD", {257}));
  require(after == before, "PWD behind CDUP: " + before, after);
}

void cwd_to_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string before = quoted_path(dialogue.insist("PWD", {257}));
  dialogue.insist("CWD no-such-directory", {550, 450, 431});
  const std::string after = quoted_path(dialogue.insist("PWD", {257}));
  require(after == before, "PWD behind a refused CWD: " + before, after);
}

void cwd_to_a_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  dialogue.insist("CWD " + name, {5, 450});
}

void mkd_is_257(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.directory("directory");
  const Reply reply = dialogue.insist("MKD " + name, {257});
  const std::string path = quoted_path(reply);
  require(path.starts_with("/") && path.ends_with("/" + name), "257 with the absolute pathname in quotes",
          reply.shown());
  dialogue.insist("CWD " + path, {250, 200});
}

void mkd_of_what_exists(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  dialogue.insist("MKD " + name, {550, 521, 553});
}

void quotes_are_doubled(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.directory("a\"quote");
  const Reply reply = dialogue.insist("MKD " + name, {257, 5});
  if (reply.code != 257) refused("a directory with a quote in its name", reply.shown());
  const std::string made = quoted_path(reply);
  require(made.ends_with("/" + name), "257 with each quote doubled", reply.shown());
  dialogue.insist("CWD " + name, {250, 200});
  const Reply where = dialogue.insist("PWD", {257});
  require(quoted_path(where) == made, "PWD with each quote doubled", where.shown());
}

void rmd_removes(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  dialogue.insist("RMD " + name, {250});
  dialogue.insist("CWD " + name, {5, 450});
  dialogue.insist("RMD " + name, {550, 450});
}

void rmd_of_a_full_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  visit.stored(dialogue, name + "/file", "x");
  const Reply reply = dialogue.command("RMD " + name);
  require(reply.code >= 400, "RMD of a directory that holds a file: 550", reply.shown());
}

void dele_deletes(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  dialogue.insist("DELE " + name, {250, 200});
  dialogue.insist("DELE " + name, {550, 450});
}

void dele_of_a_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  dialogue.insist("DELE " + name, {5, 450});
  dialogue.insist("CWD " + name, {250, 200});
}

void rename_moves(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string from = visit.stored(dialogue, "old", "content");
  const std::string to = visit.file("new");
  dialogue.insist("RNFR " + from, {350});
  dialogue.insist("RNTO " + to, {250});
  require_same_content("content", dialogue.download("RETR " + to), "RETR of the new name");
  dialogue.insist("RNFR " + from, {550, 450});
}

void rename_across_directories(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "directory");
  const std::string from = visit.stored(dialogue, "old", "content");
  const std::string to = visit.file(directory + "/new");
  dialogue.insist("RNFR " + from, {350});
  dialogue.insist("RNTO " + to, {250});
  require_same_content("content", dialogue.download("RETR " + to), "RETR of the new name");
}

void rnto_without_rnfr(Visit& visit) { visit.login().insist("RNTO anything", {503}); }

void rnto_not_right_after_rnfr(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string from = visit.stored(dialogue, "old", "content");
  const std::string to = visit.file("new");
  dialogue.insist("RNFR " + from, {350});
  dialogue.insist("NOOP", {200});
  dialogue.insist("RNTO " + to, {503});
}

void rnfr_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("RNFR no-such-file", {550, 450});
  dialogue.insist("RNTO anything", {503, 550, 553});
}

void x_forms(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.directory("directory");
  dialogue.want("XMKD " + name, {257});
  dialogue.want("XCWD " + name, {250, 200});
  dialogue.want("XPWD", {257});
  dialogue.want("XCUP", {250, 200});
  dialogue.want("XRMD " + name, {250});
}

void absolute_paths(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "content");
  const std::string here = quoted_path(dialogue.insist("PWD", {257}));
  dialogue.insist("CWD /", {250, 200});
  require_same_content("content", dialogue.download("RETR " + here + "/" + name), "RETR of an absolute pathname");
}

void parent_of_the_root(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.need("CWD /", {250, 200});
  const Reply reply = dialogue.command("CDUP");
  require(reply.code == 250 || reply.code == 200 || reply.code >= 400, "CDUP in the root: 250 or a refusal",
          reply.shown());
  const std::string where = quoted_path(dialogue.insist("PWD", {257}));
  require(where == "/", "PWD behind CDUP in the root: /", where);
}

}  // namespace

Group directories_group() {
  static constexpr Check checks[] = {
      {"pwd-is-257", "RFC 959", "app. II", Level::must, "PWD tells the directory in quotes", pwd_is_257},
      {"cwd-and-cdup-move", "RFC 959", "4.1.1", Level::must, "CWD goes down and CDUP up", cwd_and_cdup},
      {"cwd-to-a-missing-directory-is-550", "RFC 959", "5.4", Level::must, "CWD to nowhere changes nothing",
       cwd_to_nothing},
      {"cwd-to-a-file-is-refused", "RFC 959", "5.4", Level::must, "CWD to a file is refused", cwd_to_a_file},
      {"mkd-is-257-with-the-pathname", "RFC 959", "app. II", Level::must, "MKD tells the absolute pathname in quotes",
       mkd_is_257},
      {"mkd-of-what-exists-is-refused", "RFC 959", "app. II", Level::must, "MKD of what exists is refused",
       mkd_of_what_exists},
      {"quotes-in-257-are-doubled", "RFC 959", "app. II", Level::must, "a quote in a pathname is doubled in 257",
       quotes_are_doubled},
      {"rmd-removes-a-directory", "RFC 959", "4.1.3", Level::must, "RMD removes an empty directory", rmd_removes},
      {"rmd-of-a-full-directory-is-refused", "practice", "", Level::should, "RMD removes no files",
       rmd_of_a_full_directory},
      {"dele-deletes-a-file", "RFC 959", "4.1.3", Level::must, "DELE deletes a file, once", dele_deletes},
      {"dele-of-a-directory-is-refused", "practice", "", Level::should, "DELE removes no directory",
       dele_of_a_directory},
      {"rename-moves-a-file", "RFC 959", "4.1.3", Level::must, "RNFR is 350 and RNTO 250", rename_moves},
      {"rename-across-directories", "RFC 959", "4.1.3", Level::must, "RNTO may name another directory",
       rename_across_directories},
      {"rnto-without-rnfr-is-503", "RFC 959", "5.4", Level::must, "RNTO has to follow RNFR", rnto_without_rnfr},
      {"rnto-not-right-after-rnfr-is-503", "RFC 959", "4.1.3", Level::should,
       "another command between RNFR and RNTO ends it", rnto_not_right_after_rnfr},
      {"rnfr-of-a-missing-file-is-550", "RFC 959", "5.4", Level::must, "RNFR of nothing is refused", rnfr_of_nothing},
      {"x-forms-are-known", "RFC 1123", "4.1.3.1", Level::should, "XMKD, XCWD, XPWD, XCUP and XRMD", x_forms},
      {"absolute-pathnames", "RFC 3659", "6", Level::must, "a pathname from the root names the same file",
       absolute_paths},
      {"root-has-no-parent", "practice", "", Level::must, "CDUP never leaves the root", parent_of_the_root},
  };
  return {"directories", checks};
}

}  // namespace ferry::conform
