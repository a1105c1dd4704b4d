// SPDX-License-Identifier: Apache-2.0
// apply --boot and apply --class: what is installed, on this host.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "boot/apply_installed.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/journal.hpp"
#include "cli/knob_ranges.hpp"
#include "core/file.hpp"

namespace moderato {
namespace {

/// What a run has come to so far. A host that differs from what it should have is said last: what
/// went wrong is more urgent.
class Verdict {
 public:
  explicit Verdict(const Journal& journal) : journal_(journal) {}

  void failed(const Error& error) {
    journal_.complain(describe(error));
    (exit_status_of(error.fault) == exit_usage ? document_ : failed_) = true;
  }
  void undecided(const std::string& line) {
    journal_.warn(line);
    document_ = true;
  }
  void different(const std::string& line) {
    journal_.warn(line);
    different_ = true;
  }
  int exit_status() const {
    if (failed_) return exit_failed;
    if (document_) return exit_usage;
    return different_ ? exit_different : exit_done;
  }

 private:
  const Journal& journal_;
  bool failed_ = false, document_ = false, different_ = false;
};

std::string describe(const std::vector<Difference>& differed) {
  std::string parts;
  for (const auto& [knob, wanted, now] : differed)
    parts += (parts.empty() ? "" : ", ") + knob + ' ' + std::to_string(now) + " -> " +
             std::to_string(wanted);
  return parts;
}

/// One line a netdev, two where its profile is stale.
void print_outcome(const NetdevOutcome& outcome, const ApplyArguments& arguments,
                   StalePolicy policy, const Journal& journal, Verdict& verdict) {
  const auto line = [&](std::string text) { return outcome.netdev + ": " + std::move(text); };
  switch (outcome.end) {
    case NetdevEnd::no_profile:
      if (!arguments.netdev.empty()) journal.tell(line("no profile of the class matches it"));
      return;
    case NetdevEnd::ambiguous:
      return verdict.undecided(line(fmt::format(
          "{}; nothing is applied (uninstall one, or give one more to match)", outcome.profile)));
    case NetdevEnd::as_wanted:
      journal.tell(line(fmt::format("as {} says", outcome.profile)));
      break;
    case NetdevEnd::set:
      journal.tell(line((arguments.dry_run ? "would set " : "set ") + describe(outcome.differed) +
                        " (" + outcome.profile + ")"));
      break;
    case NetdevEnd::skipped:
      return verdict.different(line(fmt::format("{} is stale and not applied: {} (tune again)",
                                                outcome.profile, fmt::join(outcome.stale, ", "))));
    case NetdevEnd::failed: {
      Error why = *outcome.why;
      why.message = line(fmt::format("{}: {}", outcome.profile, why.message));
      return verdict.failed(why);
    }
  }
  if (!outcome.stale.empty() && policy == StalePolicy::warn)
    journal.warn(line(fmt::format("{} is stale: {} (tune again)", outcome.profile,
                                  fmt::join(outcome.stale, ", "))));
}

void print_count(const std::vector<NetdevOutcome>& outcomes, const std::string& workload_class,
                 const Journal& journal) {
  std::size_t good = 0, without = 0;
  for (const NetdevOutcome& outcome : outcomes) {
    good += outcome.end == NetdevEnd::set || outcome.end == NetdevEnd::as_wanted ? 1 : 0;
    without += outcome.end == NetdevEnd::no_profile ? 1 : 0;
  }
  journal.tell(fmt::format("class {}: {} of {} netdevs with a profile have its settings",
                           workload_class, good, outcomes.size() - without));
}

/// The policy that was asked for, or the host's. One that cannot be read counts as the default: a
/// boot goes on.
StalePolicy decide_stale_policy(const ApplyArguments& arguments, const ConfigPlaces& places,
                                Verdict& verdict) {
  auto word = arguments.stale.empty() ? read_word(places.stale_policy())
                                      : Result<std::optional<std::string>>(arguments.stale);
  if (!word) {
    verdict.failed(word.error());
    return StalePolicy::warn;
  }
  const auto policy = stale_policy(word->value_or("warn"));
  if (!policy)
    verdict.undecided(fmt::format("{}: no stale policy '{}'; warn is taken (apply, warn or skip)",
                                  places.stale_policy().string(), **word));
  return policy.value_or(StalePolicy::warn);
}

Result<std::string> decide_class(const ApplyArguments& arguments, const ConfigPlaces& places,
                                 const Installed& installed) {
  if (arguments.workload_class.empty()) return active_class(places, installed);
  const auto classes = installed.classes();
  if (classes.contains(arguments.workload_class)) return arguments.workload_class;
  return fail(Fault::usage,
              fmt::format("no profile of class '{}' is installed in {}", arguments.workload_class,
                          places.profiles().string()),
              classes.empty() ? "`moderato install` installs one"
                              : fmt::format("there is {}", fmt::join(classes, ", ")));
}

void recover_first(const BootHost& host, const Journal& journal, Verdict& verdict) {
  auto notes = recover_at_boot(host);
  if (!notes) return verdict.failed(notes.error());
  for (const auto& note : *notes)
    journal.tell(note);
}

class InstalledApply {
 public:
  InstalledApply(const ApplyArguments& arguments, BootHost host)
      : arguments_(arguments), host_(std::move(host)) {}

