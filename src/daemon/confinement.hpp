// From the options to the rights that serving them needs: the rules of the sandbox.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include <ferry/sandbox.hpp>

#include "options.hpp"

namespace ferry {

SandboxRules sandbox_rules(const Options& options);

// Gives up the rest, once ports are bound and certificates are read, and before there are threads. The error is a text
// for the operator: a layer is missing that --sandbox demands, or --run-as cannot be fulfilled.
std::expected<std::vector<LayerState>, std::string> confine(const Options& options);

// "capabilities: none; no_new_privs; seccomp"
std::string active_layers(const std::vector<LayerState>& layers);
// The others, each with its reason; empty where there is none.
std::string missing_layers(const std::vector<LayerState>& layers);

}  // namespace ferry
