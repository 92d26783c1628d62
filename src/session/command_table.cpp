#include "session/command_table.hpp"

#include <ferry/config.hpp>

#include "base/text.hpp"
#include "session/command_set.hpp"
#include "session/handlers.hpp"

namespace ferry {

namespace {

bool tls_on(const Config& config) { return config.tls.has_value(); }
// Transfers between two servers under TLS. With SessionReuse::require there are none: the other server's TLS session is
// never that of a control connection.
bool secure_server_transfers_on(const Config& config) {
  return config.tls && config.permit_foreign_addresses && config.tls->session_reuse != SessionReuse::require;
}
bool owner_changes_on(const Config& config) { return config.permit_owner_changes; }

// What reply_for and reply_for_target make of the errors of a storage. Every row whose handler asks the storage lists
// all of them: which ones occur is up to the embedder's storage.
#define STORAGE_CODES 450, 451, 452, 504, 550, 552, 553, 554
// A transfer, from the opening of its data connection to its end.
#define TRANSFER_CODES 125, 150, 226, 425, 426, 522, STORAGE_CODES

using enum When;
constexpr auto no_argument = ArgumentRule::none;
constexpr auto optional = ArgumentRule::optional;
constexpr auto required = ArgumentRule::required;
constexpr auto waits = DuringTransfer::waits;

// clang-format off: one row on few lines
constexpr CommandSpec table[] = {
    // --- access control ----------------------------------------------------------------------------------------------
    {.verb = "USER", .run = user, .when = any, .argument = required, .during_transfer = waits,
     .replies = {232, 331, 530}, .help = "USER <SP> username", .spec = "RFC 959 §4.1.1"},
    {.verb = "PASS", .run = pass, .when = any, .argument = optional, .during_transfer = waits, .secret = true,
     .replies = {230, 421, 503, 530}, .help = "PASS <SP> password", .spec = "RFC 959 §4.1.1"},
    {.verb = "HOST", .run = host, .when = any, .argument = required, .feat = "HOST",
     .replies = {220, 501, 503, 504}, .help = "HOST <SP> hostname", .spec = "RFC 7151 §3"},
    {.verb = "ACCT", .run = superfluous, .when = any, .argument = required, .secret = true,
     .replies = {202}, .help = "ACCT <SP> account-information", .spec = "RFC 959 §4.1.1"},
    {.verb = "REIN", .run = rein, .when = any, .argument = no_argument, .during_transfer = waits,
     .replies = {220}, .help = "REIN", .spec = "RFC 959 §4.1.1, RFC 4217 §13"},
    {.verb = "QUIT", .run = quit, .when = any, .argument = no_argument, .during_transfer = waits,
     .replies = {221}, .help = "QUIT", .spec = "RFC 959 §4.1.1"},
    {.verb = "SMNT", .run = superfluous, .argument = required,
     .replies = {202}, .help = "SMNT <SP> pathname", .spec = "RFC 959 §4.1.1"},

    // --- protection --------------------------------------------------------------------------------------------------
    {.verb = "AUTH", .run = auth, .when = any, .argument = required, .during_transfer = waits, .feat = "AUTH TLS",
     .enabled = tls_on, .replies = {234, 504, 534}, .help = "AUTH <SP> mechanism (TLS, TLS-C, SSL or TLS-P)",
     .spec = "RFC 2228 §3, RFC 4217 §4"},
    {.verb = "PBSZ", .run = pbsz, .when = any, .argument = required, .during_transfer = waits, .feat = "PBSZ",
     .enabled = tls_on, .replies = {200, 501, 503}, .help = "PBSZ <SP> 0", .spec = "RFC 2228 §3, RFC 4217 §9"},
    {.verb = "PROT", .run = prot, .when = any, .argument = required, .during_transfer = waits, .feat = "PROT",
     .enabled = tls_on, .replies = {200, 503, 504, 534, 536}, .help = "PROT <SP> C|P",
     .spec = "RFC 2228 §3, RFC 4217 §9"},
    {.verb = "CCC", .run = ccc, .when = any, .argument = no_argument, .during_transfer = waits, .enabled = tls_on,
     .replies = {200, 533, 534}, .help = "CCC", .spec = "RFC 2228 §3, RFC 4217 §5"},
    {.verb = "SSCN", .run = sscn, .when = any, .argument = optional, .during_transfer = waits, .feat = "SSCN",
     .enabled = secure_server_transfers_on, .replies = {200, 501, 503}, .help = "SSCN [<SP> ON|OFF]",
     .spec = "de facto"},
    {.verb = "ADAT", .run = adat, .when = any, .argument = required, .enabled = tls_on,
     .replies = {503}, .help = "ADAT <SP> base64data", .spec = "RFC 2228 §3"},
    {.verb = "MIC", .run = protected_command, .when = any, .argument = required, .enabled = tls_on,
     .replies = {503, 537}, .help = "MIC <SP> base64data", .spec = "RFC 2228 §3"},
    {.verb = "CONF", .run = protected_command, .when = any, .argument = required, .enabled = tls_on,
     .replies = {503, 537}, .help = "CONF <SP> base64data", .spec = "RFC 2228 §3"},
    {.verb = "ENC", .run = protected_command, .when = any, .argument = required, .enabled = tls_on,
     .replies = {503, 537}, .help = "ENC <SP> base64data", .spec = "RFC 2228 §3"},

    // --- directories -------------------------------------------------------------------------------------------------
    {.verb = "CWD", .run = cwd, .argument = optional, .needs = Permission::enter, .path = PathOf::argument_or_root,
     .replies = {250, STORAGE_CODES}, .help = "CWD [<SP> pathname]", .spec = "RFC 959 §4.1.1"},
    {.verb = "XCWD", .run = cwd, .argument = optional, .needs = Permission::enter, .path = PathOf::argument_or_root,
     .replies = {250, STORAGE_CODES}, .help = "XCWD [<SP> pathname]", .spec = "RFC 1123 §4.1.3.1"},
    {.verb = "CDUP", .run = cdup, .argument = no_argument, .needs = Permission::enter,
     .path = PathOf::parent_directory,
     .replies = {250, STORAGE_CODES}, .help = "CDUP", .spec = "RFC 959 §4.1.1"},
    {.verb = "XCUP", .run = cdup, .argument = no_argument, .needs = Permission::enter,
     .path = PathOf::parent_directory,
     .replies = {250, STORAGE_CODES}, .help = "XCUP", .spec = "RFC 1123 §4.1.3.1"},
    {.verb = "PWD", .run = pwd, .argument = no_argument, .feat = "TVFS",
     .replies = {257}, .help = "PWD", .spec = "RFC 959 §4.1.3, RFC 3659 §6"},
    {.verb = "XPWD", .run = pwd, .argument = no_argument,
     .replies = {257}, .help = "XPWD", .spec = "RFC 1123 §4.1.3.1"},
    {.verb = "MKD", .run = mkd, .argument = required, .needs = Permission::make_directory,
     .replies = {257, STORAGE_CODES}, .help = "MKD <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "XMKD", .run = mkd, .argument = required, .needs = Permission::make_directory,
     .replies = {257, STORAGE_CODES}, .help = "XMKD <SP> pathname", .spec = "RFC 1123 §4.1.3.1"},
    {.verb = "RMD", .run = rmd, .argument = required, .needs = Permission::remove,
     .replies = {250, STORAGE_CODES}, .help = "RMD <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "XRMD", .run = rmd, .argument = required, .needs = Permission::remove,
     .replies = {250, STORAGE_CODES}, .help = "XRMD <SP> pathname", .spec = "RFC 1123 §4.1.3.1"},

    // --- files -------------------------------------------------------------------------------------------------------
    {.verb = "DELE", .run = dele, .argument = required, .needs = Permission::remove,
     .replies = {250, STORAGE_CODES}, .help = "DELE <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "RNFR", .run = rnfr, .argument = required, .needs = Permission::rename,
     .replies = {350, STORAGE_CODES}, .help = "RNFR <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "RNTO", .run = rnto, .argument = required, .needs = Permission::rename, .path = PathOf::rename_source,
     .replies = {250, 503, STORAGE_CODES}, .help = "RNTO <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "COMB", .run = comb, .argument = required, .during_transfer = waits, .takes_long = true,
     .feat = "COMB target;source_list", .replies = {250, 426, 501, STORAGE_CODES},
     .help = "COMB <SP> target <SP> part <SP> part...", .spec = "de facto"},
    {.verb = "MFMT", .run = mfmt, .argument = required, .needs = Permission::change_time,
     .path = PathOf::after_first_word, .feat = "MFMT",
     .replies = {213, 501, STORAGE_CODES}, .help = "MFMT <SP> YYYYMMDDHHMMSS <SP> pathname",
     .spec = "draft-somers-ftp-mfxx §3"},
    {.verb = "MFCT", .run = mfct, .argument = required, .needs = Permission::change_time,
     .path = PathOf::after_first_word, .feat_now = feat_mfct,
     .replies = {213, 501, 502, STORAGE_CODES}, .help = "MFCT <SP> YYYYMMDDHHMMSS <SP> pathname",
     .spec = "draft-somers-ftp-mfxx §4"},
    {.verb = "MFF", .run = mff, .argument = required, .feat_now = feat_mff,
     .replies = {213, 501, STORAGE_CODES}, .help = "MFF <SP> fact=value;... <SP> pathname",
     .spec = "draft-somers-ftp-mfxx §5"},
    {.verb = "SIZE", .run = size, .argument = required, .needs = Permission::list, .feat = "SIZE",
     .replies = {213, STORAGE_CODES}, .help = "SIZE <SP> pathname", .spec = "RFC 3659 §4"},
    {.verb = "MDTM", .run = mdtm, .argument = required, .needs = Permission::list, .feat = "MDTM",
     .replies = {213, 501, STORAGE_CODES}, .help = "MDTM <SP> [YYYYMMDDHHMMSS <SP>] pathname", .spec = "RFC 3659 §3"},
    {.verb = "MLST", .run = mlst, .argument = optional, .needs = Permission::list, .feat_now = feat_mlst,
     .replies = {250, STORAGE_CODES}, .help = "MLST [<SP> pathname]", .spec = "RFC 3659 §7"},
    {.verb = "STAT", .run = stat, .when = with_argument_logged_in, .argument = optional, .needs = Permission::list,
     .path = PathOf::listing, .replies = {211, 212, 213, STORAGE_CODES}, .help = "STAT [<SP> pathname]",
     .spec = "RFC 959 §4.1.3"},

    {.verb = "AVBL", .run = avbl, .argument = optional, .needs = Permission::list, .feat = "AVBL",
     .replies = {213, STORAGE_CODES}, .help = "AVBL [<SP> pathname]",
     .spec = "draft-peterson-streamlined-ftp-command-extensions §4"},
    {.verb = "DSIZ", .run = dsiz, .argument = optional, .needs = Permission::list, .during_transfer = waits,
     .takes_long = true, .feat = "DSIZ",
     .replies = {213, 426, STORAGE_CODES}, .help = "DSIZ [<SP> pathname]",
     .spec = "draft-peterson-streamlined-ftp-command-extensions §5"},
    {.verb = "RMDA", .run = rmda, .argument = required, .needs = Permission::remove, .during_transfer = waits,
     .takes_long = true, .feat = "RMDA <path>",
     .replies = {250, 426, STORAGE_CODES}, .help = "RMDA <SP> pathname",
     .spec = "draft-peterson-streamlined-ftp-command-extensions §3"},
    {.verb = "THMB", .run = thmb, .argument = optional,
     .replies = {502}, .help = "THMB [<SP> format <SP> width <SP> height <SP> pathname]",
     .spec = "draft-peterson-streamlined-ftp-command-extensions §2"},

    // --- digests -----------------------------------------------------------------------------------------------------
    {.verb = "HASH", .run = hash, .argument = required, .during_transfer = waits, .takes_long = true,
     .feat_now = feat_hash, .replies = {213, 426, 556, STORAGE_CODES}, .help = "HASH <SP> pathname",
     .spec = "draft-bryan-ftpext-hash §3"},
    {.verb = "XCRC", .run = xcrc, .argument = required, .during_transfer = waits, .takes_long = true, .feat = "XCRC",
     .replies = {250, 426, 501, 556, STORAGE_CODES}, .help = "XCRC <SP> pathname [[<SP> start] <SP> end]",
     .spec = "de facto"},
    {.verb = "XMD5", .run = xmd5, .argument = required, .during_transfer = waits, .takes_long = true, .feat = "XMD5",
     .replies = {250, 426, 501, 556, STORAGE_CODES}, .help = "XMD5 <SP> pathname [[<SP> start] <SP> end]",
     .spec = "de facto"},
    {.verb = "XSHA", .run = xsha1, .argument = required, .during_transfer = waits, .takes_long = true, .feat = "XSHA",
     .replies = {250, 426, 501, 556, STORAGE_CODES}, .help = "XSHA <SP> pathname [[<SP> start] <SP> end]",
     .spec = "de facto"},
    {.verb = "XSHA1", .run = xsha1, .argument = required, .during_transfer = waits, .takes_long = true,
     .feat = "XSHA1", .replies = {250, 426, 501, 556, STORAGE_CODES},
     .help = "XSHA1 <SP> pathname [[<SP> start] <SP> end]", .spec = "de facto"},
    {.verb = "XSHA256", .run = xsha256, .argument = required, .during_transfer = waits, .takes_long = true,
     .feat = "XSHA256", .replies = {250, 426, 501, 556, STORAGE_CODES},
     .help = "XSHA256 <SP> pathname [[<SP> start] <SP> end]", .spec = "de facto"},
    {.verb = "XSHA512", .run = xsha512, .argument = required, .during_transfer = waits, .takes_long = true,
     .feat = "XSHA512", .replies = {250, 426, 501, 556, STORAGE_CODES},
     .help = "XSHA512 <SP> pathname [[<SP> start] <SP> end]", .spec = "de facto"},
    {.verb = "MD5", .run = md5, .argument = required, .during_transfer = waits, .takes_long = true, .feat = "MD5",
     .replies = {251, 426, 501, 556, STORAGE_CODES}, .help = "MD5 <SP> pathname", .spec = "draft-twine-ftpmd5"},
    {.verb = "MMD5", .run = mmd5, .argument = required, .during_transfer = waits, .takes_long = true, .feat = "MMD5",
     .replies = {252, 426, 501, 556, STORAGE_CODES}, .help = "MMD5 <SP> pathname[, pathname]...",
     .spec = "draft-twine-ftpmd5"},

    // --- transfer parameters -----------------------------------------------------------------------------------------
    {.verb = "TYPE", .run = type, .argument = required, .during_transfer = waits,
     .replies = {200, 504}, .help = "TYPE <SP> A [<SP> N|T|C] | E [<SP> N|T] | I | L <SP> 8",
     .spec = "RFC 959 §4.1.2, RFC 1123 §4.1.2.2"},
    {.verb = "STRU", .run = stru, .argument = required, .during_transfer = waits,
     .replies = {200, 501, 504}, .help = "STRU <SP> F|R", .spec = "RFC 959 §4.1.2"},
    {.verb = "MODE", .run = mode, .argument = required, .during_transfer = waits, .at_once_with = is_mode_z,
     .feat_now = feat_mode, .replies = {200, 451, 501, 504}, .help = "MODE <SP> S|B|C|Z",
     .spec = "RFC 959 §4.1.2, draft-preston-ftpext-deflate §3"},
    {.verb = "REST", .run = rest, .argument = required, .during_transfer = waits, .feat = "REST STREAM",
     .replies = {350, 501}, .help = "REST <SP> octets", .spec = "RFC 3659 §5, RFC 959 §3.5"},
    {.verb = "RANG", .run = rang, .argument = required, .during_transfer = waits, .feat = "RANG STREAM",
     .replies = {350, 501, 551}, .help = "RANG <SP> first <SP> last", .spec = "draft-bryan-ftp-range §3"},
    {.verb = "ALLO", .run = allo, .argument = required,
     .replies = {202, 501, 552}, .help = "ALLO <SP> octets [<SP> R <SP> octets]", .spec = "RFC 959 §4.1.3"},

    // --- data port ---------------------------------------------------------------------------------------------------
    {.verb = "PORT", .run = port, .argument = required, .during_transfer = waits, .keeps = Keeps::restart_point,
     .replies = {200, 501, 504, 522}, .help = "PORT <SP> h1,h2,h3,h4,p1,p2", .spec = "RFC 959 §4.1.2"},
    {.verb = "PASV", .run = pasv, .argument = no_argument, .during_transfer = waits, .keeps = Keeps::restart_point,
     .replies = {227, 425, 501, 522}, .help = "PASV", .spec = "RFC 959 §4.1.2"},
    {.verb = "EPRT", .run = eprt, .argument = required, .during_transfer = waits, .keeps = Keeps::restart_point,
     .feat = "EPRT", .replies = {200, 501, 504, 522}, .help = "EPRT <SP> |protocol|address|port|",
     .spec = "RFC 2428 §2"},
    {.verb = "EPSV", .run = epsv, .argument = optional, .during_transfer = waits, .keeps = Keeps::restart_point,
     .feat = "EPSV", .replies = {200, 229, 425, 501, 522}, .help = "EPSV [<SP> 1|2|ALL]", .spec = "RFC 2428 §3"},

    {.verb = "LPRT", .run = lprt, .argument = required, .during_transfer = waits, .keeps = Keeps::restart_point,
     .replies = {200, 501, 504, 521}, .help = "LPRT <SP> af,hal,h1,h2,...,pal,p1,p2", .spec = "RFC 1639 §2"},
    {.verb = "LPSV", .run = lpsv, .argument = no_argument, .during_transfer = waits, .keeps = Keeps::restart_point,
     .replies = {228, 425, 501}, .help = "LPSV", .spec = "RFC 1639 §2"},
    {.verb = "CPSV", .run = cpsv, .argument = no_argument, .during_transfer = waits, .keeps = Keeps::restart_point,
     .feat = "CPSV", .enabled = secure_server_transfers_on, .replies = {227, 425, 501, 503, 522}, .help = "CPSV",
     .spec = "de facto"},
    {.verb = "PRET", .run = pret, .argument = required, .during_transfer = waits, .keeps = Keeps::restart_point,
     .feat = "PRET", .replies = {200, 501}, .help = "PRET <SP> command [<SP> pathname]", .spec = "de facto"},

    // --- transfers ---------------------------------------------------------------------------------------------------
    {.verb = "RETR", .run = retr, .argument = required, .needs = Permission::retrieve, .during_transfer = waits,
     .transfers = true, .replies = {250, 555, TRANSFER_CODES}, .help = "RETR <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "STOR", .run = stor, .argument = required, .needs = Permission::store, .during_transfer = waits,
     .transfers = true, .replies = {110, 250, 555, TRANSFER_CODES}, .help = "STOR <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "APPE", .run = appe, .argument = required, .needs = Permission::append, .during_transfer = waits,
     .transfers = true, .replies = {110, 250, 555, TRANSFER_CODES}, .help = "APPE <SP> pathname", .spec = "RFC 959 §4.1.3"},
    {.verb = "STOU", .run = stou, .argument = optional, .needs = Permission::store, .path = PathOf::current_directory,
     .during_transfer = waits, .transfers = true, .replies = {110, 250, TRANSFER_CODES}, .help = "STOU",
     .spec = "RFC 1123 §4.1.2.9"},
    {.verb = "LIST", .run = list, .argument = optional, .needs = Permission::list, .path = PathOf::listing,
     .during_transfer = waits, .transfers = true, .replies = {250, TRANSFER_CODES}, .help = "LIST [<SP> pathname]",
     .spec = "RFC 959 §4.1.3"},
    {.verb = "NLST", .run = nlst, .argument = optional, .needs = Permission::list, .path = PathOf::listing,
     .during_transfer = waits, .transfers = true, .replies = {250, TRANSFER_CODES}, .help = "NLST [<SP> pathname]",
     .spec = "RFC 1123 §4.1.2.7"},
    {.verb = "MLSD", .run = mlsd, .argument = optional, .needs = Permission::list, .during_transfer = waits,
     .transfers = true, .replies = {TRANSFER_CODES, 501}, .help = "MLSD [<SP> pathname]", .spec = "RFC 3659 §7"},
    {.verb = "ABOR", .run = abor, .when = any, .argument = no_argument,
     .replies = {225, 226}, .help = "ABOR", .spec = "RFC 959 §4.1.3"},

    // --- miscellaneous -----------------------------------------------------------------------------------------------
    {.verb = "SYST", .run = syst, .when = any, .argument = no_argument,
     .replies = {215}, .help = "SYST", .spec = "RFC 959 §4.1.3"},
    {.verb = "NOOP", .run = noop, .when = any, .argument = no_argument,
     .replies = {200}, .help = "NOOP", .spec = "RFC 959 §4.1.3"},
    {.verb = "HELP", .run = help, .when = any, .argument = optional,
     .replies = {214, 501}, .help = "HELP [<SP> command]", .spec = "RFC 959 §4.1.3"},
    {.verb = "FEAT", .run = feat, .when = any, .argument = no_argument,
     .replies = {211}, .help = "FEAT", .spec = "RFC 2389 §3"},
    {.verb = "OPTS", .run = opts, .when = any, .argument = required, .feat = "UTF8",
     .replies = {200, 501}, .help = "OPTS <SP> command [<SP> options]",
     .spec = "RFC 2389 §4, RFC 3659 §7.9, draft-preston-ftpext-deflate §4"},
    {.verb = "LANG", .run = lang, .when = any, .argument = optional, .feat_now = feat_lang,
     .replies = {200, 501, 504}, .help = "LANG [<SP> language-tag]", .spec = "RFC 2640 §4"},
    {.verb = "CLNT", .run = clnt, .when = any, .argument = required, .feat = "CLNT",
     .replies = {200}, .help = "CLNT <SP> name", .spec = "de facto"},
    {.verb = "CSID", .run = csid, .argument = required, .feat = "CSID Name; Version;",
     .replies = {200, 501}, .help = "CSID <SP> Name=name; Version=version;",
     .spec = "draft-peterson-streamlined-ftp-command-extensions §7"},
    {.verb = "SITE", .run = site, .when = any, .argument = required,
     .replies = {501}, .help = "SITE <SP> command", .spec = "RFC 959 §4.1.3"},
    {.verb = "SITE HELP", .run = site_help, .when = any, .argument = optional,
     .replies = {214, 501}, .help = "SITE HELP [<SP> command]", .spec = "RFC 959 §4.1.3"},
    {.verb = "SITE CHMOD", .run = site_chmod, .argument = required, .needs = Permission::change_mode,
     .path = PathOf::after_first_word,
     .replies = {200, 501, STORAGE_CODES}, .help = "SITE CHMOD <SP> mode <SP> pathname", .spec = "de facto"},
    {.verb = "SITE CHGRP", .run = site_chgrp, .argument = required, .needs = Permission::change_mode,
     .path = PathOf::after_first_word, .enabled = owner_changes_on,
     .replies = {200, 501, STORAGE_CODES}, .help = "SITE CHGRP <SP> group <SP> pathname", .spec = "de facto"},
    {.verb = "SITE UTIME", .run = site_utime, .argument = required,
     .replies = {200, 501, STORAGE_CODES},
     .help = "SITE UTIME <SP> YYYYMMDDHHMM[SS] <SP> pathname, or pathname <SP> atime <SP> mtime <SP> ctime <SP> UTC",
     .spec = "de facto"},
    {.verb = "SITE CPFR", .run = site_cpfr, .argument = required, .needs = Permission::retrieve,
     .replies = {350, STORAGE_CODES}, .help = "SITE CPFR <SP> pathname", .spec = "de facto"},
    {.verb = "SITE CPTO", .run = site_cpto, .argument = required, .needs = Permission::store,
     .during_transfer = waits, .takes_long = true,
     .replies = {250, 426, 503, STORAGE_CODES}, .help = "SITE CPTO <SP> pathname", .spec = "de facto"},
    {.verb = "SITE SYMLINK", .run = site_symlink, .argument = required,
     .replies = {200, 501, STORAGE_CODES}, .help = "SITE SYMLINK <SP> target <SP> link", .spec = "de facto"},
    {.verb = "SITE MKDIR", .run = site_mkdir, .argument = required, .needs = Permission::make_directory,
     .replies = {200, STORAGE_CODES}, .help = "SITE MKDIR <SP> pathname", .spec = "de facto"},
    {.verb = "SITE RMDIR", .run = site_rmdir, .argument = required, .needs = Permission::remove,
     .during_transfer = waits, .takes_long = true,
     .replies = {200, 426, STORAGE_CODES}, .help = "SITE RMDIR <SP> pathname", .spec = "de facto"},
    {.verb = "SITE UMASK", .run = site_umask, .argument = optional, .needs = Permission::change_mode,
     .path = PathOf::current_directory,
     .replies = {200, 501, STORAGE_CODES}, .help = "SITE UMASK [<SP> mask]", .spec = "de facto"},
    {.verb = "SITE IDLE", .run = site_idle, .argument = optional,
     .replies = {200, 501}, .help = "SITE IDLE [<SP> seconds]", .spec = "de facto"},
    {.verb = "SITE WHO", .run = site_who, .argument = no_argument,
     .replies = {211}, .help = "SITE WHO", .spec = "de facto"},
    {.verb = "SITE WHOAMI", .run = site_whoami, .argument = no_argument,
     .replies = {200}, .help = "SITE WHOAMI", .spec = "de facto"},
};
// clang-format on

#undef TRANSFER_CODES
#undef STORAGE_CODES

}  // namespace

std::span<const CommandSpec> command_table() { return table; }

bool CommandSpec::may_reply(int code) const {
  switch (code) {
    case 421:  // the service ends
    case 500:
    case 501:
      return true;
    case 451:  // an exception
      return true;
    case 530:
      return when != When::any || replies.contains(530);
    case 550:
      return needs != Permission::none || replies.contains(550);
    case 425:
    case 521:
      return transfers || replies.contains(code);
    default:
      return replies.contains(code);
  }
}

FoundCommand find_command(const CommandLine& line, const CommandSet& commands) {
  FoundCommand found{commands.find(line.verb), line.argument, line.has_argument && !line.argument.empty()};
  if (found.spec && found.spec->run == site && found.has_argument) {
    const std::size_t space = found.argument.find(' ');
    const std::string verb = "SITE " + to_upper_ascii(found.argument.substr(0, space));
    if (const CommandSpec* const row = commands.find(verb)) {
      found.spec = row;
      found.argument = space == std::string_view::npos ? std::string_view() : found.argument.substr(space + 1);
      found.has_argument = !found.argument.empty();
    }
  }
  return found;
}

}  // namespace ferry
