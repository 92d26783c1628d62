#include "storage/channel/serve_files.hpp"

#include <map>
#include <memory>
#include <utility>
#include <variant>

#include <ferry/sync_wait.hpp>

#include "base/packet_socket.hpp"
#include "storage/channel/file_messages.hpp"

namespace ferry {

namespace {

// A session has an upload and a listing open, or little more.
constexpr std::size_t most_handles = 32;

struct Listing {
  std::unique_ptr<DirectoryReader> reader;
  std::span<const DirectoryEntry> left{};  // of what the reader gave last
};

// An answer, and the open file that goes with it.
struct Served {
  Result<FileAnswer> answer;
  int descriptor = -1;
  std::unique_ptr<Source> owner{};
};

Served refusal(FsError error) { return {.answer = std::unexpected(std::move(error))}; }

Served plain(Result<void> done) {
  if (!done) return refusal(std::move(done.error()));
  return {.answer = FileAnswer()};
}

Served with_file(Result<std::unique_ptr<Source>> source) {
  if (!source) return refusal(std::move(source.error()));
  const auto native = *source ? (*source)->native() : std::nullopt;
  return {.answer = FileAnswer(), .descriptor = native ? native->descriptor : -1, .owner = *std::move(source)};
}

class Channel {
 public:
  Channel(int socket, FileSystem& files) : socket_(socket), files_(files) {}

  // False where the channel is to end.
  bool serve_one() {
    const auto packet = receive_packet(socket_, largest_file_packet);
    const auto request = packet ? decode_file_request(*packet) : std::nullopt;
    if (!request) return false;
    if (request->call == FileCall::release) return open_.erase(request->handle) == 1;
    const Served served = answer(*request);
    return send_packet(socket_, encode_file_answer(request->call, served.answer), {}, served.descriptor);
  }

 private:
  Served answer(const FileRequest& request) {
    switch (request.call) {
      case FileCall::stat:
        return about(sync_wait(files_.stat(request.path)), &FileAnswer::info);
      case FileCall::list:
        return list(request);
      case FileCall::entries:
        return entries(request);
      case FileCall::open_read:
        return with_file(sync_wait(files_.open_read(request.path, request.number)));
      case FileCall::open_write:
        return open_write(request);
      case FileCall::start:
      case FileCall::write:
      case FileCall::preview:
      case FileCall::commit:
      case FileCall::keep_part:
        return go_on(request);
      case FileCall::make_directory:
        return plain(sync_wait(files_.make_directory(request.path)));
      case FileCall::remove_directory:
        return plain(sync_wait(files_.remove_directory(request.path)));
      case FileCall::remove_file:
        return plain(sync_wait(files_.remove_file(request.path)));
      case FileCall::rename:
        return plain(sync_wait(files_.rename(request.path, request.other, request.flag)));
      default:
        return use_ability(request);
    }
  }

  Served use_ability(const FileRequest& request) {
    if (auto* const modes = files_.mode_setter(); modes && request.call == FileCall::set_mode)
      return plain(sync_wait(modes->set_mode(request.path, static_cast<std::uint32_t>(request.number))));
    if (auto* const times = files_.time_setter(); times && request.call == FileCall::set_modified)
      return plain(sync_wait(times->set_modified(request.path, request.time)));
    if (auto* const owners = files_.owner_setter(); owners && request.call == FileCall::set_owner)
      return plain(sync_wait(owners->set_owner(request.path, request.owner, request.group)));
    if (auto* const links = files_.link_maker(); links && request.call == FileCall::make_link)
      return plain(sync_wait(links->make_link(request.path, request.other)));
    if (auto* const space = files_.space_teller(); space && request.call == FileCall::available)
      return about(sync_wait(space->available(request.path)), &FileAnswer::number);
    if (auto* const reader = files_.attribute_reader(); reader && request.call == FileCall::attributes)
      return about(sync_wait(reader->attributes(request.path)), &FileAnswer::attributes);
    return refusal(FsErrc::unsupported);
  }

