#include "stage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

namespace ferry::test {
namespace {

std::unique_ptr<TestServer> start(const Givens& givens, StorageKind storage) {
  ServerSetup setup = givens.server;
  setup.storage = storage;
  setup.configure = [&](Config& config) {
    for (const auto& option : givens.options) option(config);
  };
  auto server = std::make_unique<TestServer>(setup);
  for (const auto& file : givens.files) file(server->tree());
  for (const auto& [name, user] : givens.users) {
    Account account = user;
    account.files = server->tree().files();
    server->users().add(name, Secret("secret"), account);
  }
  return server;
}

}  // namespace

Stage::Stage(const Givens& givens, StorageKind storage) : server_(start(givens, storage)) {
  default_client_.tls = givens.client_tls;
  variables_["own_group"] = std::to_string(::getegid());
}

TestClient& Stage::client() {
  auto& client = clients_[name_];
  if (!client) {
    if (name_ != "first" || clients_.size() > 1) throw Failure("client " + name_ + " has no connection");
    client = std::make_unique<TestClient>(*server_, default_client_);
  }
  return *client;
}

void Stage::connect(const std::string& name, ClientOptions options) {
  options.tls = default_client_.tls;
  options.greeting = false;
  name_ = name;
  clients_[name_] = std::make_unique<TestClient>(*server_, options);
  note("-- " + name_ + " connects");
}

void Stage::choose(const std::string& name) {
  if (!clients_.contains(name)) throw Failure("there is no client " + name);
  name_ = name;
  note("-- " + name_);
}

void Stage::hang_up() {
  clients_.erase(name_);
  note("-- " + name_ + " hangs up");
}

void Stage::say(std::string_view line) {
  note("C: " + shown(line));
  client().send(line);
}

void Stage::check_reply(const std::vector<int>& codes, bool multi_line, const Expectation& wanted) {
  last_reply_ = client().read_reply();
  note("S: " + shown(last_reply_.text()));
  if (std::ranges::find(codes, last_reply_.code) == codes.end())
    throw Failure(fmt::format("wanted {}, got: {}", fmt::join(codes, " or "), shown(last_reply_.text())));
  if (multi_line && !last_reply_.is_multi_line()) throw Failure("a reply of several lines was due");
  // The first and last line lose their code, so that "first" and "last" speak of the text alone.
  std::vector<std::string> lines = last_reply_.lines;
  lines.front().erase(0, 4);
  if (lines.size() > 1) lines.back().erase(0, 4);
  const auto fill_in = [this](std::string_view text) { return expand(text); };
  if (const std::string wrong = wanted.mismatch(last_reply_.text(), lines, fill_in); !wrong.empty())
    throw Failure(wrong);
}

void Stage::check_data(const Expectation& wanted) {
  Wire& wire = client().open_data();
  const std::string content = wire.receive_all();
  note("data: " + shown(content));
  if (wire.end() != WireEnd::orderly) throw Failure("the data connection did not end in order");
  client().drop_data();
  const auto fill_in = [this](std::string_view text) { return expand(text); };
  if (const std::string wrong = wanted.mismatch(content, lines_of(content), fill_in); !wrong.empty())
    throw Failure(wrong);
}

void Stage::capture(const std::string& name) {
  const std::string text = last_reply_.text();
  const std::size_t space = text.find_last_of(' ');
  variables_[name] = text.substr(space + 1);
}

std::string Stage::expand(std::string_view text) const {
  std::string full(text);
  for (const auto& [name, value] : variables_) {
    const std::string variable = "${" + name + "}";
    for (std::size_t at = full.find(variable); at != std::string::npos; at = full.find(variable, at + value.size()))
      full.replace(at, variable.size(), value);
  }
  return full;
}

void Stage::finish() {
  for (auto& [name, client] : clients_) {
    note("C: QUIT (" + name + ", at the end)");
    client->drop_data();
    client->quit();
  }
}

std::string Stage::transcript() const { return fmt::format("    {}", fmt::join(said_, "\n    ")); }

}  // namespace ferry::test
