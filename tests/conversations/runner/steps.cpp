// The steps of a conversation: each line becomes one action on the stage.
#include <algorithm>

#include "script.hpp"
#include "support/content.hpp"

namespace ferry::test {
namespace {

using Action = std::function<void(Stage&)>;

// "NNN", "NNN|NNN" or "NNN-", then an expectation in clauses, or a text that the reply contains.
Action parse_reply(std::string_view line) {
  Words words(line);
  std::string codes_text = words.word();
  const bool multi_line = codes_text.ends_with('-');
  if (multi_line) codes_text.pop_back();
  std::vector<int> codes;
  for (std::size_t at = 0; at <= codes_text.size(); at += 4) {
    const std::string code = codes_text.substr(at, 3);
    if (code.size() != 3 || !std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; }))
      throw BadSyntax("not a reply code: " + codes_text);
    if (at + 3 < codes_text.size() && codes_text[at + 3] != '|') throw BadSyntax("not reply codes: " + codes_text);
    codes.push_back(std::stoi(code));
  }
  Expectation wanted;
  const std::string rest(words.rest());
  const auto begins_with = [&](std::string_view clause) { return rest.starts_with(std::string(clause) + " \""); };
  static constexpr std::string_view clauses[] = {"contains", "lacks", "line", "no line", "first", "last", "matches"};
  if (std::ranges::any_of(clauses, begins_with)) {
    Words clause_words(rest);
    wanted = Expectation::parse(clause_words);
  } else if (!rest.empty()) {
    wanted = Expectation::containing(unescape(rest));
  }
  return [=](Stage& stage) { stage.check_reply(codes, multi_line, wanted); };
}

// "with "text"" or "of N octets", up to the end of the line.
std::string parse_content(Words& words) {
  std::string content;
  if (words.take("with")) {
    content = words.quoted();
  } else {
    words.need("of");
    content = octets(words.number());
    words.need("octets");
  }
  words.end();
  return content;
}

Action parse_download(std::string_view line) {
  const std::size_t split = line.find(" expect ");
  if (split == std::string_view::npos) throw BadSyntax("download COMMAND expect ...");
  Words words(line.substr(split + 8));
  return [command = unescape(line.substr(0, split)), wanted = Expectation::parse(words)](Stage& stage) {
    stage.say(stage.expand(command));
    stage.check_reply({150, 125}, false, {});
    stage.check_data(wanted);
    stage.check_reply({226}, false, {});
  };
}

Action parse_upload(std::string_view line) {
  const std::size_t with = line.rfind(" with \"");
  const std::size_t split = with != std::string_view::npos ? with : line.rfind(" of ");
  if (split == std::string_view::npos) throw BadSyntax("upload COMMAND with \"...\" | of N octets");
  Words words(line.substr(split));
  return [command = unescape(line.substr(0, split)), content = parse_content(words)](Stage& stage) {
    stage.say(stage.expand(command));
    stage.check_reply({150, 125}, false, {});
    stage.client().open_data();
    stage.client().data().send_all(stage.expand(content));
    stage.client().drop_data();
    stage.check_reply({226}, false, {});
  };
}

Action parse_data(Words words) {
  Action action;
  if (words.take("expect")) {
    if (words.take("broken")) {
      action = [](Stage& stage) {
        try {
          stage.client().open_data().receive_all();
        } catch (const Failure&) {  // a refused handshake is one way to break it
        }
        stage.client().drop_data();
      };
    } else {
      return [wanted = Expectation::parse(words)](Stage& stage) { stage.check_data(wanted); };
    }
  } else if (words.take("read")) {
    action = [](Stage& stage) {
      if (stage.client().open_data().receive(1).empty()) throw Failure("no octet came on the data connection");
    };
  } else if (words.take("send")) {
    const std::string content = parse_content(words);
    action = [content](Stage& stage) { stage.client().open_data().send(content); };
  } else if (words.take("end")) {
    action = [](Stage& stage) {
      stage.client().open_data();
      stage.client().data().send_all("");
      stage.client().drop_data();
    };
  } else if (words.take("cut")) {
    action = [](Stage& stage) { stage.client().open_data().cut(); };
  } else if (words.take("reset")) {
    action = [](Stage& stage) {
      stage.client().open_data().reset();
      stage.client().drop_data();
    };
  } else if (words.take("connect")) {
    action = [](Stage& stage) { stage.client().data().connection(); };
  } else if (words.take("handshake")) {
    action = [](Stage& stage) { stage.client().open_data(); };
  } else if (words.take("refused")) {
    action = [](Stage& stage) {
      bool refused = false;
      try {
        stage.client().open_data();
      } catch (const Failure&) {
        refused = true;
      }
      if (!refused) throw Failure("the data connection was accepted");
      stage.client().drop_data();
    };
  } else {
    throw BadSyntax("unknown: data: " + std::string(words.rest()));
  }
  words.end();
  return action;
}

Action parse_connect(Words& words) {
  const std::string name = words.at_end() ? "first" : words.word();
  ClientOptions options;
  options.implicit_tls = words.take("implicitly");
  if (words.take("from")) {
    options.from = IpAddress::parse(words.word());
    if (!options.from) throw BadSyntax("not an address");
  }
  return [name, options](Stage& stage) { stage.connect(name, options); };
}

