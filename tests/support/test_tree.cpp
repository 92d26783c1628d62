#include "support/test_tree.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

#include <ferry/sync_wait.hpp>
#include "support/failure.hpp"
#include "support/temporary_directory.hpp"

namespace ferry::test {
namespace {

FtpPath path_of(std::string_view path) { return FtpPath::resolve(FtpPath(), path).value(); }

template <typename T>
T required(Result<T> result, std::string_view path) {
  if (!result) throw Failure("the test's storage refused " + std::string(path) + ": " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class MemoryTree final : public TestTree {
 public:
  std::shared_ptr<FileSystem> files() override { return files_; }

  void make_file(std::string_view path, std::string_view content) override {
    const FtpPath target = path_of(path);
    const StoreRequest request;
    const auto sink = required(sync_wait(files_->open_write(target, request)), path);
    required(sync_wait(sink->start()), path);
    required(sync_wait(sink->write(std::as_bytes(std::span(content)))), path);
    required(sync_wait(sink->commit()), path);
  }

  void make_directory(std::string_view path) override {
    const FtpPath target = path_of(path);
    required(sync_wait(files_->make_directory(target)), path);
  }

  void make_symlink(std::string_view, std::string_view) override { throw Failure("memory storage has no links"); }
  void set_attribute(std::string_view, std::string_view, std::string_view) override {
    throw Failure("memory storage has no attributes");
  }

  std::optional<std::string> content(std::string_view path) override {
    const FtpPath target = path_of(path);
    const auto source = sync_wait(files_->open_read(target, 0));
    if (!source) return std::nullopt;
    std::string all((*source)->remaining(), '\0');
    for (std::size_t got = 0; got < all.size();) {
      const auto room = std::as_writable_bytes(std::span(all).subspan(got));
      got += required(sync_wait((*source)->read(room)), path);
    }
    return all;
  }

  bool is_directory(std::string_view path) override {
    const FtpPath target = path_of(path);
    const auto info = sync_wait(files_->stat(target));
    return info && info->kind == FileKind::directory;
  }

  std::vector<std::string> names(std::string_view path) override {
    const FtpPath target = path_of(path);
    const auto reader = required(sync_wait(files_->list(target, Detail::names)), path);
    std::vector<std::string> all;
    for (;;) {
      const auto entries = required(sync_wait(reader->next()), path);
      if (entries.empty()) break;
      for (const DirectoryEntry& entry : entries) all.emplace_back(entry.name);
    }
    std::ranges::sort(all);
    return all;
  }

  std::string directory() const override { return {}; }

 private:
  std::shared_ptr<FileSystem> files_ = memory_file_system();
};

// Goes to the disk by the standard library and not by the storage under test.
class LocalTree final : public TestTree {
 public:
  explicit LocalTree(const std::string& parent)
      : directory_(parent), files_(required(local_directory(directory_.path()), "/")) {}

  std::shared_ptr<FileSystem> files() override { return files_; }

  void make_file(std::string_view path, std::string_view content) override {
    std::ofstream out(place(path), std::ios::binary);
    out << content;
    if (!out.flush()) throw Failure("cannot write " + std::string(path));
  }

  void make_directory(std::string_view path) override { std::filesystem::create_directory(place(path)); }

  void make_symlink(std::string_view path, std::string_view target) override {
    std::filesystem::create_symlink(target, place(path));
  }

  void set_attribute(std::string_view path, std::string_view name, std::string_view value) override {
    const std::string file = place(path);
    if (::setxattr(file.c_str(), std::string(name).c_str(), value.data(), value.size(), 0) != 0)
      throw Failure("cannot set an attribute of " + std::string(path));
  }

  std::optional<std::string> content(std::string_view path) override {
    if (!std::filesystem::is_regular_file(place(path))) return std::nullopt;
    std::ifstream in(place(path), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  bool is_directory(std::string_view path) override { return std::filesystem::is_directory(place(path)); }

  std::vector<std::string> names(std::string_view path) override {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(place(path)))
      all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
  }

  std::string directory() const override { return directory_.path(); }

 private:
  std::string place(std::string_view path) const { return directory_.path() + std::string(path); }

  TemporaryDirectory directory_;
  std::shared_ptr<FileSystem> files_;
};

}  // namespace

std::unique_ptr<TestTree> TestTree::make(StorageKind kind, const std::string& parent) {
  if (kind == StorageKind::memory) return std::make_unique<MemoryTree>();
  return std::make_unique<LocalTree>(parent);
}

}  // namespace ferry::test
