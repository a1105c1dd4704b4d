// SPDX-License-Identifier: Apache-2.0
// Plays searchers on landscapes whose truth is known, and tells how soon each finds the optimum.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "search/benchmark/figures.hpp"
#include "search/benchmark/options.hpp"
#include "search/benchmark/output.hpp"
#include "search/benchmark/play.hpp"
#include "search/benchmark/queueing.hpp"
#include "search/benchmark/shape.hpp"

namespace {

using namespace moderato;
using namespace moderato::benchmark;

constexpr const char* manual = R"(
A landscape is a search space with a known score for every candidate. A searcher asks for
candidates and is told noisy scores of them; what it has found is then held against the truth.
Everyone meets the same noise: what the n-th measurement of a candidate gives depends on the seed
alone.

SEARCHERS are those of moderato by name. With '+anchors' behind the name a searcher is given the
landscape's documented settings to look at first; without, it starts cold.

THE TABLE, a line a searcher, intervals are 95 % by bootstrap over seeds:
  <=2 % at 20   share of the plays whose recommended candidate is, in truth, within 2 % of the
                optimum after 20 evaluations; recommended is the candidate with the lowest score
  <=1/5 %       the same within 1 % and within 5 %, after the last of them
  N90           evaluations until 9 of 10 plays are within 2 %; '-': never
  regret        mean of how much worse than the optimum the recommended candidate is
  ms/suggest    time of the searcher itself, an evaluation

NOISE: none; gaussian (spread 1.5 %, 4.5 % near saturation); contaminated (the same with 4 %
outliers of 1.7 to 9 times, 12 % up to 20 times near saturation); recorded (a round of those
recorded); drift (contaminated, on a machine that changes by 1 % a trial; the baseline of the round
takes most of it away); drift-unpaired (the same without that baseline).

EXAMPLES
  search_benchmark --show                             what the landscapes are like
  search_benchmark --seeds 20                         a quick look
  search_benchmark --searchers random random+anchors --landscapes collective --each
  search_benchmark --noise contaminated --rounds 3 --noisy-baseline --batch 8   as tune measures)";

void add_options(CLI::App& app, Options& o) {
  app.footer(manual);
  app.add_option("--searchers", o.searchers, "Who plays (default: all of ours, cold and warm)")
      ->type_name("NAME...");
  app.add_option("--landscapes", o.landscapes, "On which (default: all)")->type_name("NAME...");
  app.add_option("--seeds", o.seeds, "Plays on each landscape")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--first-seed", o.first_seed, "Seed of the first play; others count on from it")
      ->capture_default_str();
  app.add_option("--budget", o.evaluations, "After how many evaluations to look")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--batch", o.batch, "Candidates that are asked for and measured together")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--rounds", o.rounds, "Rounds that a score is the median of")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--noise", o.noise, "Model of the noise")
      ->check(CLI::IsMember(noise_names()))
      ->capture_default_str();
  app.add_flag("--noisy-baseline", o.noisy_baseline, "The baseline of a round is noisy as well");
  app.add_flag("--each", o.each, "A table for each landscape, too");
  app.add_flag("--show", o.show, "Describe the landscapes and play nothing");
  app.add_option("--json", o.json, "Write all figures to this file")->type_name("FILE");
}

Result<std::vector<Landscape>> chosen_landscapes(const Options& options) {
  std::vector<Landscape> all = queueing_landscapes();
  if (options.landscapes.empty()) return all;
  std::vector<Landscape> chosen;
  for (const std::string& name : options.landscapes) {
    const auto found = std::ranges::find(all, name, &Landscape::name);
    if (found == all.end())
      return fail(Fault::usage, fmt::format("there is no landscape '{}'", name), "--show");
    chosen.push_back(*found);
  }
  return chosen;
}

std::vector<std::string> chosen_searchers(const Options& options) {
  if (!options.searchers.empty()) return options.searchers;
  std::vector<std::string> names;
  for (const std::string& name : searcher_names()) {
    if (name == "grid") continue;  // of a large space it sees a corner
    names.push_back(name);
    names.push_back(name + "+anchors");
  }
  return names.empty() ? std::vector<std::string>{"grid"} : names;
}

Result<Series> play_all(const std::string& name, const Landscape& landscape, const Game& game,
                        const Options& options) {
  constexpr std::string_view suffix = "+anchors";
  const bool warm = name.ends_with(suffix);
  const std::string bare = warm ? name.substr(0, name.size() - suffix.size()) : name;
  Series series{name, landscape.name, {}};
  for (int i = 0; i < options.seeds; ++i) {
    const auto seed = static_cast<std::uint64_t>(options.first_seed + i);
    auto searcher = make_searcher(bare, task_for(landscape, warm, seed));
    if (!searcher) return fail(searcher);
    series.plays.push_back(play(landscape, **searcher, game, seed));
  }
  return series;
}

std::string conditions(const Options& o) {
  return nlohmann::ordered_json{{"seeds", o.seeds}, {"first_seed", o.first_seed},
                                {"batch", o.batch}, {"rounds", o.rounds},
                                {"noise", o.noise}, {"noisy_baseline", o.noisy_baseline}}
      .dump();
}

void print_tables(const std::vector<Figures>& all, const Questions& questions, bool each) {
  std::vector<std::string> names;
  for (const Figures& f : all)
    if (std::ranges::find(names, f.landscape) == names.end()) names.push_back(f.landscape);
  for (const std::string& name : names) {
    if (!each && name != names.back()) continue;
    std::vector<Figures> rows;
    std::ranges::copy_if(all, std::back_inserter(rows),
                         [&](const Figures& f) { return f.landscape == name; });
    fmt::print("{}\n{}\n", name, table(rows, questions));
  }
}

Result<void> run(const Options& options) {
  const auto landscapes = chosen_landscapes(options);
  if (!landscapes) return fail(landscapes);
  if (options.show) {
    for (const Landscape& landscape : *landscapes)
      fmt::print("{}\n", describe(landscape));
    return {};
  }
  Questions questions;
  questions.evaluations = options.evaluations;
  std::ranges::sort(questions.evaluations);
  const Game game{{noise_from(options.noise).value(), options.rounds, options.noisy_baseline},
                  questions.evaluations.back(),
                  options.batch};
  std::vector<Figures> all;
  for (const std::string& name : chosen_searchers(options)) {
    std::vector<Series> of_one;
    for (const Landscape& landscape : *landscapes) {
      auto series = play_all(name, landscape, game, options);
      if (!series) return fail(series);
      of_one.push_back(std::move(*series));
    }
    std::ranges::copy(figures(of_one, questions), std::back_inserter(all));
  }
  print_tables(all, questions, options.each);
  if (options.json.empty()) return {};
  return write_file_durably(options.json, to_json(all, questions, conditions(options)));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Plays searchers on landscapes whose truth is known.");
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  const auto done = run(options);
  if (done) return 0;
  fmt::print(stderr, "search_benchmark: {}\n", describe(done.error()));
  return done.error().fault == Fault::usage || done.error().fault == Fault::document ? 2 : 1;
}
