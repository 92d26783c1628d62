#include "fuzz/server/session/world.hpp"

#include <dirent.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <ferry/storages.hpp>
#include <ferry/sync_wait.hpp>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace ferry::fuzz {

namespace {

FtpPath at(std::string_view text) { return FtpPath::resolve(FtpPath(), text).value(); }

void put(FileSystem& files, std::string_view path, std::string_view content) {
  const FtpPath target = at(path);
  const StoreRequest request;
  const auto sink = sync_wait(files.open_write(target, request)).value();
  sync_wait(sink->start()).value();
  sync_wait(sink->write(octets_of(content))).value();
  sync_wait(sink->commit()).value();
}

void make_directory(FileSystem& files, std::string_view path) {
  const FtpPath target = at(path);
  sync_wait(files.make_directory(target)).value();
}

std::string content_of(FileSystem& files, const FtpPath& path) {
  const auto source = sync_wait(files.open_read(path, 0)).value();
  std::string text;
  char room[65'536];
  for (;;) {
    const std::size_t n = sync_wait(source->read(std::as_writable_bytes(std::span(room)))).value();
    if (n == 0) return text;
    text.append(room, n);
  }
}

void collect(FileSystem& files, const FtpPath& directory, Tree& tree) {
  const auto reader = sync_wait(files.list(directory, Detail::full)).value();
  for (;;) {
    const auto batch = sync_wait(reader->next()).value();
    if (batch.empty()) return;
    for (const DirectoryEntry& entry : batch) {
      const FtpPath path = directory.child(entry.name).value();
      Entry& seen = tree[path.text()];
      const FileInfo info = sync_wait(files.stat(path)).value();
      seen = {.directory = info.kind == FileKind::directory, .link = info.link, .mode = info.mode};
      if (seen.directory)
        collect(files, path, tree);
      else
        seen.content = content_of(files, path);
    }
  }
}

std::size_t open_descriptors() {
  DIR* const directory = ::opendir("/proc/self/fd");
  must(directory != nullptr, "the descriptors can be counted");
  std::size_t count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

constexpr std::string_view home = "/home";

// Little more than is there at first, so that a copy of the big file and some small ones come up to it.
constexpr QuotaLimits allowed{.octets = 200'000, .files = 12};

}  // namespace

void Users::serve(std::shared_ptr<FileSystem> files, std::shared_ptr<Quota> quota) {
  const std::lock_guard lock(mutex_);
  files_ = std::move(files);
  quota_ = std::move(quota);
  handed_out_ = Permissions::none();
}

Permissions Users::handed_out() const {
  const std::lock_guard lock(mutex_);
  return handed_out_;
}

Task<std::expected<Account, AuthErrc>> Users::authenticate(const LoginRequest& request) {
  if (request.password.reveal() != "p" || request.user == "nobody") co_return std::unexpected(AuthErrc::rejected);
  const std::lock_guard lock(mutex_);
  Account account;
  account.files = with_quota(mounted({Mount{.at = FtpPath(), .files = files_, .from = at(home)}}), quota_);
  account.permissions = Permissions::parse(request.user).value_or(Permissions::all());
  for (unsigned bit = 0; bit < 10; ++bit) {
    const auto permission = static_cast<Permission>(1u << bit);
    if (account.permissions.allows(permission)) handed_out_ = handed_out_.with(permission);
  }
  co_return account;
}

World::World() {
  using std::chrono::milliseconds;
  config_ = std::make_unique<Config>();
  Config& config = *config_;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.threads = 1;
  config.blocking_threads = 2;
  config.authenticator = users_;
  config.listings.globs = Globs::full;
  config.listings.recursive = true;
  config.permit_owner_changes = true;
  // Short, so that an input may run into each of them.
  config.timeouts.idle = milliseconds(400);
  config.timeouts.login = milliseconds(400);
  config.timeouts.data_connect = milliseconds(100);
  config.timeouts.data_stall = milliseconds(100);
  config.timeouts.command_write = milliseconds(400);
  config.timeouts.login_delay = milliseconds(0);
  config.log_level = LogLevel::warning;
  config.log = [this](const LogRecord& record) {
    if (record.event == "foreign_protocol") foreign_ = true;
    if (record.level != LogLevel::error) return;
    std::fprintf(stderr, "the server logged an error: %.*s\n", static_cast<int>(record.text.size()),
                 record.text.data());
    std::abort();
  };
  commands_ = std::make_unique<CommandSet>(config);
  server_ = std::make_unique<Server>(config);
  server_->start();
}

void World::begin() {
  foreign_ = false;
  files_ = memory_file_system(16u << 20);
  make_directory(*files_, home);
  put(*files_, "/secret", secret);
  put(*files_, "/home/f", "the old content\nof two lines\n");
  put(*files_, "/home/empty", "");
  put(*files_, "/home/big", std::string(100'000, 'b'));
  make_directory(*files_, "/home/d");
  put(*files_, "/home/d/g", "another file");
  make_directory(*files_, "/home/d/e");
  all_before_.clear();
  collect(*files_, FtpPath(), all_before_);
  before_ = now();
  quota_ = std::make_shared<Quota>(allowed);
  users_->serve(files_, quota_);
}

Tree World::now() const {
  Tree tree;
  collect(*files_, at(home), tree);
  return tree;
}

void World::wait_for_the_end_of_sessions() {
  // Counted in turns and not in time: whoever runs fuzzers may stop and continue them.
  for (int turns = 0; server_->statistics().sessions_now != 0; ++turns) {
    must(turns < 50'000, "no session outlives its peer");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

void World::end() {
  wait_for_the_end_of_sessions();
  if (descriptors_ == 0) {
    descriptors_ = open_descriptors();  // after the first input everything is there that stays
  } else {
    for (int turns = 0; open_descriptors() > descriptors_; ++turns) {
      must(turns < 10'000, "no descriptor outlives its session");
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }
  Tree all;
  collect(*files_, FtpPath(), all);
  for (const auto& [path, entry] : all_before_)
    if (!at(home).contains(at(path))) must(all.contains(path) && all[path] == entry, "nothing beside the root changes");
  for (const auto& [path, entry] : all)
    if (!at(home).contains(at(path))) must(all_before_.contains(path), "nothing is made beside the root");
  check_quota();
}

void World::check_quota() const {
  QuotaUsage there;
  for (const auto& [path, entry] : now()) {
    if (entry.directory && !entry.link) continue;
    ++there.files;
    if (!entry.link) there.octets += entry.content.size();
  }
  must(there.octets <= allowed.octets, "no more octets than the quota allows");
  must(there.files <= allowed.files, "no more files than the quota allows");
  // More may be booked than is there, behind uploads into old files that broke off, until the next count.
  const QuotaUsage known = quota_->usage().value_or(there);
  must(known.octets >= there.octets && known.files >= there.files, "the quota forgets nothing that is there");
}

}  // namespace ferry::fuzz
