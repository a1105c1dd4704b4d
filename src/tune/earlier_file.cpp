// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/document.hpp"
#include "tune/earlier.hpp"

namespace moderato {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-earlier/1";

}  // namespace

std::string to_json(const std::vector<EarlierScore>& scores) {
  ordered_json list = ordered_json::array();
  for (const EarlierScore& one : scores)
    list.push_back({{"settings", one.settings},
                    {"log_ratio", one.score.log_ratio},
                    {"rounds", one.score.rounds}});
  return ordered_json{{"schema", schema}, {"scores", list}}.dump(2) + "\n";
}

Result<std::vector<EarlierScore>> parse_earlier(const std::string& text,
                                                const std::string& source) {
  auto document = Document::parse(text, source, schema);
  if (!document) return fail(document);
  std::vector<EarlierScore> scores;
  for (const Node& node : document->root().array("scores")) {
    const auto rounds = node.integer("rounds", {1, 1'000'000});
    scores.push_back({node.integer_map("settings"),
                      {node.number("log_ratio", {-100, 100}), static_cast<int>(rounds)}});
  }
  if (auto done = document->finish(); !done) return fail(done);
  return scores;
}

}  // namespace moderato