  template <typename T>
  static Served about(Result<T> found, T FileAnswer::* member) {
    if (!found) return refusal(std::move(found.error()));
    FileAnswer answer;
    answer.*member = *std::move(found);
    return {.answer = std::move(answer)};
  }

  Served list(const FileRequest& request) {
    if (open_.size() == most_handles) return refusal({FsErrc::failed, "too many handles"});
    auto reader = sync_wait(files_.list(request.path, request.flag ? Detail::full : Detail::names));
    if (!reader) return refusal(std::move(reader.error()));
    FileAnswer answer;
    answer.handle = keep(Listing{.reader = *std::move(reader)});
    return {.answer = std::move(answer)};
  }

  Served entries(const FileRequest& request) {
    Listing* const listing = find<Listing>(request.handle);
    if (!listing) return refusal({FsErrc::failed, "no listing has this handle"});
    if (listing->left.empty()) {
      auto more = sync_wait(listing->reader->next());
      if (!more) return refusal(std::move(more.error()));
      listing->left = *more;
    }
    FileAnswer answer;
    const auto now = listing->left.first(entries_that_fit(listing->left));
    answer.entries.assign(now.begin(), now.end());
    listing->left = listing->left.subspan(now.size());
    return {.answer = std::move(answer)};
  }

  Served open_write(const FileRequest& request) {
    if (open_.size() == most_handles) return refusal({FsErrc::failed, "too many handles"});
    auto sink = sync_wait(files_.open_write(request.path, request.store));
    if (!sink) return refusal(std::move(sink.error()));
    FileAnswer answer;
    answer.path = (*sink)->path();
    answer.number = (*sink)->offset();
    answer.handle = keep(*std::move(sink));
    return {.answer = std::move(answer)};
  }

  // With an upload that is open.
  Served go_on(const FileRequest& request) {
    auto* const found = find<std::unique_ptr<Sink>>(request.handle);
    if (!found) return refusal({FsErrc::failed, "no upload has this handle"});
    Sink& sink = **found;
    switch (request.call) {
      case FileCall::start:
        return start(sink, request.flag);
      case FileCall::write:
        return plain(sync_wait(sink.write(std::as_bytes(std::span(request.octets)))));
      case FileCall::preview:
        return with_file(sync_wait(sink.preview()));
      case FileCall::keep_part:
        sync_wait(sink.keep_part());
        return plain({});
      default:
        return plain(sync_wait(sink.commit()));
    }
  }

  static Served start(Sink& sink, bool with_descriptor) {
    if (auto started = sync_wait(sink.start()); !started) return refusal(std::move(started.error()));
    FileAnswer answer;
    answer.number = sink.offset();
    const auto native = with_descriptor ? sink.native() : std::nullopt;
    return {.answer = std::move(answer), .descriptor = native ? native->descriptor : -1};
  }

  using Open = std::variant<Listing, std::unique_ptr<Sink>>;

  std::uint32_t keep(Open open) {
    while (open_.contains(next_handle_)) ++next_handle_;
    open_.emplace(next_handle_, std::move(open));
    return next_handle_++;
  }

  template <typename T>
  T* find(std::uint32_t handle) {
    const auto found = open_.find(handle);
    return found == open_.end() ? nullptr : std::get_if<T>(&found->second);
  }

  const int socket_;
  FileSystem& files_;
  std::map<std::uint32_t, Open> open_;
  std::uint32_t next_handle_ = 0;
};

}  // namespace

bool greet(int channel, const Result<void>& opened) {
  const Result<FileAnswer> answer =
      opened ? Result<FileAnswer>(FileAnswer()) : Result<FileAnswer>(std::unexpected(opened.error()));
  return send_packet(channel, encode_file_answer(FileCall::greet, answer));
}

void serve_files(int channel, FileSystem& files) {
  Channel served(channel, files);
  while (served.serve_one()) continue;
}

}  // namespace ferry
