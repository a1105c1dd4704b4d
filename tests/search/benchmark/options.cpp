// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "search/benchmark/noise.hpp"

namespace moderato::benchmark {
namespace {

constexpr const char* manual = R"(
A landscape is a search space with a known score for every candidate. A searcher asks for
candidates and is told noisy scores of them; what it has found is then held against the truth.
Everyone meets the same noise: what the n-th measurement of a candidate gives depends on the seed
alone. Landscapes are tables by formula (queueing of a NIC and its host) and those recorded in
tests/landscapes; --show tells what each is like.

SEARCHERS are moderato's by name, and peers: {}.
A name with '+anchors' behind it is given the landscape's documented settings to look at first, and
the baseline's score, which is 0; without, it starts cold. Peers are programs of their own
(tests/search/peers); `sh tests/search/compare.sh` installs them. irace plays when it is named: it
wants a budget of hundreds.

THE TABLE has a line a searcher; intervals are 95 %, by bootstrap over seeds:
  <=2 % at 20   share of the plays whose recommended candidate is, in truth, within 2 % of the
                optimum after 20 evaluations. Recommended is the candidate with the lowest score,
                the median where it has several; the baseline, as long as no score is below its own.
                With --finalists, the best of several such: what a study finds, which measures
                the best of its search again
  <=1/5 %       the same within 1 % and within 5 %, after the last of them
  N90           evaluations until 9 of 10 plays are within 2 %; '-': never
  regret        mean of how much worse than the optimum the recommended candidate is
  ms/suggest    time that the searcher itself takes for an evaluation

NOISE
  none            the truth
  gaussian        a spread of 1.5 %; of 4.5 % where a landscape is near saturation
  contaminated    the same, with 4 % outliers of 1.7 to 9 times; near saturation 12 % up to 20 times
  recorded        a round of those recorded, where there are any; else contaminated
  drift           contaminated, on a machine that changes by 1 % a trial. Scores are ratios to the
                  baseline of the same round, which takes most of it away
  drift-unpaired  the same without that baseline

EXAMPLES
  search_benchmark --show
  search_benchmark --seeds 20                                          a quick look at ours
  search_benchmark --searchers random random+anchors --landscapes collective --each
  search_benchmark --variant 1 --first-seed 1001         tables and luck that nobody was tuned on
  search_benchmark --rounds 3 --noisy-baseline --batch 8               as a study measures
  search_benchmark --finalists 4                                       as a study confirms
  search_benchmark --peers --jobs 2 --json figures.json                beside all peers
  search_benchmark --beside figures.json                               ours again, beside the same)";

void add_players(CLI::App& app, Options& o) {
  app.add_option("--searchers", o.searchers, "Who plays (default: all of ours but the grid)")
      ->type_name("NAME...");
  app.add_flag("--peers", o.with_peers, "Peers, too");
  app.add_option("--landscapes", o.landscapes,
                 "On which: names, or what names begin with (default: all)")
      ->type_name("NAME...");
  app.add_option("--variant", o.variant,
                 "0: the tables by formula as they were made; else altered by chance")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--folder", o.folder, "Of recorded landscapes")
      ->type_name("FOLDER")
      ->capture_default_str();
  app.add_option("--seeds", o.seeds, "Plays on each landscape")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--first-seed", o.first_seed, "Seed of the first play; others count on from it")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_measurement(CLI::App& app, Options& o) {
  app.add_option("--budget", o.evaluations, "After how many evaluations to look")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--batch", o.batch, "Candidates that are asked for and measured together")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--rounds", o.rounds, "Rounds that a score is the median of")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--finalists", o.finalists,
                 "Candidates with the lowest scores of which the best counts, as if they were "
                 "confirmed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--noise", o.noise, "Model of the noise")
      ->check(CLI::IsMember(noise_names()))
      ->capture_default_str();
  app.add_flag("--noisy-baseline", o.noisy_baseline, "The baseline of a round is noisy as well");
}

void add_output(CLI::App& app, Options& o) {
  app.add_flag("--show", o.show, "Describe the landscapes and play nothing");
  app.add_flag("--each", o.each, "A table for each landscape, too");
  app.add_option("--json", o.json, "Write all figures to this file")->type_name("FILE");
  app.add_option("--beside", o.beside,
                 "Also show what an earlier run has written by --json: peers take their time")
      ->type_name("FILE");
  app.add_option("--jobs", o.jobs, "Plays at the same time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--python", o.programs.python, "Runs the peers that are written in Python")
      ->capture_default_str();
}

}  // namespace

std::optional<int> read_options(int argc, char** argv, Options& options) {
  CLI::App app("Plays searchers on landscapes whose truth is known.");
  app.footer(fmt::format(fmt::runtime(manual), fmt::join(peer_names(), ", ")));
  add_players(app, options);
  add_measurement(app, options);
  add_output(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  std::ranges::sort(options.evaluations);
  return {};
}

}  // namespace moderato::benchmark
