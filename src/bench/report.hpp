// The results, for people and for programs.
#pragma once

#include <span>
#include <string>

#include "bench/works.hpp"

namespace ferry::bench {

// A table, and below it what needs words.
std::string table(std::span<const Result> results);

// An array with one object for each result, its numbers in base units (seconds, octets).
std::string json(std::span<const Result> results);

}  // namespace ferry::bench
