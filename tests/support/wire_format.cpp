#include "support/wire_format.hpp"

#include <iconv.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

#include "support/content.hpp"
#include "support/failure.hpp"

namespace ferry::test {

namespace {

// A record, and whether it has an end of its own.
struct Record {
  std::string octets;
  bool ended = true;
};

// Code page 1047, but that NL and LF are each other's lines' ends.
std::string recode(std::string text, const char* to, const char* from) {
  const iconv_t conversion = iconv_open(to, from);
  if (conversion == reinterpret_cast<iconv_t>(-1)) throw Failure("iconv does not know IBM1047");
  std::string out(text.size(), '\0');
  char* in_place = text.data();
  char* out_place = out.data();
  std::size_t in_left = text.size();
  std::size_t room = out.size();
  iconv(conversion, &in_place, &in_left, &out_place, &room);
  iconv_close(conversion);
  if (in_left != 0) throw Failure("iconv stopped");
  return out;
}

void exchange(std::string& text, char one, char other) {
  for (char& c : text) c = c == one ? other : c == other ? one : c;
}

std::string to_type(char type, char structure, std::string_view octets) {
  if (type == 'E') {
    std::string text(octets);
    exchange(text, '\n', '\x85');
    return recode(std::move(text), "IBM1047", "ISO-8859-1");
  }
  return type == 'A' && structure == 'F' ? to_type_a(octets) : std::string(octets);
}

std::string from_type(char type, char structure, std::string_view octets) {
  if (type == 'E') {
    std::string text = recode(std::string(octets), "ISO-8859-1", "IBM1047");
    exchange(text, '\n', '\x85');
    return text;
  }
  return type == 'A' && structure == 'F' ? from_type_a(octets) : std::string(octets);
}

std::vector<Record> records_of(const WireFormat& format, std::string_view file) {
  std::vector<Record> records;
  while (format.structure == 'R' && file.find('\n') != std::string_view::npos) {
    const std::size_t size = file.find('\n');
    records.push_back({to_type(format.type, 'R', file.substr(0, size))});
    file.remove_prefix(size + 1);
  }
  if (!file.empty() || records.empty()) records.push_back({to_type(format.type, format.structure, file), false});
  return records;
}

// Code and octets of one block or, in MODE C, of one string.
std::string framed(char mode, unsigned code, std::string_view octets) {
  std::string out;
  if (mode == 'B') {
    out += static_cast<char>(code);
    out += static_cast<char>(octets.size() >> 8);
    out += static_cast<char>(octets.size() & 0xFF);
    return out += octets;
  }
  if (code != 0) {
    out += '\0';
    out += static_cast<char>(code);
  }
  if (octets.empty()) return out += '\x80', out += 'x';  // none of any octet
  out += static_cast<char>(octets.size());
  return out += octets;
}

std::string frame(char mode, const std::vector<Record>& records) {
  const std::size_t most = mode == 'B' ? 65'535 : 127;
  std::string out;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::string_view left = records[i].octets;
    for (; left.size() > most; left.remove_prefix(most)) out += framed(mode, 0, left.substr(0, most));
    out += framed(mode, (records[i].ended ? 128u : 0u) | (i + 1 == records.size() ? 64u : 0u), left);
  }
  return out;
}

std::string stream(char structure, const std::vector<Record>& records) {
  if (structure == 'F') return records.front().octets;
  std::string out;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const char c : records[i].octets) {
      if (c == '\xFF') out += c;
      out += c;
    }
    const int code = (records[i].ended ? 1 : 0) | (i + 1 == records.size() ? 2 : 0);
    if (code != 0) out += '\xFF', out += static_cast<char>(code);
  }
  return out;
}

std::string zlib(std::string_view in, bool pack) {
  uLongf size = pack ? compressBound(in.size()) : 64'000'000;
  std::string out(size, '\0');
  auto* const to = reinterpret_cast<Bytef*>(out.data());
  const auto* const from = reinterpret_cast<const Bytef*>(in.data());
  if ((pack ? compress(to, &size, from, in.size()) : uncompress(to, &size, from, in.size())) != Z_OK)
    throw Failure("zlib does not take the data");
  out.resize(size);
  return out;
}

// Takes octets one by one, and fails where none is left.
class Reader {
 public:
  explicit Reader(std::string_view data) : left_(data) {}
  bool at_end() const { return left_.empty(); }
  unsigned octet() { return static_cast<unsigned char>(octets(1).front()); }
  std::string_view octets(std::size_t count) {
    if (count > left_.size()) throw Failure("the data ends too early");
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

 private:
  std::string_view left_;
};

std::string one_string(Reader& reader, const WireFormat& format, unsigned kind) {
  if (kind < 128) return std::string(reader.octets(kind));
  if (kind < 192) return std::string(kind & 63, static_cast<char>(reader.octet()));
  return std::string(kind & 63, format.type == 'I' ? '\0' : format.type == 'A' ? ' ' : '\x40');
}

std::vector<Record> unframe(const WireFormat& format, std::string_view data) {
  Reader reader(data);
  std::vector<Record> records(1);
  for (unsigned code = 0; (code & 64) == 0;) {
    std::string octets;
    code = 0;
    if (format.mode == 'B') {
      code = reader.octet();
      const std::size_t size = reader.octet() << 8;
      octets = reader.octets(size | reader.octet());
    } else if (format.mode == 'C') {
      unsigned kind = reader.octet();
      code = kind == 0 ? reader.octet() : 0;
      if (kind == 0) kind = reader.octet();
      octets = one_string(reader, format, kind);
    } else if (const unsigned octet = reader.octet(); octet == 0xFF) {
      const unsigned escaped = reader.octet();
      if (escaped == 0xFF) octets = "\xFF";
      if (escaped != 0xFF) code = (escaped & 1) << 7 | (escaped & 2) << 5;
    } else {
      octets = static_cast<char>(octet);
    }
    records.back().octets += octets;
    if ((code & 128) != 0) records.emplace_back();
  }
  if (!reader.at_end()) throw Failure("octets behind the end of the file");
  records.back().ended = false;
  return records;
}

}  // namespace

std::string to_wire(const WireFormat& format, std::string_view file) {
  if (format.mode == 'Z') return zlib(to_wire({format.type, format.structure, 'S'}, file), true);
  const std::vector<Record> records = records_of(format, file);
  return format.data_ends_itself() ? frame(format.mode, records) : stream(format.structure, records);
}

std::string from_wire(const WireFormat& format, std::string_view data) {
  if (format.mode == 'Z') return from_wire({format.type, format.structure, 'S'}, zlib(data, false));
  if (format.mode == 'S' && format.structure == 'F') return from_type(format.type, 'F', data);
  std::string file;
  for (const Record& record : unframe(format, data)) {
    file += from_type(format.type, format.structure, record.octets);
    if (record.ended && format.structure == 'R') file += '\n';
  }
  return file;
}

std::size_t end_of_blocks(std::string_view data) {
  for (std::size_t place = 0; place + 3 <= data.size();) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
    const std::size_t next = place + 3 + (std::size_t{at(place + 1)} << 8) + at(place + 2);
    if ((at(place) & 64) != 0) return next <= data.size() ? next : std::string_view::npos;
    place = next;
  }
  return std::string_view::npos;
}

}  // namespace ferry::test
