#include "protocol/command_line.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/text.hpp"

namespace ferry::test {

void PrintTo(const CommandLine& line, std::ostream* out) {
  *out << line.verb << (line.has_argument ? " \"" + printable(line.argument) + '"' : "");
}

namespace {

using namespace std::string_literals;
using Result = std::expected<CommandLine, LineErrc>;

CommandLine command(std::string verb) { return {std::move(verb), "", false}; }
CommandLine command(std::string verb, std::string argument) { return {std::move(verb), std::move(argument), true}; }

std::vector<Result> drain(CommandReader& reader) {
  std::vector<Result> results;
  while (auto result = reader.next()) results.push_back(*std::move(result));
  return results;
}

// Reads `octets` in one piece, then cut in two at every place, then octet by octet (asking for lines after each piece,
// and again only at the end): the results and the Telnet replies must be the same each time.
std::vector<Result> read_all(std::string_view octets, std::string_view telnet_replies = {}) {
  CommandReader whole;
  whole.feed(octets);
  std::vector<Result> expected = drain(whole);
  EXPECT_EQ(whole.take_telnet_replies(), telnet_replies);

  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    CommandReader reader;
    reader.feed(octets.substr(0, cut));
    std::vector<Result> results = drain(reader);
    reader.feed(octets.substr(cut));
    for (Result& result : drain(reader)) results.push_back(std::move(result));
    EXPECT_EQ(results, expected) << "cut at " << cut;
    EXPECT_EQ(reader.take_telnet_replies(), telnet_replies) << "cut at " << cut;
  }

