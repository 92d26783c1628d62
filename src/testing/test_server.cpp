#include <ferry/testing/test_server.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>

#include <ferry/sync_wait.hpp>
#include <ferry/testing/certificate.hpp>
#include <ferry/testing/faulty_filesystem.hpp>

namespace ferry::testing {

namespace {

FtpPath path_of(std::string_view text) {
  auto path = FtpPath::resolve(FtpPath(), text);
  if (!path) throw std::invalid_argument("a path for the test server holds a NUL");
  return *std::move(path);
}

template <typename T>
T required(Result<T> result, std::string_view what, const FtpPath& path) {
  if (!result)
    throw std::runtime_error("the test server cannot " + std::string(what) + " " + path.text() + ": " +
                             result.error().detail);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace

struct TestServer::Impl {
  explicit Impl(TestSetup s) : setup(std::move(s)) {
    Account account;
    account.files = faulty(files, disk);
    users->allow_anonymous(account);
    account.permissions = Permissions::all();
    users->add(setup.user, Secret(setup.password), account);

    Config config;
    config.interface = "127.0.0.1";
    config.port = 0;
    config.threads = 1;
    config.authenticator = users;
    config.fault_injector = script;
    config.timeouts.login_delay = std::chrono::milliseconds(0);
    if (setup.ftps != Ftps::off) {
      certificate.emplace();
      config.tls.emplace();
      config.tls->certificate_file = certificate->path();
      config.tls->required_for_control = config.tls->required_for_data = setup.ftps == Ftps::required;
      if (setup.ftps == Ftps::implicit) config.tls->implicit_port = 0;
    }
    if (setup.configure) setup.configure(config);
    server.emplace(std::move(config));
    server->start();
  }

  const TestSetup setup;
  const std::shared_ptr<FileSystem> files = memory_file_system();
  const std::shared_ptr<Faults> disk = std::make_shared<Faults>();
  const std::shared_ptr<FaultScript> script = std::make_shared<FaultScript>();
  const std::shared_ptr<StaticUsers> users = std::make_shared<StaticUsers>();
  std::optional<ThrowAwayCertificate> certificate;
  std::optional<Server> server;  // the first to go
};

TestServer::TestServer(TestSetup setup) : impl_(std::make_unique<Impl>(std::move(setup))) {}
TestServer::~TestServer() = default;

std::uint16_t TestServer::port() const { return impl_->server->port(); }
std::uint16_t TestServer::tls_port() const { return impl_->server->implicit_tls_port(); }

std::string TestServer::url() const {
  return "ftp://" + impl_->setup.user + ":" + impl_->setup.password + "@127.0.0.1:" + std::to_string(port()) + "/";
}

std::string TestServer::certificate() const { return impl_->certificate ? impl_->certificate->pem() : std::string(); }

std::string TestServer::certificate_file() const {
  return impl_->certificate ? impl_->certificate->path() : std::string();
}

void TestServer::put(std::string_view path, std::string_view content) {
  const FtpPath target = path_of(path);
  make_directory(target.parent().text());
  const StoreRequest request;
  const auto sink = required(sync_wait(impl_->files->open_write(target, request)), "store", target);
  required(sync_wait(sink->start()), "store", target);
  required(sync_wait(sink->write(std::as_bytes(std::span(content)))), "store", target);
  required(sync_wait(sink->commit()), "store", target);
}

void TestServer::make_directory(std::string_view path) {
  const FtpPath target = path_of(path);
  if (sync_wait(impl_->files->stat(target))) return;
  make_directory(target.parent().text());
  required(sync_wait(impl_->files->make_directory(target)), "make the directory", target);
}

std::optional<std::string> TestServer::content(std::string_view path) const {
  const FtpPath target = path_of(path);
  const auto source = sync_wait(impl_->files->open_read(target, 0));
  if (!source) return std::nullopt;
  std::string all(static_cast<std::size_t>((*source)->remaining()), '\0');
  for (std::size_t got = 0; got < all.size();) {
    const auto room = std::as_writable_bytes(std::span(all).subspan(got));
    const std::size_t n = required(sync_wait((*source)->read(room)), "read", target);
    if (n == 0) break;
    got += n;
  }
  return all;
}

std::vector<std::string> TestServer::names(std::string_view directory) const {
  const FtpPath target = path_of(directory);
  std::vector<std::string> names;
  const auto reader = sync_wait(impl_->files->list(target, Detail::names));
  if (!reader) return names;
  for (;;) {
    const auto entries = required(sync_wait((*reader)->next()), "list", target);
    if (entries.empty()) break;
    for (const DirectoryEntry& entry : entries) names.emplace_back(entry.name);
  }
  std::ranges::sort(names);
  return names;
}

void TestServer::fault(std::string_view rule) {
  auto parsed = parse_fault_rule(rule);
  if (!parsed) throw std::invalid_argument("\"" + std::string(rule) + "\" " + parsed.error());
  if (parsed->no_resumption)
    throw std::invalid_argument(
        "\"TLS:no-resumption\" comes too late; set Config::tls->resumption in TestSetup::configure");
  if (parsed->disk_delay.count() > 0)
    impl_->disk->slow_down(parsed->disk_delay);
  else
    impl_->script->add(*std::move(parsed));
}

void TestServer::clear_faults() {
  impl_->script->clear();
  impl_->disk->slow_down(std::chrono::milliseconds(0));
}

std::vector<std::string> TestServer::conversation(std::uint64_t session) const { return impl_->script->lines(session); }
std::vector<std::string> TestServer::commands(std::uint64_t session) const { return impl_->script->commands(session); }

bool TestServer::wait_for_command(std::string_view beginning, std::chrono::milliseconds patience) const {
  return impl_->script->wait_for_command(beginning, patience);
}

Server& TestServer::server() { return *impl_->server; }
FaultScript& TestServer::script() { return *impl_->script; }

}  // namespace ferry::testing
