// Tells another program, exactly once and truthfully, what becomes of each transfer: a line of JSON for each, as it
// would go to a webhook. An upload's line is out before the client hears its 226, and the file can be opened by then.
//
//     $ ./events_to_webhook
//     ftp://127.0.0.1:40123 takes uploads from anonymous
//     {"event":"upload","user":"anonymous","path":"/tea.txt","octets":4,"outcome":"complete"}
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <ferry/event_functions.hpp>
#include <ferry/server.hpp>

namespace {

// Here a real program would POST the body, wait for the answer, and try again where there is none: the functions of
// EventFunctions run on the pool for blocking work, and may take their time.
void call_webhook(const std::string& body) {
  static std::mutex mutex;  // different sessions report at the same time
  const std::lock_guard lock(mutex);
  std::cout << body << '\n' << std::flush;
}

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\')
      json += {'\\', c};
    else if (static_cast<unsigned char>(c) >= 0x20)
      json += c;
    else if (std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c)) > 0)
      json += escaped;
  }
  return json + '"';
}

std::string_view name_of(ferry::TransferOutcome outcome) {
  using enum ferry::TransferOutcome;
  switch (outcome) {
    case complete:
      return "complete";
    case aborted:
      return "aborted";
    case cut_off:
      return "cut off";
    case timed_out:
      return "timed out";
    default:
      return "failed";
  }
}

void report(const ferry::TransferResult& result) {
  call_webhook("{\"event\":" + quoted(result.upload ? "upload" : "download") +
               ",\"user\":" + quoted(result.session.user) + ",\"path\":" + quoted(result.path.text()) + ",\"octets\":" +
               std::to_string(result.octets) + ",\"outcome\":" + quoted(name_of(result.outcome)) + "}");
}

}  // namespace

int main() {
  const auto events = std::make_shared<ferry::EventFunctions>();
  events->on_file_sent = report;
  events->on_file_received = report;
  events->on_incomplete_file_sent = report;
  events->on_incomplete_file_received = report;

  ferry::Account account;
  account.files = ferry::memory_file_system();
  account.permissions = ferry::Permissions::all();
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->allow_anonymous(account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  config.events = events;
  ferry::Server server(config);
  server.start();
  std::cout << "ftp://127.0.0.1:" << server.port() << " takes uploads from anonymous\n" << std::flush;
  while (std::getchar() != EOF) {
  }
}
