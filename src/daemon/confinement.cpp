#include "confinement.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include <linux/capability.h>

#include "run_as.hpp"
#include "self_signed.hpp"
#include "users.hpp"

namespace ferry {
namespace {

constexpr PortRange dynamic_ports{49152, 65535};
constexpr std::uint16_t first_unprivileged_port = 1024;

// As the kernel names it, for whoever reads it.
std::string full(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path found = std::filesystem::weakly_canonical(path, error);
  return error ? path.string() : found.string();
}

void add_once(std::vector<std::string>& paths, std::string path) {
  if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
}

// A file that is read again later, after somebody has put another one in its place: its directory, and that of the file
// that it may be a link to.
void add_file(std::vector<std::string>& paths, const std::string& file) {
  if (file.empty()) return;
  std::error_code error;
  const std::filesystem::path named = std::filesystem::absolute(file, error);
  if (!error) add_once(paths, full(named.parent_path()));
  const std::filesystem::path real = std::filesystem::canonical(file, error);
  if (!error) add_once(paths, real.parent_path());
}

void add_certificates(SandboxRules& rules, const Options& options) {
  if (!options.config.tls) return;
  const TlsConfig& tls = *options.config.tls;
  if (tls.certificate_file.empty()) add_once(rules.readable, full(state_directory()));
  for (const std::string* const file :
       {&tls.certificate_file, &tls.key_file, &tls.ocsp_file, &tls.client_ca_file, &tls.client_crl_file})
    add_file(rules.readable, *file);
  for (const HostOption& option : options.hosts)
    for (const std::string* const file : {&option.host.certificate_file, &option.host.key_file, &option.host.ocsp_file})
      add_file(rules.readable, *file);
}

// What root needs to serve trees whose files belong to others.
void add_capabilities(SandboxRules& rules) {
  if (!rules.readable.empty() || !rules.writable.empty()) rules.capabilities.push_back(CAP_DAC_READ_SEARCH);
  if (!rules.writable.empty())
    for (const int capability : {CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_CHOWN})
      rules.capabilities.push_back(capability);
}

std::string texts_of(const std::vector<LayerState>& layers, bool active) {
  std::string text;
  for (const LayerState& layer : layers)
    if (layer.active == active) text += fmt::format("{}{}", text.empty() ? "" : "; ", layer.text);
  return text;
}

}  // namespace

SandboxRules sandbox_rules(const Options& options) {
  SandboxRules rules;
  for (const SharedTree& tree : shared_trees(options))
    add_once(tree.changes ? rules.writable : rules.readable, full(tree.directory));
  if (!options.run_as) add_capabilities(rules);

  const Config& config = options.config;
  add_certificates(rules, options);
  if (!options.port_file.empty()) rules.removable.push_back(std::filesystem::absolute(options.port_file).parent_path());

  const PortRange passive = config.passive_ports.first == 0 ? dynamic_ports : config.passive_ports;
  rules.bind_ports.push_back(passive);
  if (passive.first < first_unprivileged_port && !options.run_as) rules.capabilities.push_back(CAP_NET_BIND_SERVICE);
  rules.connects = std::ranges::any_of(std::array{"PORT", "EPRT", "LPRT"}, [&](const char* verb) {
    return std::ranges::find(config.disabled_commands, verb) == config.disabled_commands.end();
  });
  if (rules.connects) rules.bind_ports.push_back({0, 0});  // the own end of an active data connection

  if (options.run_as && geteuid() == 0) rules.become = options.run_as->identity;
  if (options.sandbox.off) rules.layers.clear();
  return rules;
}

std::expected<std::vector<LayerState>, std::string> confine(const Options& options) {
  try {
    std::vector<LayerState> layers = enter_sandbox(sandbox_rules(options));
    for (const LayerState& layer : layers)
      if (!layer.active && std::ranges::find(options.sandbox.demanded, layer.layer) != options.sandbox.demanded.end())
        return std::unexpected(
            fmt::format("ferry: --sandbox: the layer {} is demanded, but {}; mend that, or leave it out of --sandbox",
                        name_of(layer.layer), layer.text));
    return layers;
  } catch (const std::system_error& error) {
    return std::unexpected("ferry: " + refusal_of(options.run_as.value(), error.code().message()));
  }
}

std::string active_layers(const std::vector<LayerState>& layers) { return texts_of(layers, true); }

std::string missing_layers(const std::vector<LayerState>& layers) { return texts_of(layers, false); }

}  // namespace ferry
