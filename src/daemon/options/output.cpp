// What the program writes, and what it is told to break.
#include "options/groups.hpp"

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view output = "Output";
constexpr std::string_view trials = "For tests of FTP clients";

const OptionRow output_rows[] = {
    {.group = output,
     .names = "--log-level",
     .value = "LEVEL",
     .help = "debug, info (the default), warning, error or off",
     .set = [](Options& o, const std::string& v) { return assign(parse_log_level(v), o.log_level); }},
    {.group = output,
     .names = "-D,--debug",
     .value = "",
     .help = "the same as --log-level debug",
     .set = [](Options& o, const std::string&) { return turn_on(o.debug); },
     .takes = Takes::nothing},
    {.group = output,
     .names = "--log-format",
     .value = "FORMAT",
     .help = "text (the default) or json, one object a line",
     .set = [](Options& o, const std::string& v) { return assign(parse_log_format(v), o.log_format); }},
    {.group = output,
     .names = "--port-file",
     .value = "FILE",
     .help = "write the bound port to FILE once clients can connect, and on a second line that of --implicit-tls-port; "
             "the file is there only while they can; where --run-as may not remove it, it is empty afterwards",
     .set = [](Options& o, const std::string& v) { return assign_text(v, o.port_file); }},

    {.group = trials,
     .names = "--memory",
     .value = "",
     .help = "share a copy in memory of DIRECTORY, or an empty tree where none is given; nothing on the disk changes",
     .set = [](Options& o, const std::string&) { return turn_on(o.memory); },
     .takes = Takes::nothing},
    {.group = trials,
     .names = "--fault",
     .value = "VERB[#N]:FAULT",
     .help = "let something go wrong with each command VERB (* for all, CONNECT for the greeting), or with the N-th: "
             "drop[@OCTET] (the data connection is reset after so many octets), close[@OCTET] (it ends as if "
             "complete), stall[@OCTET], reply=TEXT (instead of carrying it out), silence, hangup, reset (the control "
             "connection), delay=SECONDS, refused, unanswered (the port that PASV or EPSV announces); for the reply to "
             "the end of a transfer: final-reply=TEXT, final-silence, final-hangup, final-reset, final-delay=SECONDS; "
             "or TLS:no-resumption, DISK:delay=SECONDS. May be repeated",
     .set = [](Options& o, const std::string& v) -> SetResult {
       auto rule = testing::parse_fault_rule(v);
       if (!rule) return std::unexpected(std::move(rule).error());
       o.faults.push_back(*std::move(rule));
       return {};
     },
     .repeatable = true},
};

}  // namespace

std::span<const OptionRow> output_options() { return output_rows; }

}  // namespace ferry
