// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <regex>
#include <set>

#include "core/document.hpp"
#include "core/file.hpp"
#include "core/nearest.hpp"
#include "workload/workload.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Launcher = WorkloadDescriptor::Launcher;
using Kind = ResultFormat::Kind;

ResultFormat read_result(const Node& node) {
  ResultFormat format;
  const std::string kind = node.choice("format", {"samples", "wall_time", "lines"});
  if (!node.sound()) {  // which other fields there should be, nobody can tell
    node.ignore("pattern");
    node.ignore("unit");
  }
  if (kind == "samples") return format;
  if (kind == "wall_time") return {Kind::wall_time, "", "s"};
  format = {Kind::lines, node.text("pattern"), node.text("unit", "us")};
  try {
    const std::regex pattern(format.pattern);
    if (pattern.mark_count() < 1)
      node.fault("the pattern has no group", "put the number in parentheses: 'time=([0-9.]+)'",
                 "pattern");
  } catch (const std::regex_error& error) {
    node.fault(fmt::format("'{}' is no regular expression: {}", format.pattern, error.what()),
               "write an ECMAScript regular expression", "pattern");
  }
  return format;
}

/// The names that build_command gives a meaning of its own stay free of parameters.
void check_parameters(const Node& root, const WorkloadDescriptor& w) {
  for (const auto& [name, value] : w.parameters) {
    if (name == "addresses" || name == "libexec" || name.empty() ||
        name.find_first_of("{}:") != std::string::npos)
      root.object("parameters").fault("a parameter cannot be called so", "call it otherwise", name);
  }
}

/// They become words "NAME=value" of env or mpirun; anything else would be read as an option.
void check_environment(const Node& root, const WorkloadDescriptor& w) {
  const std::regex variable("[A-Za-z_][A-Za-z0-9_]*");
  for (const auto& [name, value] : w.environment) {
    if (!std::regex_match(name, variable))
      root.object("environment")
          .fault("this is no name of a variable", "use letters, digits and '_'", name);
  }
}

}  // namespace

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
  if (w.launcher == Launcher::mpirun) {
    w.ranks = static_cast<int>(root.integer("ranks", {1, 4096}, 2));
    w.mca = root.text_map("mca");
  }
  w.command = root.texts("command");
  if (w.command.empty() && root.has("command"))
    root.fault("there is no program", "write the program and its arguments", "command");
  w.environment = root.text_map("environment");
  w.parameters = root.text_map("parameters");
  check_environment(root, w);
  check_parameters(root, w);
  w.result = read_result(root.object("result"));
  if (auto done = document->finish(); !done) return fail(done);
  return w;
}

Result<WorkloadDescriptor> find_workload(const std::string& name, const WorkloadPaths& paths) {
  std::set<std::string> names;
  for (const fs::path& folder : {paths.own, paths.catalogue}) {
    const fs::path file = folder / (name + ".json");
    std::error_code missing;
    if (name.find('/') == std::string::npos && fs::is_regular_file(file, missing)) {
      // It names a program that root is going to run.
      if (folder == paths.own) {
        if (auto trusted = require_trusted_by_root(file); !trusted) return fail(trusted);
      }
      auto text = read_file(file, 1u << 20);
      if (!text) return fail(text);
      return parse_workload(*text, file);
    }
    for (const auto& entry : fs::directory_iterator(folder, missing)) {
      if (entry.path().extension() == ".json") names.insert(entry.path().stem());
    }
  }
  return fail(Fault::document, fmt::format("no workload is called '{}'", name),
              names.empty() ? "no catalogue folder was found; is moderato installed completely?"
                            : fmt::format("one of: {}; or put {}.json into ./workloads",
                                          fmt::join(names, ", "), name));
}

}  // namespace moderato
