// A conversation file, understood: see README.md beside the conversations for the grammar.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "replies_seen.hpp"
#include "stage.hpp"

namespace ferry::test {

struct Step {
  int line = 0;
  std::string text;
  std::function<void(Stage&)> act;
};

struct Script {
  Givens givens;
  std::vector<Step> steps;
};

// Throws BadSyntax, with the number of the line.
Script parse_script(std::string_view text);

// One "given" line, without that word (givens.cpp); one step (steps.cpp).
void parse_given(Words& words, Givens& givens);
std::function<void(Stage&)> parse_step(std::string_view line);

// Plays the script on a new server. Throws Failure, with the line, the reason and all that was said. `seen`: hears what
// the server answered; may be null.
void play(const Script& script, StorageKind storage, RepliesSeen* seen = nullptr);

}  // namespace ferry::test
