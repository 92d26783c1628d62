#include "script.hpp"

#include <fmt/format.h>

namespace ferry::test {

Script parse_script(std::string_view text) {
  Script script;
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    try {
      Words words(line);
      if (words.take("given")) {
        if (!script.steps.empty()) throw BadSyntax("\"given\" after the first step");
        parse_given(words, script.givens);
        words.end();
      } else {
        script.steps.push_back({number, line, parse_step(line)});
      }
    } catch (const BadSyntax& error) {
      throw BadSyntax(fmt::format("line {}: {}", number, error.what()));
    }
  }
  if (script.steps.empty()) throw BadSyntax("a conversation without a step");
  return script;
}

void play(const Script& script, StorageKind storage, RepliesSeen* seen) {
  Stage stage(script.givens, storage);
  Step step;
  try {
    for (const Step& next : script.steps) {
      step = next;
      step.act(stage);
    }
    step = {step.line, "(end)", {}};
    stage.finish();
    if (seen) seen->take(stage.server().log());
  } catch (const Failure& failure) {
    throw Failure(fmt::format("line {}: {}\n  {}\n  what was said:\n{}", step.line, step.text, failure.what(),
                              stage.transcript()));
  }
}

}  // namespace ferry::test
