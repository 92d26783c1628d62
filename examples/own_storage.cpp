// A storage of one's own: measurements that are in a program, and look like a directory of CSV files to whoever logs
// in. Nothing is ever written to a disk, and nothing can be changed.
//
//     $ ./own_storage
//     anonymous finds cellar.csv and roof.csv at ftp://127.0.0.1:40123
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ferry/blocking_filesystem.hpp>
#include <ferry/server.hpp>

namespace {

using ferry::FsErrc;
using ferry::FsError;
using ferry::FtpPath;
using ferry::Result;

// Stands for the database, or the devices, that are asked. It may be slow: these functions run on the pool.
const std::map<std::string, std::vector<double>, std::less<>>& measurements() {
  static const std::map<std::string, std::vector<double>, std::less<>> all = {{"cellar", {11.5, 11.4}},
                                                                              {"roof", {-2.0, 3.5, 7.25}}};
  return all;
}

// The content of "/cellar.csv"; nothing where there is no such sensor.
std::optional<std::string> csv(const FtpPath& path) {
  const std::string_view name = path.name();
  if (!name.ends_with(".csv") || !path.parent().is_root()) return std::nullopt;
  const auto found = measurements().find(name.substr(0, name.size() - 4));
  if (found == measurements().end()) return std::nullopt;
  std::string text = "number,degrees\n";
  for (std::size_t i = 0; i < found->second.size(); ++i)
    text += std::to_string(i + 1) + ',' + std::to_string(found->second[i]) + '\n';
  return text;
}

ferry::FileInfo facts_of_file(std::uint64_t size) {
  ferry::FileInfo info;
  info.mode = 0444;
  info.access = {.read = true, .write = false, .enter = false, .removable = false};
  info.size = size;
  return info;
}

class Text final : public ferry::BlockingSource {
 public:
  Text(std::string text, std::size_t offset) : text_(std::move(text)), at_(offset) {}
  std::uint64_t remaining() const override { return text_.size() - at_; }
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const std::size_t n = std::min(buffer.size(), text_.size() - at_);
    std::memcpy(buffer.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_;
};

class Measurements final : public ferry::BlockingFileSystem {
 public:
  Result<ferry::FileInfo> stat(const FtpPath& path) override {
    if (path.is_root()) {
      ferry::FileInfo root;
      root.kind = ferry::FileKind::directory;
      root.mode = 0555;
      return root;
    }
    const auto text = csv(path);
    if (!text) return std::unexpected(FsError(FsErrc::not_found));
    return facts_of_file(text->size());
  }

  Result<std::vector<ferry::BlockingEntry>> list(const FtpPath& path, ferry::Detail) override {
    if (!path.is_root()) return std::unexpected(FsError(csv(path) ? FsErrc::not_a_directory : FsErrc::not_found));
    std::vector<ferry::BlockingEntry> entries;
    for (const auto& [sensor, values] : measurements()) {
      const std::string name = sensor + ".csv";
      entries.push_back({name, facts_of_file(csv(*path.child(name))->size())});
    }
    return entries;
  }

  Result<std::unique_ptr<ferry::BlockingSource>> open_read(const FtpPath& path, std::uint64_t offset) override {
    auto text = csv(path);
    if (!text) return std::unexpected(FsError(path.is_root() ? FsErrc::not_a_file : FsErrc::not_found));
    if (offset > text->size()) return std::unexpected(FsError(FsErrc::bad_offset));
    return std::make_unique<Text>(*std::move(text), static_cast<std::size_t>(offset));
  }

  // Nothing can be changed. (read_only() would say so too, around a storage that can.)
  Result<std::unique_ptr<ferry::BlockingSink>> open_write(const FtpPath&, const ferry::StoreRequest&) override {
    return std::unexpected(FsError(FsErrc::not_permitted));
  }
  Result<void> make_directory(const FtpPath&) override { return std::unexpected(FsError(FsErrc::not_permitted)); }
  Result<void> remove_directory(const FtpPath&) override { return std::unexpected(FsError(FsErrc::not_permitted)); }
  Result<void> remove_file(const FtpPath&) override { return std::unexpected(FsError(FsErrc::not_permitted)); }
  Result<void> rename(const FtpPath&, const FtpPath&, bool) override {
    return std::unexpected(FsError(FsErrc::not_permitted));
  }
};

}  // namespace

int main() {
  ferry::Account account;
  account.files = ferry::on_pool(std::make_shared<Measurements>());
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->allow_anonymous(account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  ferry::Server server(config);
  server.start();
  std::cout << "anonymous finds cellar.csv and roof.csv at ftp://127.0.0.1:" << server.port() << '\n' << std::flush;
  while (std::getchar() != EOF) {
  }
}
