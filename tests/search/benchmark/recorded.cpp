// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/recorded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "search/benchmark/space_json.hpp"
#include "stats/summary.hpp"

namespace moderato::benchmark {
namespace {

using nlohmann::json;

constexpr std::string_view schema = "moderato-landscape/1";

Settings settings_of(const Space& space, const json& values) {
  Settings settings;
  for (std::size_t i = 0; i < space.parameters.size(); ++i)
    settings[space.parameters[i].knob] = values.at(i).get<std::int64_t>();
  return settings;
}

/// Of each round that the candidate was measured in: a pair, the candidate's score and that of the
/// baseline of this round. null: it failed.
std::vector<double> log_ratios(const json& rounds) {
  std::vector<double> ratios;
  for (const json& pair : rounds)
    if (!pair.at(0).is_null())
      ratios.push_back(std::log(pair.at(0).get<double>() / pair.at(1).get<double>()));
  return ratios;
}

void add(Landscape& landscape, std::vector<double> ratios) {
  const double truth = ratios.empty() ? std::numeric_limits<double>::quiet_NaN() : median(ratios);
  for (double& ratio : ratios)
    ratio -= truth;
  landscape.truth.push_back(truth);
  landscape.residuals.push_back(std::move(ratios));
}

Landscape decode(const json& document) {
  if (document.at("schema") != schema)
    throw json::other_error::create(501, fmt::format("the schema is not {}", schema), &document);
  Landscape landscape{.name = document.at("name").get<std::string>(),
                      .description = document.at("description").get<std::string>(),
                      .space = decode_space(document)};
  landscape.baseline = document.at("baseline").get<Settings>();
  landscape.anchors = document.at("anchors").get<std::vector<Settings>>();
  if (document.at("load") == "saturated") landscape.load = Load::saturated;
  landscape.truth.push_back(0);
  landscape.residuals.emplace_back();
  for (const json& candidate : document.at("candidates")) {
    const auto number = static_cast<int>(landscape.candidates.size()) + 1;
    landscape.candidates.push_back(
        {number, settings_of(landscape.space, candidate.at("settings"))});
    add(landscape, log_ratios(candidate.at("rounds")));
  }
  return landscape;
}

}  // namespace

Result<Landscape> parse_landscape(const std::string& text, const std::string& source) {
  try {
    return decode(json::parse(text));
  } catch (const json::exception& error) {
    return fail(Fault::document, source + ": " + error.what(), "see tests/landscapes/README.md");
  }
}

Result<std::vector<Landscape>> recorded_landscapes(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<Landscape> landscapes;
  for (const auto& file : files) {
    const auto text = read_file(file);
    if (!text) return fail(text);
    auto landscape = parse_landscape(*text, file.string());
    if (!landscape) return fail(landscape);
    landscapes.push_back(std::move(*landscape));
  }
  return landscapes;
}

}  // namespace moderato::benchmark
