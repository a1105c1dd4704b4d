// SPDX-License-Identifier: Apache-2.0
// Plays searchers on landscapes whose truth is known, and tells how soon each finds the optimum.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "search/benchmark/contest.hpp"
#include "search/benchmark/options.hpp"
#include "search/benchmark/output.hpp"
#include "search/benchmark/queueing.hpp"
#include "search/benchmark/recorded.hpp"
#include "search/benchmark/shape.hpp"

namespace {

using namespace moderato;
using namespace moderato::benchmark;

Result<std::vector<Landscape>> all_landscapes(const Options& options) {
  std::vector<Landscape> all = queueing_landscapes(options.variant);
  auto recorded = recorded_landscapes(options.folder);
  if (!recorded) return fail(recorded);
  std::ranges::move(*recorded, std::back_inserter(all));
  return all;
}

Result<std::vector<Landscape>> chosen_landscapes(const Options& options) {
  auto all = all_landscapes(options);
  if (!all || options.landscapes.empty()) return all;
  for (const std::string& name : options.landscapes) {
    if (std::ranges::none_of(*all, [&](const Landscape& l) { return l.name.starts_with(name); }))
      return fail(Fault::usage, fmt::format("there is no landscape '{}'", name),
                  "--show lists them");
  }
  // Each once, however many of the names it begins with.
  std::vector<Landscape> chosen;
  std::ranges::copy_if(*all, std::back_inserter(chosen), [&](const Landscape& l) {
    return std::ranges::any_of(options.landscapes,
                               [&](const std::string& name) { return l.name.starts_with(name); });
  });
  return chosen;
}

Result<std::vector<Player>> chosen_players(const Options& options) {
  std::vector<std::string> names = options.searchers;
  if (names.empty()) names = usual_players(options.with_peers);
  std::vector<Player> players;
  for (const std::string& name : names) {
    const auto player = find_player(name, options.programs);
    if (!player) return fail(player);
    players.push_back(*player);
  }
  return players;
}

/// What has to be equal for figures to be comparable.
std::string conditions(const Options& o, const std::vector<Landscape>& landscapes) {
  std::vector<std::string> names;
  for (const Landscape& landscape : landscapes)
    names.push_back(landscape.name);
  return nlohmann::ordered_json{{"landscapes", names},        {"seeds", o.seeds},
                                {"first_seed", o.first_seed}, {"batch", o.batch},
                                {"rounds", o.rounds},         {"finalists", o.finalists},
                                {"noise", o.noise},           {"noisy_baseline", o.noisy_baseline}}
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

void tell_progress(const Series& done, double seconds) {
  const auto budget = static_cast<int>(done.plays.front().regret.size()) - 1;
  fmt::print(stderr, "{} on {}: {:.2f} within 2 % after {}; {:.1f} s\n", done.searcher,
             done.landscape, share_within(done.plays, budget, 0.02), budget, seconds);
}

Result<std::vector<Figures>> measured(const Options& options, const Questions& questions,
                                      const std::vector<Landscape>& landscapes) {
  auto players = chosen_players(options);
  if (!players) return fail(players);
  const Game game{{noise_from(options.noise).value(), options.rounds, options.noisy_baseline},
                  options.evaluations.back(),
                  options.batch,
                  options.finalists};
  const auto results =
      hold({std::move(*players), landscapes, game, options.first_seed, options.seeds, options.jobs},
           tell_progress);
  if (!results) return fail(results);
  std::vector<Figures> all;
  for (const auto& of_one : *results)
    std::ranges::move(figures(of_one, questions), std::back_inserter(all));
  return all;
}

Result<void> compare(const Options& options, const std::vector<Landscape>& landscapes) {
  Questions questions;
  questions.evaluations = options.evaluations;
  const std::string under = conditions(options, landscapes);
  std::vector<Figures> earlier;
  if (!options.beside.empty()) {
    const auto text = read_file(options.beside);
    if (!text) return fail(text);
    auto read = from_json(*text, options.beside, questions, under);
    if (!read) return fail(read);
    earlier = std::move(*read);
  }
  auto all = measured(options, questions, landscapes);
  if (!all) return fail(all);
  std::vector<Figures> left;  // of those who have not played now
  for (Figures& f : earlier)
    if (std::ranges::find(*all, f.searcher, &Figures::searcher) == all->end())
      left.push_back(std::move(f));
  std::ranges::move(left, std::back_inserter(*all));
  print_tables(*all, questions, options.each);
  if (options.json.empty()) return {};
  return write_file_durably(options.json, to_json(*all, questions, under));
}

Result<void> run(const Options& options) {
  const auto landscapes = chosen_landscapes(options);
  if (!landscapes) return fail(landscapes);
  if (!options.show) return compare(options, *landscapes);
  for (const Landscape& landscape : *landscapes)
    fmt::print("{}\n", describe(landscape));
  return {};
}

/// Everything as the source tree and the build tree have it.
Options usual_options() {
  Options options;
  options.folder = MODERATO_SOURCE_DIR "/tests/landscapes";
  options.programs = {.folder = MODERATO_SOURCE_DIR "/tests/search/peers",
                      .python = "/usr/bin/python3",
                      .dlib = MODERATO_BINARY_DIR "/tests/search/benchmark/peer_dlib"};
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has died is an error to be told
  Options options = usual_options();
  if (const auto status = read_options(argc, argv, options)) return *status;
  const auto done = run(options);
  if (done) return 0;
  fmt::print(stderr, "search_benchmark: {}\n", describe(done.error()));
  return done.error().fault == Fault::usage || done.error().fault == Fault::document ? 2 : 1;
}
