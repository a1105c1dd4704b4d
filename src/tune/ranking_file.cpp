// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <nlohmann/json.hpp>

#include "core/document.hpp"
#include "tune/ranking.hpp"

namespace moderato {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-since/1";

}  // namespace

std::string to_json(const OldRanking& ranking) {
  ordered_json contenders = ordered_json::array();
  for (const auto& [number, settings] : ranking.contenders)
    contenders.push_back({{"candidate", number}, {"settings", settings}});
  ordered_json json{{"schema", schema},         {"profile", ranking.profile},
                    {"study", ranking.study},   {"changed", ranking.changed},
                    {"winner", ranking.winner}, {"contenders", contenders}};
  if (ranking.baseline) json["baseline"] = *ranking.baseline;
  json["cannot"] = ranking.cannot;
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<OldRanking> parse_ranking(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, schema);
  if (!document) return fail(document);
  const Node root = document->root();
  OldRanking ranking{.profile = root.text("profile"),
                     .study = root.text("study"),
                     .changed = root.texts("changed"),
                     .winner = root.integer_map("winner"),
                     .contenders = {},
                     .baseline = {},
                     .cannot = root.text("cannot")};
  if (root.has("baseline")) ranking.baseline = root.integer_map("baseline");
  for (const Node& node : root.array("contenders")) {
    const auto number = node.integer("candidate", {1, std::numeric_limits<int>::max()});
    ranking.contenders.push_back({static_cast<int>(number), node.integer_map("settings")});
  }
  if (auto done = document->finish(); !done) return fail(done);
  return ranking;
}

}  // namespace moderato
