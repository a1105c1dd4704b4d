// SPDX-License-Identifier: Apache-2.0
#include "cli/manual.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <utility>

#include "core/version.hpp"

namespace moderato {
namespace {

struct Section {
  std::string_view title;
  std::string_view text;
};

constexpr std::array general{
    Section{"Exit status",
            "0    done\n"
            "1    something failed at run time; the message says what\n"
            "2    bad command line or bad document\n"
            "3    tune: no setting is better than the baseline; verify, status: the host differs;\n"
            "     apply --boot: a stale profile was skipped\n"
            "4    status: the fingerprint of a NIC has changed, its profile is stale\n"
            "5    status: no profile is installed for a NIC\n"
            "128+n  ended by signal n: tune once everything is put back, unless the message says\n"
            "     otherwise; probe, verify, status, report, --dry-run, which change nothing, at\n"
            "     once. apply, restore, install and uninstall go on to their end, the first two\n"
            "     at most to their --deadline, and have the exit status of that"},
    Section{
        "Hosts",
        "probe, apply, verify, restore and status work here, on the hosts of a link (--link),\n"
        "or on those that --hosts names, all at the same time:\n"
        "  node[01-16,20],login  names, with ranges as Slurm writes them\n"
        "  file:PATH             an Open MPI hostfile; so is ./PATH (a word is a host). Root\n"
        "                        takes none that others can write.\n"
        "  slurm                 the allocation it runs in (SLURM_JOB_NODELIST)\n"
        "--launch says how a program is started there, {host} being the host's name, as words\n"
        "with blanks between them that no shell sees: 'ssh {host}' unless told otherwise, of an\n"
        "allocation 'srun --overlap -N1 -n1 -w {host}'. A host that has not done by its\n"
        "--deadline has failed, and puts back what it was changing. One that fails does not hide\n"
        "the others: each has its outcome, stderr names those that failed, and the exit status\n"
        "is 1, or 2 if all of them were mistakes."},
    Section{
        "Environment",
        "MODERATO_STATE_DIR   where agents keep snapshots (default /var/lib/moderato)\n"
        "MODERATO_RUN_DIR     what counts until the next boot (default MODERATO_STATE_DIR where\n"
        "                     that is set, else /run/moderato)\n"
        "MODERATO_CONFIG_DIR  instead of /etc/moderato\n"
        "SLURM_JOB_NODELIST   the hosts of `--hosts slurm`\n"
        "NO_COLOR             set and not empty: no colour"},
    Section{"Files",
            "links/NAME.json                what `--link NAME` means, where moderato was started;\n"
            "/etc/moderato/links/NAME.json  else this, which the cluster's administrator keeps\n"
            "/etc/moderato/profiles.d       installed profiles, of all classes\n"
            "/etc/moderato/class            the class in force, one word\n"
            "/etc/moderato/stale            apply, warn or skip: what becomes of stale profiles\n"
            "/var/lib/moderato/snapshots    settings to put back, while a study runs\n"
            "/run/moderato                  what profiles of this boot have replaced\n"
            "STUDY/study.json               what the study was started with\n"
            "STUDY/earlier.json             what it was given to begin with (--from, --since)\n"
            "STUDY/since.json               the ranking that it asks about (--since)\n"
            "STUDY/trials.jsonl             every trial, on disk as soon as it is measured\n"
            "STUDY/samples                  raw samples of every trial, one file a workload:\n"
            "                               PHASE-ROUND-CANDIDATE-REPLICATE-INDEX-WORKLOAD.txt\n"
            "STUDY/profile.json             the result\n"
            "STUDY/report.html              the result for people; also .txt and .json"},
    Section{
        "Safety",
        "No setting is written before its old value is on disk. On every host an agent puts the\n"
        "old values back as soon as its tuner ends, however it ends, or is silent for longer\n"
        "than the policy's safety.heartbeat_timeout_s. After a power cut `moderato restore` does.\n"
        "A device has one owner at a time: as long as a study or an apply works on it, any other\n"
        "is refused, and told whose it is."},
};

constexpr std::array<std::pair<std::string_view, Section>, 11> commands{{
    {"tune",
     {"What happens",
      "1. Snapshot of every endpoint, on disk; the restore is rehearsed.\n"
      "2. Calibration: the baseline against itself, for the noise floor.\n"
      "3. Search: rounds over candidates and the baseline, in random order. Which candidates,\n"
      "   is the choice of the policy's searcher: all of them (grid), or those from which a\n"
      "   model of the scores so far expects most (bayesian).\n"
      "4. Confirmation: the best against the baseline, in fresh rounds. A rank test,\n"
      "   Holm-corrected, decides; without proof the baseline stays (exit status 3). Where no\n"
      "   candidate could be compared with it at all there is no profile (exit status 1).\n"
      "   Nothing better found, the verdict tells of each knob whether it moves the score, is\n"
      "   inert (an effect that matters is ruled out), or was measured too little to tell.\n"
      "   What violates a constraint of the policy (throughput, CPU time, another percentile)\n"
      "   beyond what noise explains is not chosen, and named.\n"
      "5. Profile and report are written, every endpoint is put back and verified.\n"
      "\n"
      "While it runs a line tells round, trials, time left (\"at most\" where the search may end\n"
      "earlier), the best settings so far with an interval, and what the searcher expects a\n"
      "further candidate to gain. The report adds which knobs mattered, and which settings trade\n"
      "the objective for CPU time or throughput.\n"
      "\n"
      "The settings found are not left in force: `moderato apply` does that.\n"
      "\n"
      "Refused before anything is written: endpoints that differ in driver, firmware, kind or\n"
      "PCI id, for a profile is for one kind; a device that somebody else is using; without\n"
      "--management-ok a netdev with a default route, or by which the ssh session comes in;\n"
      "without --busy-ok a link over which others move more than 1000 packets a second, sent or\n"
      "received, for 3 seconds on end.\n"
      "\n"
      "Agents need root, workloads do not. Called through sudo, every process of a workload, on\n"
      "every host, runs as the user who called it, else as --run-as USER says: with his groups,\n"
      "without privileges, with root's limits (ulimit -l), and with those variables of the\n"
      "environment that MPI, fabrics and schedulers read. --run-as root stays root. The launch\n"
      "prefixes of the link still run as root. A study that is resumed keeps its user. Root's\n"
      "study has a folder that belongs to root and that nobody else may write; the folder above\n"
      "it may be anybody's.\n"
      "\n"
      "After an upgrade of driver, firmware or kernel, --since PROFILE asks first whether the\n"
      "ranking of the profile stands: its winner and runners-up against the baseline, and against\n"
      "each other, in a confirmation of their own. If it does, the profile is written anew with "
      "the\n"
      "new fingerprint and this evidence, in minutes, exit status 0; otherwise the search begins\n"
      "with what the old study had found (if the searcher is bayesian). Where the profile is in "
      "force,\n"
      "the baseline is the one that its study began with. Nothing is installed.\n"
      "\n"
      "Examples:\n"
      "  moderato tune                                 the loopback link, less than a minute\n"
      "  moderato tune --policy sockets-latency --link lab  the link of links/lab.json\n"
      "  moderato tune --resume moderato-study-quickstart-20261124-140233\n"
      "  sudo moderato tune --link lab --run-as hpcuser  the workloads run as hpcuser\n"
      "  moderato tune --policy my.json --link vf --from study-of-the-pf  begins with what that\n"
      "      study has found; how far it can be trusted here, the search finds out\n"
      "  moderato tune --since moderato-study-.../profile.json --profile new.json"}},
    {"probe",
     {"Notes",
      "Works for every user, without RDMA and in containers; what cannot be read is\n"
      "left out, and each unsupported knob says why.\n"
      "\n"
      "Examples:\n"
      "  moderato probe eth2\n"
      "  moderato probe --hosts node[1-16] eth2\n"
      "  moderato probe --format json | jq '.devices[].knobs'"}},
    {"apply",
     {"Notes",
      "Only values that differ are written. Each is read back; on any doubt everything\n"
      "on that host is put back and the exit status is 1. Run by root, a profile that\n"
      "others could write is refused.\n"
      "\n"
      "Examples:\n"
      "  moderato apply --dry-run profile.json\n"
      "  moderato apply profile.json --netdev eth2\n"
      "  moderato apply profile.json --hosts slurm     every host of this allocation\n"
      "\n"
      "With --boot or --class every netdev of this host gets the installed profile of that class\n"
      "whose match gives most fields (driver, kind, pci_id, netdev). Where two give equally many,\n"
      "neither is applied. --boot first puts back what an interrupted study has left. A netdev\n"
      "that fails keeps what it had, and the others go on. Exit status: 1 if one failed; else 2\n"
      "if a profile is broken, two are ambiguous, or the class has none; else 3 if a stale one\n"
      "was skipped. After 10 s, or those of --deadline, netdevs that were not reached are left as\n"
      "they are.\n"
      "\n"
      "  moderato apply --boot --netdev eth2\n"
      "  moderato apply --class micro"}},
    {"install",
     {"Notes",
      "Every profile is checked before anything is written. It is installed as\n"
      "/etc/moderato/profiles.d/CLASS-NAME-MATCH.json, so that those of several classes and kinds\n"
      "of NIC lie side by side; /etc/moderato/class holds the class in force. moderato.service is\n"
      "enabled: it applies them before the network is configured, and a udev rule applies them to\n"
      "NICs that come later; `systemctl disable moderato` switches both off.\n"
      "\n"
      "Examples:\n"
      "  moderato install pf.json vf.json\n"
      "  moderato install micro.json macro.json --class macro\n"
      "  moderato install --root /srv/image pf.json"}},
    {"uninstall",
     {"Notes",
      "Without names everything that install has put in place is taken back, and the unit is\n"
      "disabled. Files that others have put there stay. Devices keep their settings.\n"
      "\n"
      "Example:\n"
      "  moderato uninstall micro"}},
    {"verify",
     {"Notes",
      "Writes nothing. Exit status 3 if a value differs from the profile's. A changed driver,\n"
      "firmware or kernel is reported on stderr: the profile is stale.\n"
      "\n"
      "Example:\n"
      "  moderato verify profile.json || moderato apply profile.json"}},
    {"restore",
     {"Notes",
      "For what agents could not put back themselves: they were killed with -9, or the\n"
      "power failed. Devices of running studies are left alone, and their owners named. A\n"
      "device that was renamed is put back under its new name. One that may still have the\n"
      "settings of a study, but is not here, is named and its snapshot kept: exit status 1.\n"
      "\n"
      "Example:\n"
      "  moderato restore --dry-run"}},
    {"report",
     {"Notes",
      "Everything is worked out anew from the study's records, so it can be asked while the\n"
      "study runs, or after it was interrupted; nothing is claimed before the confirmation\n"
      "is complete.\n"
      "\n"
      "Example:\n"
      "  moderato report --format html moderato-study-... > report.html"}},
    {"status",
     {"Notes",
      "Writes nothing, and needs no root for what everybody may read. Each NIC with knobs is held\n"
      "against the most specific installed profile of each class; the active class, or --class,\n"
      "counts:\n"
      "\n"
      "  current  exit status 0  the NIC has what the profile says\n"
      "  differs  exit status 3  it has other values; who sets them is told where a connection of\n"
      "                          NetworkManager, a systemd .link file, a TuneD profile or a udev\n"
      "                          rule says so\n"
      "  stale    exit status 4  its fingerprint has changed (driver, firmware, kernel, ...)\n"
      "  none     exit status 5  no profile is for it, or several are, equally well\n"
      "\n"
      "Of several NICs the worst counts, none being the worst; --netdev leaves out those that\n"
      "nobody tunes. Exit status 2: a broken file among the installed profiles.\n"
      "With --hosts or --link the NICs of all hosts are held against the profiles that are\n"
      "installed here, not against theirs; files of others are read on this host alone.\n"
      "\n"
      "Examples:\n"
      "  moderato status --netdev eth2 || moderato apply profile.json --netdev eth2\n"
      "  moderato status --class micro --format json | jq '.rows[].state'"}},
    {"advice",
     {"Notes",
      "Knobs of processes belong to the programs, which have to be started accordingly. Each\n"
      "value stands below its evidence; what the flavour does not take, or the file cannot carry,\n"
      "is told in a comment. A file that moderato has not written is never replaced.\n"
      "\n"
      "  sh        export NAME=VALUE, quoted; Open MPI parameters as OMPI_MCA_NAME\n"
      "  mca       openmpi-mca-params.conf\n"
      "  ucx       ucx.conf, by default of the flavour openmpi-ucx\n"
      "  mvapich2  mvapich2.conf, by default of the flavour mvapich2\n"
      "\n"
      "Examples:\n"
      "  moderato advice profile.json --flavour openmpi-openib --format mca\n"
      "  moderato advice profile.json --format mvapich2 --output /etc/mvapich2.conf"}},
    {"agent",
     {"Notes",
      "Speaks line-delimited JSON on stdin and stdout. Started through the launch prefix\n"
      "of a host (`ssh node7`, `ip netns exec a`); needs root there. When stdin closes,\n"
      "or no sign of life comes in the time that the policy names, it puts back what it\n"
      "had changed."}},
}};

/// Text as roff shows it, line by line: backslashes and leading dots are commands there.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_start = c == '\n';
  }
  return out;
}

