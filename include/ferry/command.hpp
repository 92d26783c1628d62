// Commands of your own: a new verb, a SITE command, or another way to do what a built-in verb does.
//
//     config.commands.push_back({
//         .verb = "SITE RMTREE",
//         .run = [](CommandSession& session, std::string_view argument) -> Task<CommandReply> {
//           const FtpPath path = session.resolve(argument);
//           ...
//           co_return CommandReply{250, "Tree removed."};
//         },
//         .argument = ArgumentRule::required,
//         .needs = Permission::remove,
//         .replies = {250, 550},
//         .help = "SITE RMTREE <SP> pathname",
//     });
//
// It becomes a row of the server's command table beside the built-in ones, so HELP, SITE HELP and FEAT name it, and
// what the row asks for is checked before the handler is called: an argument (501), the login (530), the permission
// (550).
//
// Lifetime: a handler lives as long as the server; the CommandSession and the argument as long as the call.
// Threads:  called on the session's event loop, for several sessions at a time. Work that may block goes through
//           run_blocking (task.hpp).
// Failure:  the reply says it. An exception means a bug: it is logged and ends that session, never the server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/events.hpp>
#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>
#include <ferry/permissions.hpp>

namespace FERRY_API ferry {

enum class ArgumentRule : std::uint8_t {
  none,  // 501 when there is one
  optional,
  required,  // 501 when there is none
};

// What the handler of an own command sees of the session that gave the command.
class CommandSession {
 public:
  virtual ~CommandSession() = default;

  // Who it is: session, address, user, TLS, and the attachment of the Account.
  virtual SessionFacts facts() const = 0;
  // The current directory, as CWD left it.
  virtual const FtpPath& directory() const = 0;
  // The path that `argument` means there, in the characters that this user-PI uses.
  virtual FtpPath resolve(std::string_view argument) const = 0;
  // The user's tree; null before the login.
  virtual std::shared_ptr<FileSystem> files() const = 0;
  // What the user may do with the entry at `path`; nothing before the login. The row's own permission has been checked
  // for the path that the whole argument means, and for no other: ask for each path that you touch.
  virtual Task<Permissions> permissions(const FtpPath& path) = 0;
};

struct CommandReply {
  int code = 0;           // from 200 to 599, and among the codes of the row (RFC 959 §4.2.1)
  std::string text = {};  // may hold several lines; sent as it is, in every language
  bool close = false;     // end the session after this reply
};

struct OwnCommand {
  // Letters, at most 12: a verb in capitals, or "SITE " and one. That of a built-in command takes its place, but for
  // USER, PASS, REIN, QUIT, AUTH, ABOR, SITE, and those that use the data connection.
  std::string verb;
  std::function<Task<CommandReply>(CommandSession& session, std::string_view argument)> run;
  bool before_login = false;  // it may be given by somebody who is not logged in
  ArgumentRule argument = ArgumentRule::optional;
  // Needed at the path that the argument means, or at the current directory where there is none. Permission::none: what
  // it does needs none, or the handler asks itself.
  Permission needs = Permission::none;
  bool during_transfer = false;   // it is answered while a transfer runs; otherwise it waits for the end
  bool secret = false;            // the argument never appears in a log
  std::vector<int> replies = {};  // all codes that the handler may give, at most 16
  std::string help = {};          // the syntax for HELP, as in RFC 959 §5.3.1; empty: the verb alone
  std::string feat = {};          // the line for FEAT (RFC 2389 §3.2); empty: it is not listed
};

}  // namespace ferry