  int run() {
    const auto deadline = std::chrono::steady_clock::now() +
                          std::chrono::milliseconds(
                              static_cast<std::int64_t>(arguments_.installed_deadline_s * 1000));
    const Installed installed =
        read_installed(places_.profiles(), device_knob_ranges(), process_knob_ranges());
    for (const Error& error : installed.broken)
      verdict_.failed(error);
    auto workload_class = decide_class(arguments_, places_, installed);
    if (!workload_class && !arguments_.boot) {
      verdict_.failed(workload_class.error());
      return verdict_.exit_status();
    }
    Fd held;
    if (!arguments_.dry_run) {
      auto lock = lock_boot_runs(host_.state_dir, deadline);
      if (!lock) {
        verdict_.failed(lock.error());
        return verdict_.exit_status();
      }
      held = std::move(*lock);
      if (arguments_.boot) recover_first(host_, journal_, verdict_);
    }
    if (workload_class) {
      apply(installed, *workload_class, deadline);
    } else {
      verdict_.failed(workload_class.error());
    }
    return verdict_.exit_status();
  }

 private:
  void apply(const Installed& installed, const std::string& workload_class,
             std::chrono::steady_clock::time_point deadline) {
    const auto classes = installed.classes();
    if (classes.empty())
      return journal_.tell(fmt::format("no profiles in {}", places_.profiles().string()));
    if (!classes.contains(workload_class))
      return verdict_.undecided(fmt::format(
          "{}: no profile of class '{}' is installed; nothing is applied (`moderato apply "
          "--set-default --class {}` takes another)",
          places_.active_class().string(), workload_class, fmt::join(classes, ", or --class ")));
    const BootRun run{.workload_class = workload_class,
                      .netdev = arguments_.netdev,
                      .stale = decide_stale_policy(arguments_, places_, verdict_),
                      .deadline = deadline,
                      .dry_run = arguments_.dry_run};
    const auto outcomes = apply_installed(installed, run, host_);
    for (const NetdevOutcome& outcome : outcomes)
      print_outcome(outcome, arguments_, run.stale, journal_, verdict_);
    if (outcomes.empty() && !arguments_.netdev.empty()) return no_netdev();
    if (!arguments_.dry_run) print_count(outcomes, workload_class, journal_);
    if (arguments_.set_default && !arguments_.dry_run) set_default(workload_class);
  }

  /// At boot it was renamed, or has gone again: another event tells of it.
  void no_netdev() {
    const std::string line = fmt::format("no netdev {}", arguments_.netdev);
    if (arguments_.boot) return journal_.tell(line);
    verdict_.failed({Fault::usage, line, "`moderato probe` lists what there is"});
  }

  void set_default(const std::string& workload_class) {
    auto written = write_file_durably(places_.active_class(), workload_class + "\n");
    if (!written) return verdict_.failed(written.error());
    journal_.tell(fmt::format("{} is the default class now", workload_class));
  }

  const ApplyArguments& arguments_;
  BootHost host_;
  ConfigPlaces places_ = default_config();
  Journal journal_;
  Verdict verdict_{journal_};
};

}  // namespace

int apply_installed_command(const ApplyArguments& arguments) {
  return InstalledApply(arguments, real_boot_host()).run();
}

}  // namespace moderato
