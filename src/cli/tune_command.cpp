// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "agent/owner.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/installation.hpp"
#include "cli/progress_printer.hpp"
#include "cli/run_as.hpp"
#include "cli/since.hpp"
#include "cli/study_report.hpp"
#include "core/file.hpp"
#include "core/printing.hpp"
#include "tune/measure.hpp"
#include "tune/tune.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

fs::path new_study_folder(const std::string& policy) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fs::current_path() / fmt::format("moderato-study-{}-{:%Y%m%d-%H%M%S}",
                                          fs::path(policy).stem().string(), fmt::gmtime(now));
}

/// "loopback", or the file of the link: a study that is resumed from elsewhere finds it again.
Result<std::string> link_source(const std::string& name, const Installation& at) {
  if (name == "loopback") return name;
  auto file = find_link(name, at);
  if (!file)
    return fail(file.error().fault, file.error().message,
                file.error().remedy + "; or 'loopback', the link of this host alone");
  return file->string();
}

Result<void> take_link(TuneOptions& options, const std::string& name, const Installation& at) {
  auto link = link_source(name, at);
  if (!link) return fail(link);
  options.link_source = std::move(*link);
  return {};
}

/// It names programs. Root takes one that was shipped, or that nobody could have written but root
/// and whoever the workloads run as.
Result<std::string> read_policy(const fs::path& file, const RunAs& run_as, const Installation& at) {
  constexpr std::size_t largest = 1u << 20;
  if (file.parent_path() == at.share / "policies") return read_file(file, largest);
  if (!run_as.change) return read_trusted_file(file, largest);
  auto user = find_user(run_as.name);
  if (!user) return fail(user);
  return read_trusted_file(file, largest, user->uid);
}

Result<void> take_policy(TuneOptions& options, const std::string& name, const Installation& at) {
  auto path = find_policy(name, at);
  if (!path) return fail(path);
  auto text = read_policy(*path, options.run_as, at);
  if (!text) return fail(text);
  options.policy_text = std::move(*text);
  options.policy_source = path->string();
  return {};
}

/// What is given, else the defaults.
Result<void> take_choices(TuneOptions& options, const TuneArguments& arguments,
                          const Installation& at) {
  const std::string& link = arguments.link;
  if (auto taken = take_link(options, link.empty() ? "loopback" : link, at); !taken) return taken;
  return take_policy(options, arguments.policy.empty() ? "quickstart" : arguments.policy, at);
}

/// What is given, else what the profile's study had. Where that is gone, the policy is looked for
/// by its name, and the link has to be given.
Result<void> take_since(TuneOptions& options, const TuneArguments& arguments,
                        const Installation& at) {
  auto since = load_since(arguments.since);
  if (!since) return fail(since);
  if (!since->study.empty()) {
    auto header = read_beginning(since->study);
    if (!header) return fail(header);
    options.policy_text = std::move(header->policy_text);
    options.policy_source = std::move(header->policy_source);
    options.link_source = std::move(header->link_source);
  } else if (arguments.link.empty()) {
    return fail(Fault::usage,
                fmt::format("{}: its study '{}' is neither beside it nor here, so the link that it "
                            "was found on is not known",
                            arguments.since, since->profile.evidence.study),
                "name it with --link; the policy is taken by its name, or from --policy. Root does "
                "not look into a study that somebody else could have written");
  }
  if (!arguments.link.empty()) {
    if (auto taken = take_link(options, arguments.link, at); !taken) return taken;
  }
  if (!arguments.policy.empty() || since->study.empty()) {
    const std::string& by_name = since->profile.evidence.policy;
    auto taken = take_policy(options, arguments.policy.empty() ? by_name : arguments.policy, at);
    if (!taken) return taken;
  }
  options.since = std::move(*since);
  return {};
}

/// A study that goes on has the user, the policy and the link that it had. Root does not take these
/// from just anybody, so all is read from a folder that nobody else may write.
Result<void> take_resumed(TuneOptions& options, const TuneArguments& arguments) {
  options.study = fs::absolute(arguments.resume).lexically_normal();
  auto folder = Folder::open_own(options.study);
  if (!folder)
    return fail(
        Fault::document, folder.error().message,
        folder.error().remedy.empty() ? "give the folder of a study" : folder.error().remedy);
  auto header = read_study_header(*folder);
  if (!header) return fail(header);
  auto user = choose_user_again(arguments.run_as, header->run_as, this_caller(), find_user);
  if (!user) return fail(user);
  options.run_as = std::move(*user);
  options.policy_text = std::move(header->policy_text);
  options.policy_source = std::move(header->policy_source);
  options.link_source = std::move(header->link_source);
  options.resumed = std::move(*folder);
  return {};
}

