// SPDX-License-Identifier: Apache-2.0
// workloads/README.md is what people write their own workloads by.
#include <doctest/doctest.h>

#include "core/file.hpp"
#include "links.hpp"

using namespace moderato;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(MODERATO_SOURCE_DIR) / "workloads";

std::string readme() {
  auto text = read_file(folder / "README.md");
  REQUIRE(text);
  return std::move(*text);
}

/// The row of a table that begins with `name`; empty if there is none.
std::string row_of(const std::string& text, const std::string& name) {
  const auto begin = text.find("\n| `" + name + "` |");
  return begin == std::string::npos ? ""
                                    : text.substr(begin + 1, text.find('\n', begin + 1) - begin);
}

/// What stands between "```json" and "```".
std::vector<std::string> json_blocks(const std::string& text) {
  const std::string fence = "```json\n";
  std::vector<std::string> blocks;
  for (auto at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    blocks.push_back(text.substr(at, text.find("```", at) - at));
  }
  return blocks;
}

}  // namespace

TEST_CASE("every descriptor that the documentation shows is one, and can be run") {
  const auto blocks = json_blocks(readme());
  CHECK(blocks.size() >= 2);
  for (const std::string& block : blocks) {
    if (block.find("moderato-workload/1") == std::string::npos) continue;
    const auto workload = parse_workload(block, "README.md");
    REQUIRE_MESSAGE(workload.has_value(), (workload ? "" : workload.error().message));
    CHECK(build_command(*workload, {}, two_namespaces(), installed()).has_value());
  }
}

TEST_CASE("the documentation names every field of a descriptor") {
  const std::string text = readme();
  for (const char* field :
       {"schema", "name", "description", "launcher", "ranks", "mca", "command", "environment",
        "parameters", "processes_per_node", "mpi", "server", "port", "unreachable", "transport",
        "result.format", "result.pattern", "result.unit", "result.require"})
    CHECK_MESSAGE(!row_of(text, field).empty(), field);
}

TEST_CASE("the documentation has every shipped workload with its defaults") {
  const std::string text = readme();
  for (const auto& entry : fs::directory_iterator(folder / "catalogue")) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = entry.path().stem();
    CAPTURE(name);
    const auto workload = find_workload(name, {"/none", folder / "catalogue", "", ""});
    REQUIRE(workload);
    const std::string row = row_of(text, name);
    CHECK_FALSE(row.empty());
    for (const auto& [parameter, value] : workload->parameters)
      CHECK_MESSAGE(row.find(" " + value + " ") != std::string::npos, parameter, " in ", row);
  }
}