// What "expect" may be followed by: the end of the control connection, or something about the files behind the server.
Action parse_wish(Words& words) {
  if (words.take("closed")) return parse_step("closed");
  if (words.take("cut")) {
    words.need("off");
    return parse_step("cut off");
  }
  if (words.take("no")) {
    words.need("file");
    return [path = words.text()](Stage& stage) {
      const std::string full = stage.expand(path);
      if (stage.server().tree().content(full)) throw Failure("there is a file " + full);
    };
  }
  if (words.take("directory"))
    return [path = words.text()](Stage& stage) {
      if (!stage.server().tree().is_directory(stage.expand(path))) throw Failure("there is no directory " + path);
    };
  if (words.take("names")) {
    std::vector<std::string> wanted;
    words.need("in");
    const std::string path = words.text();
    words.need("are");
    while (!words.at_end()) wanted.push_back(words.text());
    return [=](Stage& stage) {
      std::vector<std::string> names = stage.server().tree().names(path);
      std::vector<std::string> sorted = wanted;
      std::ranges::sort(sorted);
      std::string all;
      for (const std::string& name : names) all += " " + shown(name);
      if (names != sorted) throw Failure("the names are" + all);
    };
  }
  words.need("file");
  const std::string path = words.text();
  return [path, content = parse_content(words)](Stage& stage) {
    const std::string full = stage.expand(path);
    const auto found = stage.server().tree().content(full);
    if (!found) throw Failure("there is no file " + full);
    if (*found != stage.expand(content)) throw Failure("the file holds: " + shown(*found));
  };
}

// Steps without an argument.
Action parse_plain(Words& words) {
  struct Plain {
    std::string_view text;
    void (*act)(Stage&);
  };
  static constexpr Plain plain[] = {
      {"passive later",
       [](Stage& s) { s.client().use_data(DataChannel::connect(s.client().passive_endpoint(), false)); }},
      {"epsv later",
       [](Stage& s) { s.client().use_data(DataChannel::connect(s.client().extended_passive_endpoint(), false)); }},
      {"passive", [](Stage& s) { s.client().passive(); }},
      {"epsv", [](Stage& s) { s.client().extended_passive(); }},
      {"active", [](Stage& s) { s.client().active(); }},
      {"eprt", [](Stage& s) { s.client().extended_active(); }},
      {"auth tls", [](Stage& s) { s.client().auth_tls(); }},
      {"handshake", [](Stage& s) { s.client().start_tls(); }},
      {"tls ends", [](Stage& s) { s.client().end_tls(); }},
      {"prot p", [](Stage& s) { s.client().protect_data(); }},
      {"data in clear", [](Stage& s) { s.client().set_data_tls(false); }},
      {"data under tls", [](Stage& s) { s.client().set_data_tls(true); }},
      {"new data sessions", [](Stage& s) { s.client().set_resume_data(false); }},
      {"hang up", [](Stage& s) { s.client().control().finish_sending(); }},
      {"close", [](Stage& s) { s.hang_up(); }},
      {"handshake refused",
       [](Stage& s) {
         s.client().expect_tls_refused();
         s.hang_up();
       }},
      {"cut off",
       [](Stage& s) {
         s.client().expect_cut_off();
         s.hang_up();
       }},
      {"closed",
       [](Stage& s) {
         s.client().expect_closed();
         s.hang_up();
       }},
  };
  const std::string_view text = words.rest();
  for (const Plain& step : plain)
    if (step.text == text)
      return [step](Stage& stage) {
        stage.note("-- " + std::string(step.text));
        step.act(stage);
      };
  throw BadSyntax("unknown step: " + std::string(text));
}

}  // namespace

Action parse_step(std::string_view line) {
  const auto after = [&](std::string_view prefix) { return line.substr(std::min(prefix.size(), line.size())); };
  if (line.starts_with("C: ") || line == "C:")
    return [text = unescape(after("C: "))](Stage& stage) { stage.say(stage.expand(text)); };
  if (line.starts_with("C-raw: "))
    return [octets = unescape(after("C-raw: "))](Stage& stage) {
      stage.note("C-raw: " + shown(octets));
      stage.client().control().send(octets);
    };
  if (line.starts_with("C-urgent: ")) {
    const std::string octet = unescape(after("C-urgent: "));
    if (octet.size() != 1) throw BadSyntax("C-urgent: takes one octet");
    return [octet](Stage& stage) { stage.client().control().send_urgent(octet[0]); };
  }
  if (line.starts_with("S: ")) return parse_reply(after("S: "));
  if (line.starts_with("data: ")) return parse_data(Words(after("data: ")));
  if (line.starts_with("download ")) return parse_download(after("download "));
  if (line.starts_with("upload ")) return parse_upload(after("upload "));

  Words words(line);
  if (words.take("login")) {
    const std::string user = words.text();
    const std::string password = words.at_end() ? "secret" : words.text();
    words.end();
    return [=](Stage& stage) {
      stage.note("-- login " + user);
      stage.client().login(user, password);
    };
  }
  Action action;
  if (words.take("connect"))
    action = parse_connect(words);
  else if (words.take("client"))
    action = [name = words.word()](Stage& stage) { stage.choose(name); };
  else if (words.take("capture"))
    action = [name = words.word()](Stage& stage) { stage.capture(name); };
  else if (words.take("expect"))
    action = parse_wish(words);
  else
    action = parse_plain(words);
  words.end();
  return action;
}

}  // namespace ferry::test
