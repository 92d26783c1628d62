// How data is represented, and which part of it: TYPE, STRU, MODE, REST, ALLO (RFC 959 §4.1.2 and §4.1.3, RFC 3659 §5)
// and RANG (draft-bryan-ftp-range-08).

#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

// The argument of TYPE, where it is offered.
std::optional<std::pair<DataType, Form>> parse_type(std::string_view wanted, const TransferFormats& formats) {
  if (wanted == "I" || wanted == "L 8" || wanted == "L8") return std::pair(DataType::image, Form::non_print);
  const DataType type = wanted.starts_with('E') ? DataType::ebcdic : DataType::ascii;
  if (type == DataType::ebcdic && !formats.ebcdic) return std::nullopt;
  if (wanted == "A" || wanted == "A N" || wanted == "E" || wanted == "E N") return std::pair(type, Form::non_print);
  // RFC 1123 §4.1.2.2: T is the same as N here. A C leaves the control characters of a printer where they are, which
  // begin each line.
  if (wanted == "A T" || wanted == "E T") return std::pair(type, Form::telnet);
  if (wanted == "A C") return std::pair(type, Form::carriage_control);
  return std::nullopt;
}

}  // namespace

Task<Reply> type(Session& session, Command command) {
  const auto wanted = parse_type(to_upper_ascii(command.argument), session.config().formats);
  if (!wanted) co_return Reply(504, "This TYPE is not offered.");
  std::tie(session.representation.type, session.representation.form) = *wanted;
  switch (wanted->first) {
    case DataType::ascii:
      co_return Reply(200, "TYPE is A.");
    case DataType::ebcdic:
      co_return Reply(200, "TYPE is E.");
    case DataType::image:
      co_return Reply(200, "TYPE is I.");
  }
  std::unreachable();
}

Task<Reply> stru(Session& session, Command command) {
  const std::string wanted = to_upper_ascii(command.argument);
  if (wanted == "F") {
    session.representation.structure = Structure::file;
    co_return Reply(200, "STRU is F.");
  }
  if (wanted == "R" && session.config().formats.records) {
    session.representation.structure = Structure::record;
    co_return Reply(200, "STRU is R.");
  }
  if (wanted == "R" || wanted == "P") co_return Reply(504, "This STRU is not offered.");
  co_return Reply(501, "STRU is F, R or P.");
}

bool is_mode_z(std::string_view argument) { return argument == "Z" || argument == "z"; }

Task<Reply> mode(Session& session, Command command) {
  const TransferFormats& formats = session.config().formats;
  const std::string wanted = to_upper_ascii(command.argument);
  const auto set = [&](TransferMode mode) {
    session.representation.mode = mode;
    return Reply(200, "MODE is {}.", {wanted});
  };
  if (wanted == "S") co_return set(TransferMode::stream);
  if (wanted == "B" && formats.block_mode) co_return set(TransferMode::block);
  if (wanted == "C" && formats.compressed_mode) co_return set(TransferMode::compressed);
  if (wanted == "Z" && session.offers_deflate()) {
    // draft-preston-ftpext-deflate §3.6: this one does not wait.
    if (session.transferring()) co_return Reply(451, "MODE Z cannot begin during a transfer.");
    co_return set(TransferMode::deflate);
  }
  if (wanted == "B" || wanted == "C" || wanted == "Z") co_return Reply(504, "This MODE is not offered.");
  co_return Reply(501, "MODE is S, B, C or Z.");
}

Task<Reply> rest(Session& session, Command command) {
  // Whether the file is long enough shows at the next command only (RFC 3659 §5.3).
  const auto octets = parse_decimal(command.argument);
  if (!octets || *octets > static_cast<std::uint64_t>(INT64_MAX))
    co_return Reply(501, "The restart point is a number of octets.");
  session.prepared = RestartPoint{*octets};
  co_return Reply(350, "Restart point is {}; send RETR or STOR.", {std::to_string(*octets)});
}

Task<Reply> rang(Session& session, Command command) {
  const auto range = parse_range(command.argument);
  if (!range) co_return Reply(501, "RANG needs the first and the last octet, or 1 0 for all.");
  const auto [type, form, structure, mode, level] = session.representation;
  if (type != DataType::image || structure != Structure::file || mode != TransferMode::stream)
    co_return Reply(551, "A range needs TYPE I and MODE S.");
  session.prepared = {};
  if (!*range) co_return Reply(350, "There is no range any more.");
  session.prepared = **range;
  co_return Reply(350, "The range is {} to {}; send RETR, STOR or HASH.",
                  {std::to_string((*range)->first), std::to_string((*range)->last)});
}

Task<Reply> allo(Session& session, Command command) {
  // "ALLO 1000 R 80": the record size says nothing to a server without records.
  const auto octets = parse_decimal(command.argument.substr(0, command.argument.find(' ')));
  if (!octets) co_return Reply(501, "ALLO needs a number of octets.");
  if (SpaceTeller* const space = session.files().space_teller()) {
    const auto available = co_await space->available(session.directory);
    if (available && *octets > *available) co_return Reply(552, "There is no space for so much.");
  }
  co_return Reply(202, "No allocation is needed.");
}

}  // namespace ferry