  CommandReader eager;
  CommandReader late;
  std::vector<Result> results;
  for (const char c : octets) {
    eager.feed({&c, 1});
    late.feed({&c, 1});
    for (Result& result : drain(eager)) results.push_back(std::move(result));
  }
  EXPECT_EQ(results, expected) << "octet by octet";
  EXPECT_EQ(drain(late), expected) << "octet by octet, lines at the end";
  EXPECT_EQ(eager.has_octets(), whole.has_octets());
  return expected;
}

std::vector<Result> one(Result result) { return {std::move(result)}; }
std::vector<Result> error(LineErrc errc) { return {std::unexpected(errc)}; }

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

TEST(CommandReader, SplitsALineIntoVerbAndArgument) {
  EXPECT_EQ(read_all("USER alice\r\n"), one(command("USER", "alice")));
  EXPECT_EQ(read_all("NOOP\r\n"), one(command("NOOP")));
  EXPECT_EQ(read_all("MLST \r\n"), one(command("MLST", "")));
}

TEST(CommandReader, RaisesTheVerbButNotTheArgument) {
  EXPECT_EQ(read_all("uSeR Alice\r\n"), one(command("USER", "Alice")));
  EXPECT_EQ(read_all("xsha256 f\r\n"), one(command("XSHA256", "f")));
}

TEST(CommandReader, TakesOneSpaceAsSeparatorOnly) {
  // The example of RFC 2640 §3.1.
  EXPECT_EQ(read_all("STOR   foo.bar\r\n"), one(command("STOR", "  foo.bar")));
  EXPECT_EQ(read_all("RETR a \r\n"), one(command("RETR", "a ")));
}

TEST(CommandReader, TakesABareLineFeedForTheEndOfALine) {
  EXPECT_EQ(read_all("NOOP\nUSER a\r\nSYST\n"),
            (std::vector<Result>{command("NOOP"), command("USER", "a"), command("SYST")}));
}

TEST(CommandReader, GivesCrNulAsCr) {
  // The example of RFC 2640 §3.1.
  EXPECT_EQ(read_all("STOR foo\r\0\nboo.bar\r\n"s), one(command("STOR", "foo\r\nboo.bar")));
  EXPECT_EQ(read_all("STOR a\r\0\r\n"s), one(command("STOR", "a\r")));
  EXPECT_EQ(read_all("STOR a\r\0\r\0\n\n"s), one(command("STOR", "a\r\r\n")));
  EXPECT_EQ(read_all("STOR a\r\0b\nNOOP\n"s), (std::vector<Result>{command("STOR", "a\rb"), command("NOOP")}));
}

TEST(CommandReader, KeepsOctetsThatAreNotAscii) {
  EXPECT_EQ(read_all("CWD \x80\xC3\xA4\xFE\r\n"), one(command("CWD", "\x80\xC3\xA4\xFE")));
}

TEST(CommandReader, RefusesControlOctetsAndGoesOnWithTheNextLine) {
  for (int octet = 0; octet < 256; ++octet) {
    if ((octet >= 0x20 && octet != 0x7F) || octet == '\r' || octet == '\n') continue;
    const std::string line = "STOR a"s + static_cast<char>(octet) + "b\r\nNOOP\r\n";
    EXPECT_EQ(read_all(line), (std::vector<Result>{std::unexpected(LineErrc::bad_octet), command("NOOP")})) << octet;
  }
}

TEST(CommandReader, RefusesACarriageReturnThatStandsAlone) {
  EXPECT_EQ(read_all("STOR a\rb\r\n"), error(LineErrc::bad_octet));
  EXPECT_EQ(read_all("STOR a\r\r\n"), error(LineErrc::bad_octet));
  EXPECT_EQ(read_all("\rNOOP\r\n"), error(LineErrc::bad_octet));
  EXPECT_EQ(read_all("STOR a\r\xFF\xFF\r\n"), error(LineErrc::bad_octet));
}

TEST(CommandReader, RefusesLinesWithoutAVerb) {
  for (const std::string& bad : {"\r\n"s, "\n"s, " \r\n"s, " NOOP\r\n"s, "\"\r\n"s, "US-ER a\r\n"s, "5XY\r\n"s,
                                 "ABCDEFGHIJKLMNOPQ\r\n"s, "\xC3\xA4\r\n"s, "NOOP\r\0 \r\n"s, "GET/\r\n"s})
    EXPECT_EQ(read_all(bad), error(LineErrc::malformed)) << "input: " << printable(bad);
  EXPECT_EQ(read_all("ABCDEFGHIJKLMNOP\r\n"), one(command("ABCDEFGHIJKLMNOP")));
}

TEST(CommandReader, RemovesTelnetCommands) {
  // ABOR as RFC 959 §4.1.3 wants it: with IP and Synch before it.
  EXPECT_EQ(read_all("\xFF\xF4\xFF\xF2"
                     "ABOR\r\n"),
            one(command("ABOR")));
  for (const int octet : {236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249}) {
    const std::string telnet{'\xFF', static_cast<char>(octet)};
    EXPECT_EQ(read_all("NO" + telnet + "OP\r" + telnet + "\n"), one(command("NOOP"))) << octet;
  }
}

TEST(CommandReader, TelnetCommandsDoNotComeBetweenCrNulAndItsLineFeed) {
  EXPECT_EQ(read_all("STOR a\r\xFF\xF1\0\xFF\xF1\nb\r\n"s), one(command("STOR", "a\r\nb")));
}

TEST(CommandReader, TakesADoubledIacForTheOctet) {
  EXPECT_EQ(read_all("STOR a\xFF\xFF"
                     "b\r\n"),
            one(command("STOR",
                        "a\xFF"
                        "b")));
  EXPECT_EQ(read_all("STOR \xFF\xFF\xFF\xFF\r\n"), one(command("STOR", "\xFF\xFF")));
}

TEST(CommandReader, RefusesTelnetOptions) {
  EXPECT_EQ(read_all("\xFF\xFB\x01NOOP\r\n", "\xFF\xFE\x01"), one(command("NOOP")));
  EXPECT_EQ(read_all("\xFF\xFD\x03NOOP\r\n", "\xFF\xFC\x03"), one(command("NOOP")));
  EXPECT_EQ(read_all("NO\xFF\xFD\xFFOP\r\n", "\xFF\xFC\xFF"), one(command("NOOP")));
  EXPECT_EQ(read_all("\xFF\xFB\nNOOP\r\n", "\xFF\xFE\n"), one(command("NOOP")));
}

TEST(CommandReader, IgnoresRefusalsOfTelnetOptions) {
  EXPECT_EQ(read_all("\xFF\xFC\x01\xFF\xFE\nNOOP\r\n"), one(command("NOOP")));
}

TEST(CommandReader, RemovesTelnetSubnegotiations) {
  EXPECT_EQ(read_all("NO\xFF\xFA\x18\0A\r\nB\xFF\xFF\xF0\xFF\xF0OP\r\n"s), one(command("NOOP")));
}

TEST(CommandReader, TakesAnIacBeforeALineForTheRestOfASynch) {
  EXPECT_EQ(read_all("\xFF\xF4\xFF"
                     "ABOR\r\n"),
            one(command("ABOR")));
}

TEST(CommandReader, RefusesAnIacInALineThatIsNoCommand) {
  EXPECT_EQ(read_all("STOR a\xFF"
                     "b\r\nNOOP\r\n"),
            (std::vector<Result>{std::unexpected(LineErrc::bad_octet), command("NOOP")}));
  EXPECT_EQ(read_all("STOR a\xFF\r\n"), error(LineErrc::bad_octet));
}

TEST(CommandReader, KeepsAtMost64TelnetReplies) {
  CommandReader reader;
  for (int i = 0; i < 1000; ++i) reader.feed("\xFF\xFB\x01");
  EXPECT_EQ(reader.take_telnet_replies().size(), 64u * 3);
  EXPECT_EQ(reader.take_telnet_replies(), "");
  reader.feed("\xFF\xFD\x01");
  EXPECT_EQ(reader.take_telnet_replies(), "\xFF\xFC\x01");
}

TEST(CommandReader, TakesALineOfTheGreatestLength) {
  const std::string argument(CommandReader::max_line - 5, 'x');
  CommandReader reader;
  reader.feed("STOR " + argument + "\r\nNOOP\r\n");
  EXPECT_EQ(drain(reader), (std::vector<Result>{command("STOR", argument), command("NOOP")}));
}

TEST(CommandReader, ReportsAnOverlongLineOnceAndSwallowsTheRest) {
  CommandReader reader;
  reader.feed("STOR " + std::string(CommandReader::max_line - 5, 'x'));
  EXPECT_FALSE(reader.next());
  reader.feed("x");
  EXPECT_EQ(drain(reader), error(LineErrc::too_long));
  for (int i = 0; i < 100; ++i) {
    reader.feed(std::string(10'000, 'x') + "\t\r\0\n\rx \xFF\xFF"s);
    EXPECT_FALSE(reader.next());
  }
  reader.feed("\r\nNOOP\r\n");
  EXPECT_EQ(drain(reader), one(command("NOOP")));
}

TEST(CommandReader, ReportsAnOverlongLineTheSameWayWhereverItIsCut) {
  const std::string line = "STOR " + std::string(CommandReader::max_line, 'x') + "\r\nNOOP\r\n";
  for (const std::size_t piece : {1u, 7u, 100u, 4607u, 4608u, 4609u, 4613u, 4614u, 4615u}) {
    CommandReader reader;
    for (std::string_view rest = line; !rest.empty(); rest.remove_prefix(std::min<std::size_t>(piece, rest.size())))
      reader.feed(rest.substr(0, piece));
    EXPECT_EQ(drain(reader), (std::vector<Result>{std::unexpected(LineErrc::too_long), command("NOOP")})) << piece;
  }
}

TEST(CommandReader, AnOverlongLineWithABadOctetIsOverlong) {
  CommandReader reader;
  reader.feed("STOR \t" + std::string(CommandReader::max_line, 'x'));
  EXPECT_EQ(drain(reader), error(LineErrc::too_long));
  reader.feed("\nNOOP\n");
  EXPECT_EQ(drain(reader), one(command("NOOP")));
}

TEST(CommandReader, GivesUpASubnegotiationWithoutEnd) {
  CommandReader reader;
  reader.feed("\xFF\xFA" + std::string(CommandReader::max_line + 1, 'x'));
  EXPECT_EQ(drain(reader), error(LineErrc::too_long));
  reader.feed("x\r\nNOOP\r\n");
  EXPECT_EQ(drain(reader), one(command("NOOP")));
}

TEST(CommandReader, CountsCrNulAsOneOctet) {
  std::string line = "STOR ";
  for (std::size_t i = line.size(); i < CommandReader::max_line; ++i) line += "\r\0"s;
  CommandReader reader;
  reader.feed(line + "\n");  // right after CR NUL: one octet too many
  EXPECT_EQ(drain(reader), error(LineErrc::too_long));
  reader.feed("\n" + line + "\r\n");
  ASSERT_EQ(drain(reader).size(), 1u);
}

TEST(CommandReader, YieldsPipelinedLinesInOrder) {
  CommandReader reader;
  for (int round = 0; round < 50; ++round) {
    std::string octets;
    for (int i = 0; i < 20; ++i) octets += "RETR file" + std::to_string(i) + "\r\n";
    reader.feed(octets + "NO");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(reader.next().value(), command("RETR", "file" + std::to_string(i)));
    EXPECT_FALSE(reader.next());
    reader.feed("OP\r\nSYST\r\n");
    EXPECT_EQ(reader.next().value(), command("NOOP"));
    // SYST stays behind when the next octets come.
    reader.feed("STAT\r\n");
    EXPECT_EQ(reader.next().value(), command("SYST"));
    EXPECT_EQ(reader.next().value(), command("STAT"));
  }
  EXPECT_FALSE(reader.has_octets());
}

TEST(CommandReader, KnowsWhetherAnythingHasNotBeenReturned) {
  CommandReader reader;
  EXPECT_FALSE(reader.has_octets());
  for (const std::string& part : {"N"s, "NOOP\r\n"s, "\r"s, "\xFF"s, "\xFF\xFD"s, "\xFF\xFA"s, "\xFF\xFAx\xFF"s, "\t"s,
                                  std::string(CommandReader::max_line + 1, 'x')}) {
    reader.feed(part);
    EXPECT_TRUE(reader.has_octets()) << printable(part.substr(0, 10));
    if (part.size() > CommandReader::max_line) {
      EXPECT_EQ(drain(reader), error(LineErrc::too_long));
      EXPECT_TRUE(reader.has_octets());
    }
    reader.clear();
    EXPECT_FALSE(reader.has_octets());
    EXPECT_FALSE(reader.next());
  }
  reader.feed("NOOP\r\n\xFF\xF1\xFF\xFD\x01");
  EXPECT_TRUE(reader.has_octets());
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.has_octets());
}

TEST(CommandReader, ForgetsEverythingWhenCleared) {
  CommandReader reader;
  reader.feed("USER a\r\nPASS b\r\nNO\xFF\xFD\x01\xFF");
  reader.clear();
  EXPECT_EQ(reader.take_telnet_replies(), "");
  reader.feed("SYST\r\n");
  EXPECT_EQ(drain(reader), one(command("SYST")));
}

TEST(EscapeForControl, DoublesIacAndPadsCr) {
  EXPECT_EQ(escaped("a\xFF"
                    "b\rc"),
            "a\xFF\xFF"
            "b\r\0c"s);
  EXPECT_EQ(escaped("Gr\xC3\xBC\xC3\x9F"
                    "e \xFE\x80"),
            "Gr\xC3\xBC\xC3\x9F"
            "e \xFE\x80");
}

TEST(EscapeForControl, LetsNoControlOctetThrough) {
  EXPECT_EQ(escaped("a\r\n550 b"), "a\r\0?550 b"s);
  EXPECT_EQ(escaped("\0\t\x1B\x7F"s), "????");
}

TEST(EscapeForControl, IsUndoneByTheReaderForEveryNameThatMayBeSent) {
  std::string name;
  for (int octet = 0x20; octet < 256; ++octet)
    if (octet != 0x7F) name += static_cast<char>(octet);
  name += "\r";
  EXPECT_EQ(read_all("STOR " + escaped(name) + "\r\n"), one(command("STOR", name)));
}

TEST(QuotePathname, DoublesQuotes) {
  // RFC 959 appendix II.
  EXPECT_EQ(quote_pathname("/usr/dm/foo\"bar"), "\"/usr/dm/foo\"\"bar\"");
  EXPECT_EQ(quote_pathname("/"), "\"/\"");
  EXPECT_EQ(quote_pathname("/\"\""), "\"/\"\"\"\"\"");
}

}  // namespace
}  // namespace ferry::test
