// The handlers, by the family that their file in commands/ is named for. Each looks at the session, asks an interface
// and returns a reply; dispatch has made the checks of the command's row.
#pragma once

#include "session/command_table.hpp"

namespace ferry {

// access.cpp
Task<Reply> user(Session&, Command);
Task<Reply> pass(Session&, Command);
Task<Reply> superfluous(Session&, Command);  // ACCT, SMNT
Task<Reply> rein(Session&, Command);
Task<Reply> quit(Session&, Command);

// host.cpp
Task<Reply> host(Session&, Command);

// tls.cpp
Task<Reply> auth(Session&, Command);
Task<Reply> pbsz(Session&, Command);
Task<Reply> prot(Session&, Command);
Task<Reply> ccc(Session&, Command);
Task<Reply> sscn(Session&, Command);
Task<Reply> adat(Session&, Command);
Task<Reply> protected_command(Session&, Command);  // MIC, CONF, ENC

// directories.cpp
Task<Reply> cwd(Session&, Command);
Task<Reply> cdup(Session&, Command);
Task<Reply> pwd(Session&, Command);
Task<Reply> mkd(Session&, Command);
Task<Reply> rmd(Session&, Command);

// files.cpp
Task<Reply> dele(Session&, Command);
Task<Reply> rnfr(Session&, Command);
Task<Reply> rnto(Session&, Command);

// file_changes.cpp
Task<Reply> mfmt(Session&, Command);
Task<Reply> mfct(Session&, Command);
Task<Reply> mff(Session&, Command);
Task<Reply> mdtm(Session&, Command);
Task<Reply> site_utime(Session&, Command);
Task<Reply> site_chmod(Session&, Command);
Task<Reply> site_chgrp(Session&, Command);

// checksums.cpp
Task<Reply> hash(Session&, Command);
Task<Reply> xcrc(Session&, Command);
Task<Reply> xmd5(Session&, Command);
Task<Reply> xsha1(Session&, Command);
Task<Reply> xsha256(Session&, Command);
Task<Reply> xsha512(Session&, Command);
Task<Reply> md5(Session&, Command);
Task<Reply> mmd5(Session&, Command);
Reply opts_hash(Session&, std::string_view algorithm);

// registry.cpp
Task<Reply> clnt(Session&, Command);
Task<Reply> csid(Session&, Command);
Task<Reply> avbl(Session&, Command);
Task<Reply> dsiz(Session&, Command);
Task<Reply> rmda(Session&, Command);
Task<Reply> thmb(Session&, Command);
Task<Reply> pret(Session&, Command);
Task<Reply> comb(Session&, Command);

// file_info.cpp
Task<Reply> size(Session&, Command);
Task<Reply> mlst(Session&, Command);
Task<Reply> stat(Session&, Command);

// transfer_params.cpp
Task<Reply> type(Session&, Command);
Task<Reply> stru(Session&, Command);
Task<Reply> mode(Session&, Command);
bool is_mode_z(std::string_view argument);
Task<Reply> rest(Session&, Command);
Task<Reply> rang(Session&, Command);
Task<Reply> allo(Session&, Command);

// data_port.cpp
Task<Reply> port(Session&, Command);
Task<Reply> pasv(Session&, Command);
Task<Reply> cpsv(Session&, Command);
Task<Reply> eprt(Session&, Command);
Task<Reply> epsv(Session&, Command);
Task<Reply> lprt(Session&, Command);
Task<Reply> lpsv(Session&, Command);

// transfer.cpp
Task<Reply> retr(Session&, Command);
Task<Reply> stor(Session&, Command);
Task<Reply> appe(Session&, Command);
Task<Reply> stou(Session&, Command);
Task<Reply> abor(Session&, Command);

// listing.cpp
Task<Reply> list(Session&, Command);
Task<Reply> nlst(Session&, Command);
Task<Reply> mlsd(Session&, Command);

// site.cpp
Task<Reply> site(Session&, Command);
Task<Reply> site_help(Session&, Command);

// site_files.cpp
Task<Reply> site_cpfr(Session&, Command);
Task<Reply> site_cpto(Session&, Command);
Task<Reply> site_symlink(Session&, Command);
Task<Reply> site_mkdir(Session&, Command);
Task<Reply> site_rmdir(Session&, Command);

// site_session.cpp
Task<Reply> site_umask(Session&, Command);
Task<Reply> site_idle(Session&, Command);
Task<Reply> site_who(Session&, Command);
Task<Reply> site_whoami(Session&, Command);

// misc.cpp
Task<Reply> noop(Session&, Command);
Task<Reply> syst(Session&, Command);
Task<Reply> help(Session&, Command);
Task<Reply> feat(Session&, Command);
Task<Reply> opts(Session&, Command);
Task<Reply> lang(Session&, Command);

// own_command.cpp
Task<Reply> run_own_command(Session&, Command);

// FEAT lines that depend on the session; empty: none.
std::string feat_mlst(const Session&);
std::string feat_lang(const Session&);
std::string feat_mode(const Session&);
std::string feat_hash(const Session&);
std::string feat_mfct(const Session&);
std::string feat_mff(const Session&);

}  // namespace ferry
