// How data is represented, and which part of it: TYPE, STRU, MODE, REST, ALLO (RFC 959 §4.1.2 and §4.1.3, RFC 3659 §5)
// and RANG (draft-bryan-ftp-range-08).

#include "base/text.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> type(Session& session, Command command) {
  const std::string wanted = to_upper_ascii(command.argument);
  // RFC 1123 §4.1.2.2: A T is the same as A N here.
  if (wanted == "A" || wanted == "A N" || wanted == "A T") {
    session.type = DataType::ascii;
    co_return Reply(200, "TYPE is A.");
  }
  if (wanted == "I" || wanted == "L 8" || wanted == "L8") {
    session.type = DataType::image;
    co_return Reply(200, "TYPE is I.");
  }
  co_return Reply(504, "TYPE A, A N, A T, I and L 8 are known.");
}

Task<Reply> stru(Session&, Command command) {
  const std::string wanted = to_upper_ascii(command.argument);
  if (wanted == "F") co_return Reply(200, "STRU is F.");
  if (wanted == "R" || wanted == "P") co_return Reply(504, "Only STRU F is known.");
  co_return Reply(501, "STRU is F, R or P.");
}

Task<Reply> mode(Session&, Command command) {
  const std::string wanted = to_upper_ascii(command.argument);
  if (wanted == "S") co_return Reply(200, "MODE is S.");
  if (wanted == "B" || wanted == "C" || wanted == "Z") co_return Reply(504, "Only MODE S is known.");
  co_return Reply(501, "MODE is S, B, C or Z.");
}

Task<Reply> rest(Session& session, Command command) {
  // Whether the file is long enough shows at the next command only (RFC 3659 §5.3).
  const auto octets = parse_decimal(command.argument);
  if (!octets || *octets > static_cast<std::uint64_t>(INT64_MAX))
    co_return Reply(501, "The restart point is a number of octets.");
  session.forget_prepared(Keeps::nothing);
  session.restart_point = *octets;
  co_return Reply(350, "Restart point is {}; send RETR or STOR.", {std::to_string(*octets)});
}

Task<Reply> rang(Session& session, Command command) {
  const auto range = parse_range(command.argument);
  if (!range) co_return Reply(501, "RANG needs the first and the last octet, or 1 0 for all.");
  if (session.type != DataType::image) co_return Reply(551, "A range needs TYPE I and MODE S.");
  session.forget_prepared(Keeps::nothing);
  session.prepared.range = *range;
  if (!*range) co_return Reply(350, "There is no range any more.");
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