Result<void> take_new(TuneOptions& options, const TuneArguments& arguments,
                      const Installation& at) {
  auto user = choose_user(arguments.run_as, this_caller(), find_user);
  if (!user) return fail(user);
  options.run_as = std::move(*user);
  if (!arguments.from.empty()) options.earlier = fs::absolute(arguments.from).lexically_normal();
  auto chosen = arguments.since.empty() ? take_choices(options, arguments, at)
                                        : take_since(options, arguments, at);
  if (!chosen) return chosen;
  options.study = arguments.study.empty() ? new_study_folder(options.policy_source)
                                          : fs::absolute(arguments.study).lexically_normal();
  return {};
}

Result<TuneOptions> options_from(const TuneArguments& arguments, const Installation& at) {
  TuneOptions options;
  options.paths = at.workloads();
  options.agent = at.agent();
  options.seed = arguments.seed;
  options.use = {arguments.busy_ok, arguments.management_ok};
  auto taken = arguments.resume.empty() ? take_new(options, arguments, at)
                                        : take_resumed(options, arguments);
  if (!taken) return fail(taken);
  return options;
}

/// ", constraints throughput >= 0.98, p99 <= 1.1"
std::string constraints_text(const Policy& policy) {
  std::string text;
  for (const MetricConstraint& constraint : policy.constraints)
    text += fmt::format("{} {}", text.empty() ? ", constraints" : ",", describe(constraint));
  return text;
}

/// What `--since` adds: the ranking comes first. The baseline is not known yet, so this is the
/// most.
void plan_since(const TuneOptions& options, const Policy& policy) {
  const SinceProfile& since = *options.since;
  const auto ranking = ranking_of(since.profile, {}, {policy.space, {}, policy.plan.finalists});
  say(stdout, fmt::format("first, the ranking of {} (study '{}', {})\n", since.file.string(),
                          since.profile.evidence.study,
                          since.study.empty() ? "which is gone" : since.study.string()));
  if (!ranking.cannot.empty()) {
    say(stdout, fmt::format("cannot be measured again: {}\n", ranking.cannot));
    return;
  }
  for (const Candidate& contender : ranking.contenders)
    say(stdout, fmt::format("  {}\n", describe(contender.settings)));
  const auto contenders = static_cast<int>(ranking.contenders.size());
  say(stdout,
      fmt::format(
          "is measured again: {} trials at most ({} calibration rounds, {} confirmation rounds)"
          "\nthere the study ends if it stands; else it goes on:\n",
          2 * policy.plan.calibration_rounds + confirmation_trials(policy.plan, contenders),
          policy.plan.calibration_rounds, policy.plan.confirm_rounds));
}

/// The endpoints, as far as they are known without asking a host.
Result<Link> link_unseen(const std::string& source) {
  if (source == "loopback")
    return Link{"loopback",
                {{"loopback-a", {"ip", "netns", "exec", "a"}, "moderato-a", "198.18.0.1"},
                 {"loopback-b", {"ip", "netns", "exec", "b"}, "moderato-b", "198.18.0.2"}}};
  auto link = read_link(source);
  if (!link) return link;
  for (Endpoint& end : link->endpoints) {
    if (end.rdma.empty()) end.rdma = "the first of " + end.netdev;  // its host knows
  }
  return link;
}

/// What tune() refuses, as far as that is known without asking a host.
Result<void> check_unseen(const TuneOptions& options, const Policy& policy) {
  auto link = link_unseen(options.link_source);
  if (!link) return fail(link);
  if (auto usable = check_earlier(options, policy); !usable) return usable;
  auto workloads = prepare_workloads(policy, *link, options.paths, options.run_as.whom_to_become());
  if (!workloads) return fail(workloads);
  if (std::error_code none; options.resumed || !fs::exists(options.study / "study.json", none))
    return {};
  return fail(Fault::usage, fmt::format("{} holds a study already", options.study.string()),
              "continue it with --resume, or choose another folder with --study");
}

