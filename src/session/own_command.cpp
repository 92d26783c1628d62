// The handler behind every own row: shows the session to the embedder's handler, and makes a reply of what it says.

#include <ferry/config.hpp>

#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

class View final : public CommandSession {
 public:
  explicit View(Session& session) : session_(session) {}

  SessionFacts facts() const override { return session_.facts_now(); }
  const FtpPath& directory() const override { return session_.directory; }
  FtpPath resolve(std::string_view argument) const override { return session_.resolve(argument); }
  std::shared_ptr<FileSystem> files() const override {
    return session_.logged_in() ? session_.account().files : nullptr;
  }
  Task<Permissions> permissions(const FtpPath& path) override {
    if (!session_.logged_in()) co_return Permissions::none();
    co_return co_await session_.permissions(path);
  }

 private:
  Session& session_;
};

}  // namespace

Task<Reply> run_own_command(Session& session, Command command) {
  View view(session);
  CommandReply answer = co_await command.spec.own->run(view, command.argument);
  // 1xx would make the user-PI wait for more.
  if (answer.code < 200 || answer.code > 599) {
    session.log(LogLevel::error, "error", "An own command gave a reply that is none.");
    co_return Reply(451, "Local error, nothing was changed.");
  }
  Reply reply = Reply::text_lines(answer.code, std::move(answer.text));
  if (answer.close) reply.close();
  co_return reply;
}

}  // namespace ferry
