#include "storage/channel/file_messages.hpp"

#include "base/packets.hpp"

namespace ferry {

namespace {

constexpr std::size_t largest_text = 8 * 1024;    // names of owners, media types, details of errors
constexpr std::size_t largest_of_an_entry = 128;  // all but its name
constexpr std::uint32_t all_permission_bits = 0777;

// The members of a request that its call needs.
struct Parts {
  bool path = false, other = false, handle = false, number = false, time = false, flag = false, store = false,
       owners = false, octets = false;
};

std::optional<Parts> parts_of(FileCall call) {
  switch (call) {
    case FileCall::greet:
      return std::nullopt;
    case FileCall::stat:
    case FileCall::make_directory:
    case FileCall::remove_directory:
    case FileCall::remove_file:
    case FileCall::available:
    case FileCall::attributes:
      return Parts{.path = true};
    case FileCall::list:
      return Parts{.path = true, .flag = true};
    case FileCall::open_read:
    case FileCall::set_mode:
      return Parts{.path = true, .number = true};
    case FileCall::open_write:
      return Parts{.path = true, .store = true};
    case FileCall::start:
      return Parts{.handle = true, .flag = true};
    case FileCall::write:
      return Parts{.handle = true, .octets = true};
    case FileCall::entries:
    case FileCall::preview:
    case FileCall::commit:
    case FileCall::keep_part:
    case FileCall::release:
      return Parts{.handle = true};
    case FileCall::rename:
      return Parts{.path = true, .other = true, .flag = true};
    case FileCall::set_modified:
      return Parts{.path = true, .time = true};
    case FileCall::set_owner:
      return Parts{.path = true, .owners = true};
    case FileCall::make_link:
      return Parts{.path = true, .other = true};
  }
  return std::nullopt;
}

FtpPath read_path(PacketReader& in) {
  const std::string_view text = in.text();
  if (text.size() > largest_path) in.fail();
  auto path = in.good() ? FtpPath::resolve(FtpPath(), text) : std::nullopt;
  // It was a path when it was sent, and no other spelling of one.
  if (!path || path->text() != text) {
    in.fail();
    return {};
  }
  return *std::move(path);
}

std::string read_text(PacketReader& in) {
  const std::string_view text = in.text();
  if (text.size() > largest_text) in.fail();
  return in.good() ? std::string(text) : std::string();
}

template <typename T, typename Add>
void add_optional(PacketWriter& out, const std::optional<T>& value, Add add) {
  out.flag(value.has_value());
  if (value) add(*value);
}

template <typename Read>
auto read_optional(PacketReader& in, Read read) {
  return in.flag() ? std::optional(read()) : std::nullopt;
}

void add_time(PacketWriter& out, FileTime time) { out.number(std::int64_t{time.time_since_epoch().count()}); }
FileTime read_time(PacketReader& in) { return FileTime(FileTime::duration(in.number<std::int64_t>())); }

std::uint32_t read_permission_bits(PacketReader& in) {
  const auto bits = in.number<std::uint32_t>();
  if (bits > all_permission_bits) in.fail();
  return bits;
}

void add_store(PacketWriter& out, const StoreRequest& store) {
  out.number(store.mode);
  out.number(store.offset);
  out.flag(store.may_replace);
  add_optional(out, store.permission_bits, [&](std::uint32_t bits) { out.number(bits); });
  out.number(store.policy.atomic);
  out.number(store.policy.durability);
  out.flag(store.policy.keep_partial);
}

StoreRequest read_store(PacketReader& in) {
  StoreRequest store;
  store.mode = in.up_to(StoreMode::patch);
  store.offset = in.number<std::uint64_t>();
  store.may_replace = in.flag();
  store.permission_bits = read_optional(in, [&] { return read_permission_bits(in); });
  store.policy.atomic = in.up_to(Atomicity::always);
  store.policy.durability = in.up_to(Durability::full);
  store.policy.keep_partial = in.flag();
  return store;
}

void add_info(PacketWriter& out, const FileInfo& info) {
  out.number(info.kind);
  for (const bool may : {info.access.read, info.access.write, info.access.enter, info.access.removable}) out.flag(may);
  out.number(info.mode);
  out.number(info.links);
  out.number(info.size);
  add_time(out, info.modified);
  for (const auto& time : {info.created, info.changed}) add_optional(out, time, [&](FileTime t) { add_time(out, t); });
  out.number(info.device);
  out.number(info.inode);
  for (const auto& id : {info.owner_id, info.group_id}) add_optional(out, id, [&](std::uint32_t i) { out.number(i); });
  out.flag(info.link);
}

FileInfo read_info(PacketReader& in) {
  FileInfo info;
  info.kind = in.up_to(FileKind::special);
  for (bool* const may : {&info.access.read, &info.access.write, &info.access.enter, &info.access.removable})
    *may = in.flag();
  info.mode = in.number<std::uint32_t>();
  info.links = in.number<std::uint32_t>();
  info.size = in.number<std::uint64_t>();
  info.modified = read_time(in);
  for (auto* const time : {&info.created, &info.changed}) *time = read_optional(in, [&] { return read_time(in); });
  info.device = in.number<std::uint64_t>();
  info.inode = in.number<std::uint64_t>();
  for (auto* const id : {&info.owner_id, &info.group_id})
    *id = read_optional(in, [&] { return in.number<std::uint32_t>(); });
  info.link = in.flag();
  return info;
}

void add_entries(PacketWriter& out, const std::vector<DirectoryEntry>& entries) {
  for (const DirectoryEntry& entry : entries) {
    out.text(entry.name);
    add_info(out, entry.info);
  }
}

std::vector<DirectoryEntry> read_entries(PacketReader& in) {
  std::vector<DirectoryEntry> entries;
  while (in.left() > 0) {
    DirectoryEntry& entry = entries.emplace_back();
    entry.name = in.text();
    if (!FtpPath().child(entry.name)) in.fail();
    entry.info = read_info(in);
  }
  return entries;
}

void add_content(PacketWriter& out, FileCall call, const FileAnswer& answer) {
  switch (call) {
    case FileCall::stat:
      return add_info(out, answer.info);
    case FileCall::list:
      return out.number(answer.handle);
    case FileCall::entries:
      return add_entries(out, answer.entries);
    case FileCall::open_write:
      out.number(answer.handle);
      out.text(answer.path.text());
      return out.number(answer.number);
    case FileCall::start:
    case FileCall::available:
      return out.number(answer.number);
    case FileCall::attributes:
      out.text(std::string_view(answer.attributes.media_type).substr(0, largest_text));
      out.flag(answer.attributes.link);
      return add_optional(out, answer.attributes.link_target, [&](const FtpPath& path) { out.text(path.text()); });
    default:
      return;
  }
}

FileAnswer read_content(PacketReader& in, FileCall call) {
  FileAnswer answer;
  switch (call) {
    case FileCall::stat:
      answer.info = read_info(in);
      break;
    case FileCall::list:
      answer.handle = in.number<std::uint32_t>();
      break;
    case FileCall::entries:
      answer.entries = read_entries(in);
      break;
    case FileCall::open_write:
      answer.handle = in.number<std::uint32_t>();
      answer.path = read_path(in);
      answer.number = in.number<std::uint64_t>();
      break;
    case FileCall::start:
    case FileCall::available:
      answer.number = in.number<std::uint64_t>();
      break;
    case FileCall::attributes:
      answer.attributes.media_type = read_text(in);
      answer.attributes.link = in.flag();
      answer.attributes.link_target = read_optional(in, [&] { return read_path(in); });
      break;
    default:
      break;
  }
  return answer;
}

}  // namespace

std::optional<std::string> encode_file_request(const FileRequest& request) {
  const auto parts = parts_of(request.call);
  if (!parts || request.octets.size() > largest_write) return std::nullopt;
  if (request.path.text().size() > largest_path || request.other.text().size() > largest_path) return std::nullopt;
  for (const auto& name : {request.owner, request.group})
    if (name && name->size() > largest_text) return std::nullopt;
  PacketWriter out;
  out.number(request.call);
  if (parts->path) out.text(request.path.text());
  if (parts->other) out.text(request.other.text());
  if (parts->handle) out.number(request.handle);
  if (parts->number) out.number(request.number);
  if (parts->time) add_time(out, request.time);
  if (parts->flag) out.flag(request.flag);
  if (parts->store) add_store(out, request.store);
  if (parts->owners)
    for (const auto& name : {request.owner, request.group})
      add_optional(out, name, [&](const std::string& text) { out.text(text); });
  return out.take();
}

std::optional<FileRequest> decode_file_request(std::string_view packet) {
  if (packet.size() > largest_file_packet) return std::nullopt;
  PacketReader in(packet);
  FileRequest request;
  request.call = in.number<FileCall>();
  const auto parts = parts_of(request.call);
  if (!parts) return std::nullopt;
  if (parts->path) request.path = read_path(in);
  if (parts->other) request.other = read_path(in);
  if (parts->handle) request.handle = in.number<std::uint32_t>();
  if (parts->number) request.number = in.number<std::uint64_t>();
  if (request.call == FileCall::set_mode && request.number > all_permission_bits) in.fail();
  if (parts->time) request.time = read_time(in);
  if (parts->flag) request.flag = in.flag();
  if (parts->store) request.store = read_store(in);
  if (parts->owners)
    for (auto* const name : {&request.owner, &request.group}) *name = read_optional(in, [&] { return read_text(in); });
  if (parts->octets) request.octets = in.rest(largest_write);
  return in.whole() ? std::optional(std::move(request)) : std::nullopt;
}

std::string encode_file_answer(FileCall call, const Result<FileAnswer>& answer) {
  PacketWriter out;
  out.flag(answer.has_value());
  if (answer) {
    add_content(out, call, *answer);
  } else {
    out.number(static_cast<std::uint8_t>(answer.error().code));
    out.text(std::string_view(answer.error().detail).substr(0, largest_text));
  }
  return out.take();
}

std::optional<Result<FileAnswer>> decode_file_answer(FileCall call, std::string_view packet) {
  if (packet.size() > largest_file_packet) return std::nullopt;
  PacketReader in(packet);
  if (in.flag()) {
    Result<FileAnswer> answer = read_content(in, call);
    return in.whole() ? std::optional(std::move(answer)) : std::nullopt;
  }
  const auto code = in.number<std::uint8_t>();
  std::string detail = read_text(in);
  if (!in.whole() || code > static_cast<std::uint8_t>(FsErrc::failed)) return std::nullopt;
  return std::unexpected(FsError(static_cast<FsErrc>(code), std::move(detail)));
}

std::size_t entries_that_fit(std::span<const DirectoryEntry> entries) {
  std::size_t size = 0;
  std::size_t count = 0;
  for (const DirectoryEntry& entry : entries) {
    size += entry.name.size() + largest_of_an_entry;
    if (count > 0 && size > largest_entries) break;
    ++count;
  }
  return count;
}

}  // namespace ferry
