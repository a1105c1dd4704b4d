// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "core/document.hpp"
#include "core/nearest.hpp"
#include "workload/process_knobs.hpp"
#include "workload/workload.hpp"

namespace moderato {
namespace {

using Texts = std::map<std::string, std::string>;
using Launcher = WorkloadDescriptor::Launcher;
using Kind = ResultFormat::Kind;

/// std::regex goes some calls deeper with every parenthesis, so that a long pattern would end this
/// program.
constexpr std::size_t longest_pattern = 1000;

void check_pattern(const Node& node, const char* key, const std::string& text, unsigned groups) {
  if (text.size() > longest_pattern)
    return node.fault(fmt::format("a pattern of {} bytes", text.size()),
                      fmt::format("write one of at most {} bytes", longest_pattern), key);
  try {
    const std::regex pattern(text);
    if (pattern.mark_count() < groups)
      node.fault("the pattern has no group", "put the number in parentheses: 'time=([0-9.]+)'",
                 key);
  } catch (const std::regex_error& error) {
    node.fault(fmt::format("'{}' is no regular expression: {}", text, error.what()),
               "write an ECMAScript regular expression", key);
  }
}

ResultFormat read_result(const Node& node) {
  ResultFormat format;
  const std::string kind = node.choice("format", {"samples", "wall_time", "lines"});
  if (!node.sound()) {  // which other fields there should be, nobody can tell
    for (const char* key : {"pattern", "unit", "require", "counters"})
      node.ignore(key);
  }
  if (kind == "samples") {
    if (node.has("counters")) format.counters = node.texts("counters");
    return format;
  }
  format.require = node.text("require", "");
  check_pattern(node, "require", format.require, 0);
  if (kind == "wall_time") {
    format.kind = Kind::wall_time;
    format.unit = std::string("s");  // g++ 12 warns of the text alone
    return format;
  }
  format.kind = Kind::lines;
  format.pattern = node.text("pattern");
  format.unit = node.text("unit", "us");
  check_pattern(node, "pattern", format.pattern, 1);
  return format;
}

/// The names that build_command gives a meaning of its own stay free of parameters.
void check_parameters(const Node& root, const WorkloadDescriptor& w) {
  for (const auto& [name, value] : w.parameters) {
    const bool taken = name == "addresses" || name == "rdma" || name == "libexec" || name == "mpi";
    if (taken || name.empty() || name.find_first_of("{}:") != std::string::npos)
      root.object("parameters").fault("a parameter cannot be called so", "call it otherwise", name);
  }
}

/// They become words "NAME=value" of env or mpirun; anything else would be read as an option.
void check_environment(const Node& root, const Texts& environment) {
  const std::regex variable("[A-Za-z_][A-Za-z0-9_]*");
  for (const auto& [name, value] : environment) {
    if (!std::regex_match(name, variable))
      root.object("environment")
          .fault("this is no name of a variable", "use letters, digits and '_'", name);
  }
}

Texts read_unreachable(const Node& root) {
  Texts unreachable = root.text_map("unreachable");
  std::vector<std::string> names;
  for (const ProcessKnob& knob : process_knobs())
    names.emplace_back(knob.id);
  for (const auto& [knob, why] : unreachable) {
    if (find_process_knob(knob) == nullptr)
      root.object("unreachable")
          .fault("this is no knob of processes", did_you_mean(knob, names, ""), knob);
  }
  return unreachable;
}

/// As many ranks as `ranks` says, or on each host as many as a parameter says.
void read_ranks(const Node& root, WorkloadDescriptor& w) {
  if (!root.has("processes_per_node")) {
    w.ranks = static_cast<int>(root.integer("ranks", {1, max_ranks}, 2));
    return;
  }
  w.ranks = 0;
  w.parameters["processes_per_node"] =
      std::to_string(root.integer("processes_per_node", {1, max_ranks}));
  if (root.has("ranks"))
    root.fault("\"processes_per_node\" stands there as well", "give one of the two", "ranks");
}

/// What needs Open MPI: ranks, and programs in pairs.
void read_mpirun_fields(const Node& root, WorkloadDescriptor& w) {
  w.mpi = root.text("mpi", "");
  w.mca = root.text_map("mca");
  if (!root.has("server")) {
    read_ranks(root, w);
    return;
  }
  w.server = root.texts("server");
  w.port = static_cast<int>(root.integer("port", {1, 65535}));
  if (w.server.empty())
    root.fault("there is no program", "write the program and its arguments", "server");
}

constexpr std::array<std::string_view, 3> transport_names{"any", "netdev", "rdma"};

Transport read_transport(const Node& root) {
  const std::vector<std::string> names(transport_names.begin(), transport_names.end());
  const std::string name = root.choice("transport", names, "any");
  return static_cast<Transport>(std::ranges::find(names, name) - names.begin());
}

}  // namespace

std::string_view name_of(Transport transport) {
  return transport_names[static_cast<std::size_t>(transport)];
}

Result<MpiFlavour> parse_flavour(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, "moderato-mpi/1");
  if (!document) return fail(document);
  const Node root = document->root();
  MpiFlavour flavour;
  root.ignore("comment");
  flavour.name = root.text("name");
  flavour.description = root.text("description", "");
  flavour.launcher = root.choice("launcher", {"mpirun", "hydra"}, "mpirun") == "mpirun"
                         ? Launcher::mpirun
                         : Launcher::hydra;
  flavour.mca = root.text_map("mca");
  if (flavour.launcher == Launcher::hydra && !flavour.mca.empty())
    root.fault("only Open MPI has these parameters", "use \"environment\"", "mca");
  flavour.environment = root.text_map("environment");
  check_environment(root, flavour.environment);
  flavour.parameters = root.text_map("parameters");
  flavour.unreachable = read_unreachable(root);
  flavour.belonging = root.texts("belonging", std::vector<std::string>{});
  for (const std::string& name : flavour.belonging)
    if (!flavour.mca.contains(name) && !flavour.environment.contains(name))
      root.fault(fmt::format("the flavour does not set '{}'", name),
                 "name parameters of \"mca\" or variables of \"environment\"", "belonging");
  flavour.transport = read_transport(root);
  if (auto done = document->finish(); !done) return fail(done);
  return flavour;
}

Result<WorkloadDescriptor> parse_workload(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, "moderato-workload/1");
  if (!document) return fail(document);
  const Node root = document->root();
  WorkloadDescriptor w;
  root.ignore("comment");
  w.name = root.text("name");
  w.description = root.text("description", "");
  w.launcher = root.choice("launcher", {"mpirun", "first_host"}, "mpirun") == "mpirun"
                   ? Launcher::mpirun
                   : Launcher::first_host;
  w.command = root.texts("command");
  if (w.command.empty() && root.has("command"))
    root.fault("there is no program", "write the program and its arguments", "command");
  w.environment = root.text_map("environment");
  w.parameters = root.text_map("parameters");
  if (w.launcher == Launcher::mpirun) read_mpirun_fields(root, w);
  w.unreachable = read_unreachable(root);
  w.transport = read_transport(root);
  check_environment(root, w.environment);
  check_parameters(root, w);
  w.result = read_result(root.object("result"));
  if (auto done = document->finish(); !done) return fail(done);
  return w;
}

}  // namespace moderato