/// Says what a study would do, without touching any host.
int plan(const TuneOptions& options) {
  auto policy = policy_of(options.policy_text, options.policy_source);
  if (!policy) return report_error(policy.error());
  if (auto usable = check_unseen(options, *policy); !usable) return report_error(usable.error());
  if (options.since) plan_since(options, *policy);
  // The baseline is not known yet, so it may turn out to be one of the candidates.
  const auto all = enumerate(policy->space, {});
  const auto candidates = static_cast<int>(all.size());
  const int searched = searched_at_most(policy->search, candidates);
  const auto probing = static_cast<int>(
      probing_of(*policy, {.name = "", .seed = options.seed, .endpoints = {{}}}, all).size());
  say(stdout,
      fmt::format(
          "policy '{}' ({}), class '{}', objective {}{}\n"
          "{} candidates, of which the searcher '{}' measures at most {}; {} trials of {} "
          "workload(s): "
          "{} calibration rounds, {} probe rounds, "
          "{} search rounds, {} finalists in {} confirmation rounds\nlink: {}\nworkloads run "
          "as: {}\nstudy: {}\n",
          policy->name, options.policy_source, policy->workload_class, name_of(policy->objective),
          constraints_text(*policy), candidates, policy->search.searcher, searched,
          planned_trials(policy->plan, searched, probing), policy->workloads.size(),
          policy->plan.calibration_rounds, probing > 0 ? policy->plan.probe_rounds : 0,
          policy->plan.search_rounds, policy->plan.finalists, policy->plan.confirm_rounds,
          options.link_source, options.run_as.name, options.study.string()));
  return exit_done;
}

/// Of the terminal; 0: it is none, or does not say.
std::size_t columns_of(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int print_results(const fs::path& folder, const Findings& findings,
                  const TuneArguments& arguments) {
  auto own = Folder::open_own(folder);
  if (!own) return report_error(own.error());
  auto record = read_study(*own);
  if (!record) return report_error(record.error());
  StudyReport report = make_report(record->header, record->trials, findings, folder);
  if (report.interrupted && report.interruption.empty())
    report.interruption = "too many trials failed";
  if (auto written = write_results(report, findings, *own); !written)
    return report_error(written.error());
  if (findings.finished && !arguments.profile.empty()) {
    auto written = write_file_durably(arguments.profile, to_json(findings.profile));
    if (!written) return report_error(written.error());
  }
  if (arguments.format == "json") {
    put(stdout, study_json(report));
  } else {
    put(stdout, study_text(report, {.colour = use_colour(STDOUT_FILENO)}));
  }
  if (!findings.nothing_compared.empty())
    return report_error(
        {Fault::runtime,
         "no candidate could be compared with the baseline: " + findings.nothing_compared,
         "no profile was written; mend what has failed, or give the policy more of "
         "budget.max_minutes, and start a new study"});
  if (!findings.finished)
    return report_error({Fault::runtime, "the study has come to no verdict: too many trials failed",
                         "the report above and its trials.jsonl say why; then start a new study"});
  const bool good = findings.profile.outcome == Outcome::improved || stands(findings);
  return good ? exit_done : exit_different;
}

/// Only a study that ended well, or by nothing but the interruption, has put everything back.
void report_interruption(const fs::path& study, const Result<Findings>& findings) {
  if (!findings && findings.error().message != interrupted_error().message) {
    report_error(findings.error());
    return;
  }
  std::error_code none;
  if (!fs::exists(study / "study.json", none))
    return say(stderr, "moderato: interrupted before anything was set\n");
  say(stderr, fmt::format("moderato: interrupted; settings restored; continue with:\n"
                          "  moderato tune --resume {}\n",
                          study.string()));
}

}  // namespace

int tune_command(const TuneArguments& arguments, const Interrupt& interrupt) {
  if (arguments.dry_run && arguments.format == "json")
    return report_error({Fault::usage, "--dry-run --format json: a plan is told as text only",
                         "leave --format out"});
  auto options = options_from(arguments, find_installation());
  if (!options) return report_error(options.error());
  options->agent.owner = owner_text("study " + options->study.string());
  if (arguments.dry_run) return plan(*options);
  Result<Findings> findings;
  {
    ProgressPrinter progress(::isatty(STDERR_FILENO) == 1, columns_of(STDERR_FILENO));
    progress.note(fmt::format("study: {}", options->study.string()));
    if (const auto who = describe(options->run_as, this_caller()); !who.empty()) progress.note(who);
    findings = tune(*options, progress, interrupt);
  }
  if (const auto signal = interrupt.signal()) {
    report_interruption(options->study, findings);
    return 128 + *signal;
  }
  if (!findings) return report_error(findings.error());
  return print_results(options->study, *findings, arguments);
}

int report_command(const ReportArguments& arguments) {
  auto record = read_study(arguments.study);
  if (!record) return report_error(record.error());
  auto findings = findings_of(record->header, record->trials);
  if (!findings) return report_error(findings.error());
  const StudyReport report =
      make_report(record->header, record->trials, *findings, arguments.study);
  if (arguments.format == "json") {
    put(stdout, study_json(report));
  } else if (arguments.format == "html") {
    put(stdout, study_html(report));
  } else {
    put(stdout, study_text(report, {.colour = use_colour(STDOUT_FILENO), .search_rows = 0}));
  }
  return exit_done;
}

}  // namespace moderato
