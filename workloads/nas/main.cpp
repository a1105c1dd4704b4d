// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "common/arguments.hpp"
#include "common/failure.hpp"
#include "nas/measure.hpp"

namespace moderato::workloads::nas {
namespace {

/// As the command line has them.
struct Words {
  std::string problem = "S", sample = "iteration";
  std::size_t runs = 1;
};

void add_options(CLI::App& app, Words& words) {
  app.require_subcommand(1);
  app.fallthrough();  // options stand behind the subcommand
  app.add_option("--class", words.problem, "Size of the problem")
      ->check(CLI::IsMember(std::vector<std::string>(class_letters.begin(), class_letters.end())))
      ->capture_default_str();
  app.add_option("--runs", words.runs, "Runs to measure")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--sample", words.sample, "What a sample is the time of")
      ->check(CLI::IsMember(std::vector<std::string>{"iteration", "run"}))
      ->capture_default_str();
}

MeasureArguments arguments_of(const Words& words) {
  const auto place = std::ranges::find(class_letters, words.problem) - class_letters.begin();
  return {static_cast<ProblemClass>(place), words.runs,
          words.sample == "run" ? SampleKind::run : SampleKind::iteration};
}

void run(Exchange& exchange, int argc, char** argv) {
  CLI::App app(
      "Runs one of the NAS Parallel Benchmarks, verified: mpirun -np N moderato-nas BENCHMARK ...");
  Words words;
  add_options(app, words);
  for (const BenchmarkKind& kind : benchmark_kinds())
    app.add_subcommand(kind.name, kind.description);
  if (!parse_command_line(app, argc, argv, exchange)) return;
  const MeasureArguments arguments = arguments_of(words);
  for (const BenchmarkKind& kind : benchmark_kinds()) {
    if (!app.got_subcommand(kind.name)) continue;
    if (const auto reason = kind.refusal(arguments.problem, exchange.ranks()))
      throw Refusal(*reason);
    measure(kind, arguments, exchange);
  }
}

}  // namespace
}  // namespace moderato::workloads::nas

int main(int argc, char** argv) {
  return moderato::workloads::guarded_main(argc, argv, "moderato-nas",
                                           moderato::workloads::nas::run);
}