std::string roff_options(const CLI::App& command) {
  std::string out;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    const std::string type = option->get_type_size() == 0 ? "" : " " + option->get_type_name();
    const std::string fallback =
        option->get_default_str().empty() ? "" : " Default: " + option->get_default_str() + ".";
    out += fmt::format(".TP\n.B {}\n{}.{}\n", roff(option->get_name(false, true) + type),
                       roff(option->get_description()), roff(fallback));
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::string command_manual(std::string_view command) {
  for (const auto& [name, section] : commands) {
    if (name == command) return fmt::format("{}:\n{}", section.title, section.text);
  }
  return {};
}

std::string general_manual() {
  std::string out = "`moderato COMMAND --help` tells more of each.\n";
  for (const auto& [title, text] : general)
    out += fmt::format("\n{}:\n{}\n", title, text);
  return out;
}

std::string man_page(const CLI::App& app) {
  std::string out = fmt::format(
      ".\\\" SPDX-License-Identifier: Apache-2.0\n.TH MODERATO 1 \"\" \"moderato {}\"\n"
      ".SH NAME\nmoderato \\- tunes interrupt moderation of cluster NICs\n"
      ".SH SYNOPSIS\n.B moderato\n.I COMMAND\n[\\fIOPTION\\fR]...\n.SH DESCRIPTION\n{}\n"
      ".SH COMMANDS\n",
      version, roff(app.get_description()));
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_group().empty()) continue;  // hidden
    out += fmt::format(".SS moderato {}\n{}.\n{}.PP\n.nf\n{}\n.fi\n", command->get_name(),
                       roff(command->get_description()), roff_options(*command),
                       roff(command_manual(command->get_name())));
  }
  for (const auto& [title, text] : general)
    out += fmt::format(".SH {}\n.nf\n{}\n.fi\n", upper(title), roff(text));
  return out;
}

}  // namespace moderato
