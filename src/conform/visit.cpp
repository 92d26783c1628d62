#include "conform/visit.hpp"

#include <fmt/format.h>

#include "user_pi/failure.hpp"

namespace ferry::conform {

using user_pi::Clock;

std::filesystem::path on_disk(const Target& target, const Workplace& workplace) {
  // A path that begins with a slash begins at the home, too.
  return target.home / std::filesystem::path(workplace.path).relative_path();
}

Visit::Visit(const Target& target, Workplace& workplace)
    : target_(target), workplace_(workplace), end_(Clock::now() + target.budget) {}

Visit::~Visit() {
  if (removals_.empty()) return;
  try {
    end_ = Clock::now() + target_.patience;
    Dialogue dialogue = login();
    for (auto each = removals_.rbegin(); each != removals_.rend(); ++each) dialogue.command(*each);
    dialogue.command("QUIT");
  } catch (const user_pi::Failure&) {
  } catch (const Outcome&) {
    // What is left is in a directory of this run's own, and the verdict matters more.
  }
}

Dialogue Visit::connect(const user_pi::Address* source) const {
  try {
    Dialogue dialogue(target_, end_, source);
    if (dialogue.greeting().code != 220) untried("greeting: " + dialogue.greeting().shown());
    return dialogue;
  } catch (const user_pi::Failure& failure) {
    untried(failure.what());
  }
}

Dialogue Visit::connect_protected() const {
  Dialogue dialogue = connect();
  if (target_.protect) dialogue.auth(*target_.tls, Otherwise::untried);
  return dialogue;
}

void Visit::enter(Dialogue& dialogue) const {
  const Reply answer = dialogue.try_login(target_.user, target_.password);
  if (answer.code != 230 && answer.code != 202 && answer.code != 232) untried("login: " + answer.shown());
  if (dialogue.is_protected()) dialogue.protect_data();
  const std::string& place = workplace_.path.empty() ? target_.directory : workplace_.path;
  if (!place.empty()) dialogue.need("CWD " + place, {250, 200});
}

Dialogue Visit::login_as_it_is() const {
  Dialogue dialogue = connect_protected();
  enter(dialogue);
  return dialogue;
}

Dialogue Visit::login() const {
  Dialogue dialogue = login_as_it_is();
  dialogue.need("TYPE I", {200});
  return dialogue;
}

Dialogue Visit::login_under_tls() const {
  Dialogue dialogue = connect();
  dialogue.auth(*target_.tls);
  enter(dialogue);
  dialogue.need("TYPE I", {200});
  return dialogue;
}

void Visit::need_workplace() const {
  if (workplace_.path.empty()) untried("this user may make no directory to work in");
}

std::string Visit::file(std::string_view stem) {
  need_workplace();
  std::string name = fmt::format("{}-{}", stem, ++workplace_.names);
  removals_.push_back("DELE " + name);
  return name;
}

std::string Visit::directory(std::string_view stem) {
  need_workplace();
  std::string name = fmt::format("{}-{}", stem, ++workplace_.names);
  removals_.push_back("RMD " + name);
  return name;
}

std::string Visit::stored(Dialogue& dialogue, std::string_view stem, std::string_view content) {
  std::string name = file(stem);
  dialogue.upload("STOR " + name, content);
  return name;
}

std::string Visit::made(Dialogue& dialogue, std::string_view stem) {
  std::string name = directory(stem);
  dialogue.need("MKD " + name, {257});
  return name;
}

std::string Visit::large(Dialogue& dialogue) {
  need_workplace();
  if (workplace_.large.empty()) {
    dialogue.upload("STOR large", std::string(large_size, 'x'));
    workplace_.large = "large";
  }
  return workplace_.large;
}

void Visit::require_service(std::string_view behind) const {
  const std::string wanted = fmt::format("a login behind {}", behind);
  try {
    Dialogue dialogue = login();
    const Reply reply = dialogue.command("NOOP");
    if (reply.code != 200) fail(wanted, reply.shown());
  } catch (const user_pi::Failure& failure) {
    fail(wanted, failure.what());
  } catch (const Outcome& outcome) {
    fail(wanted, outcome.came);
  }
}

std::filesystem::path Visit::local() const {
  need_workplace();
  if (target_.home.empty()) untried("needs --home, the served directory on this machine");
  std::filesystem::path path = on_disk(target_, workplace_);
  std::error_code error;
  if (!std::filesystem::is_directory(path, error))
    untried(path.string() + " is not the directory that the server serves");
  return path;
}

std::filesystem::path Visit::home() const {
  local();
  if (!target_.home.has_relative_path()) untried("--home is all of this machine");
  return target_.home;
}

user_pi::Address Visit::stranger() const {
  const std::string host = target_.address.host();
  if (!host.starts_with("127.")) untried("needs a server at an IPv4 loopback address, to come from another one");
  return user_pi::Address::resolve(host == "127.0.0.2" ? "127.0.0.3" : "127.0.0.2", 0);
}

}  // namespace ferry::conform
