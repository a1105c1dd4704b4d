// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace moderato::benchmark {
namespace {

using nlohmann::ordered_json;

/// ".87 [.83 .91]"; 1 is "1.0".
std::string share(const Estimate& e) {
  const auto digits = [](double value) {
    return value > 0.995 ? std::string("1.0") : fmt::format("{:.2f}", value).substr(1);
  };
  return fmt::format("{:>3} [{} {}]", digits(e.value), digits(e.low), digits(e.high));
}

std::size_t place_of(const Questions& questions, double tolerance) {
  const auto found = std::ranges::find(questions.tolerances, tolerance);
  return static_cast<std::size_t>(found - questions.tolerances.begin());
}

std::string heading(const Questions& questions, std::size_t width) {
  std::string line = fmt::format("{:<{}}", "", width);
  for (const int n : questions.evaluations)
    line += fmt::format("  {:<14}", fmt::format("<=2 % at {}", n));
  const int last = questions.evaluations.back();
  return line + fmt::format("  {:<11}  {:>4}  {:<16}  {:>10}\n", fmt::format("<=1/5 % at {}", last),
                            "N90", fmt::format("regret at {}", last), "ms/suggest");
}

std::string row(const Figures& f, const Questions& questions, std::size_t width) {
  std::string line = fmt::format("{:<{}}", f.searcher, width);
  for (const auto& within : f.within)
    line += fmt::format("  {:<14}", share(within[place_of(questions, 0.02)]));
  const auto& last = f.within.back();
  const Estimate& regret = f.regret.back();
  line += fmt::format("  {:.2f} / {:.2f}", last[place_of(questions, 0.01)].value,
                      last[place_of(questions, 0.05)].value);
  line += fmt::format("  {:>4}", f.n90 ? std::to_string(*f.n90) : "-");
  line += fmt::format("  {:<16}", fmt::format("{:.1f} % [{:.1f} {:.1f}]", regret.value * 100,
                                              regret.low * 100, regret.high * 100));
  line += fmt::format("  {:>10.3f}", f.suggest_ms);
  return line + (f.ended.empty() ? "\n" : "  ended: " + f.ended + "\n");
}

ordered_json encode(const Estimate& e) {
  return {{"value", e.value}, {"low", e.low}, {"high", e.high}};
}

ordered_json encode(const Figures& f, const Questions& questions) {
  ordered_json json{{"searcher", f.searcher}, {"landscape", f.landscape}};
  for (std::size_t i = 0; i < questions.evaluations.size(); ++i) {
    ordered_json at{{"evaluations", questions.evaluations[i]}, {"regret", encode(f.regret[i])}};
    for (std::size_t j = 0; j < questions.tolerances.size(); ++j) {
      ordered_json within = encode(f.within[i][j]);
      within["tolerance"] = questions.tolerances[j];
      at["within"].push_back(within);
    }
    json["after"].push_back(at);
  }
  json["n90"] = f.n90 ? ordered_json(*f.n90) : ordered_json();
  json["suggest_ms"] = f.suggest_ms;
  json["ended"] = f.ended;
  return json;
}

Estimate decode_estimate(const ordered_json& json) {
  return {json.at("value"), json.at("low"), json.at("high")};
}

Figures decode(const ordered_json& json) {
  Figures f{json.at("searcher"), json.at("landscape")};
  for (const auto& at : json.at("after")) {
    f.regret.push_back(decode_estimate(at.at("regret")));
    f.within.emplace_back();
    for (const auto& within : at.at("within"))
      f.within.back().push_back(decode_estimate(within));
  }
  if (!json.at("n90").is_null()) f.n90 = json.at("n90").get<int>();
  f.suggest_ms = json.at("suggest_ms");
  f.ended = json.at("ended");
  return f;
}

ordered_json encode(const Questions& questions) {
  return {{"evaluations", questions.evaluations}, {"tolerances", questions.tolerances}};
}

}  // namespace

std::string table(const std::vector<Figures>& rows, const Questions& questions) {
  std::size_t width = 0;
  for (const Figures& f : rows)
    width = std::max(width, f.searcher.size());
  std::string text = heading(questions, width);
  for (const Figures& f : rows)
    text += row(f, questions, width);
  return text;
}

std::string to_json(const std::vector<Figures>& all, const Questions& questions,
                    const std::string& conditions) {
  ordered_json json{{"schema", "moderato-search-benchmark/1"},
                    {"conditions", ordered_json::parse(conditions)},
                    {"questions", encode(questions)},
                    {"figures", ordered_json::array()}};
  for (const Figures& f : all)
    json["figures"].push_back(encode(f, questions));
  return json.dump(1) + "\n";
}

Result<std::vector<Figures>> from_json(const std::string& text, const std::string& source,
                                       const Questions& questions, const std::string& conditions) {
  try {
    const auto json = ordered_json::parse(text);
    if (json.at("conditions") != ordered_json::parse(conditions) ||
        json.at("questions") != encode(questions))
      return fail(
          Fault::document, source + " was measured under other conditions",
          fmt::format("they were {}, and are {}", json.at("conditions").dump(), conditions));
    std::vector<Figures> all;
    for (const auto& figures : json.at("figures"))
      all.push_back(decode(figures));
    return all;
  } catch (const ordered_json::exception& error) {
    return fail(Fault::document, source + ": " + error.what(),
                "name a file that --json has written");
  }
}

}  // namespace moderato::benchmark
