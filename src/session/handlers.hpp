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
Task<Reply> mfmt(Session&, Command);

// file_info.cpp
Task<Reply> size(Session&, Command);
Task<Reply> mdtm(Session&, Command);
Task<Reply> mlst(Session&, Command);
Task<Reply> stat(Session&, Command);

// transfer_params.cpp
Task<Reply> type(Session&, Command);
Task<Reply> stru(Session&, Command);
Task<Reply> mode(Session&, Command);
Task<Reply> rest(Session&, Command);
Task<Reply> allo(Session&, Command);

// data_port.cpp
Task<Reply> port(Session&, Command);
Task<Reply> pasv(Session&, Command);
Task<Reply> eprt(Session&, Command);
Task<Reply> epsv(Session&, Command);

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
Task<Reply> site_chmod(Session&, Command);

// misc.cpp
Task<Reply> noop(Session&, Command);
Task<Reply> syst(Session&, Command);
Task<Reply> help(Session&, Command);
Task<Reply> feat(Session&, Command);
Task<Reply> opts(Session&, Command);
Task<Reply> lang(Session&, Command);

// own_command.cpp
Task<Reply> run_own_command(Session&, Command);

// FEAT lines that depend on the session.
std::string feat_mlst(const Session&);
std::string feat_lang(const Session&);

}  // namespace ferry
