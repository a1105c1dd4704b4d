// SPDX-License-Identifier: Apache-2.0
// The documents of the catalogue, and links: the field "schema" tells which one it is.
#include <regex>

#include "fuzz/property.hpp"
#include "link/link.hpp"
#include "workload/links.hpp"
#include "workload/workload.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

const std::string name(source);

void environment_of(const std::map<std::string, std::string>& environment) {
  static const std::regex variable("[A-Za-z_][A-Za-z0-9_]*");
  for (const auto& [key, value] : environment)
    holds(std::regex_match(key, variable), "a variable can pass for no option");
}

void runnable(const WorkloadDescriptor& workload) {
  holds(!workload.command.empty(), "a workload has a program");
  holds(workload.ranks >= 0 && workload.ranks <= max_ranks, "the ranks are bounded");
  holds(workload.ranks > 0 || workload.parameters.contains("processes_per_node"),
        "somebody says how many ranks there are");
  environment_of(workload.environment);
  if (workload.result.kind == ResultFormat::Kind::lines)
    holds(std::regex(workload.result.pattern).mark_count() >= 1, "a pattern has a group");
  const auto command = build_command(workload, {}, two_namespaces(), installed());
  if (command) {
    holds(!command->argv.empty(), "a command has a program");
  } else {
    holds(!command.error().message.empty(), "a refusal says why");
  }
}

void check_workload(const std::string& text) {
  const auto workload = parse_workload(text, name);
  if (!workload) return refused_well(workload.error());
  runnable(*workload);
  holds(!parse_workload(with_unknown_field(text), name), "an unknown field is refused");
}

void check_flavour(const std::string& text) {
  const auto flavour = parse_flavour(text, name);
  if (!flavour) return refused_well(flavour.error());
  environment_of(flavour->environment);
  runnable(with_flavour(workload_of({"program", "{size}"}), *flavour));
  holds(!parse_flavour(with_unknown_field(text), name), "an unknown field is refused");
}

void check_link(const std::string& text) {
  const auto link = parse_link(text, name);
  if (!link) return refused_well(link.error());
  holds(link->endpoints.size() >= 2, "a link has two ends");
  round_trip(
      *link, [](const std::string& written) { return parse_link(written, name); },
      [](const Link& value) { return to_json(value); });
  holds(!parse_link(with_unknown_field(text), name), "an unknown field is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = text_of(data, size);
  check_workload(text);
  check_flavour(text);
  check_link(text);
  return 0;
}
