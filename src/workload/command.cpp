// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <ranges>

#include "core/nearest.hpp"
#include "workload/launch_map.hpp"
#include "workload/placeholders.hpp"
#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

Result<Texts> merged(const WorkloadDescriptor& workload, const Texts& parameters) {
  Texts values = workload.parameters;
  std::vector<std::string> names;
  for (const auto& [name, value] : values)
    names.push_back(name);
  for (const auto& [name, value] : parameters) {
    if (!values.contains(name))
      return fail(Fault::document,
                  fmt::format("workload '{}' has no parameter '{}'", workload.name, name),
                  did_you_mean(name, names, fmt::format("it has: {}", fmt::join(names, ", "))));
    values[name] = value;
  }
  return values;
}

/// The smallest IPv4 network that holds every address. Open MPI takes one list of networks for all
/// hosts, and complains about one that a host is not in.
Result<std::string> common_network(const Link& link) {
  std::uint32_t first = 0, differing = 0;
  for (const Endpoint& end : link.endpoints) {
    in_addr binary{};
    if (::inet_pton(AF_INET, end.address.c_str(), &binary) != 1)
      return fail(Fault::document,
                  fmt::format("link '{}': {} has the address '{}', Open MPI needs IPv4", link.name,
                              end.host, end.address),
                  "give the IPv4 address of its netdev");
    const std::uint32_t address = ntohl(binary.s_addr);
    if (&end == &link.endpoints.front()) first = address;
    differing |= address ^ first;
  }
  // Open MPI 4.1 takes "/32" for every network.
  const int bits = std::min(std::countl_zero(differing), 31);
  const std::uint32_t mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
  const in_addr network{htonl(first & mask)};
  char text[INET_ADDRSTRLEN];
  return fmt::format("{}/{}", ::inet_ntop(AF_INET, &network, text, sizeof text), bits);
}

/// How mpirun reaches the hosts, as one text that it splits at blanks: "moderato remote-shell
/// 10.0.0.1=ssh,node7 ... --". A user asks the door, which knows the prefixes.
Result<std::string> rsh_agent(const std::vector<std::string>& map, const WorkloadPaths& paths,
                              const std::string& user) {
  const std::string moderato = paths.moderato.string();
  if (moderato.find_first_of(" \t\n") != std::string::npos)
    return fail(
        Fault::usage,
        fmt::format("mpirun cannot start '{}' on behalf of the hosts: there is a blank in it",
                    moderato),
        "install moderato into a folder without blanks");
  if (!user.empty()) return moderato + " knock";
  return fmt::format("{} remote-shell {} --", moderato, fmt::join(map, " "));
}

/// mpirun runs on the first host, which Open MPI 5.0 knows by no address of its own but this name
/// (https://github.com/openpmix/prrte/pull/2258). Each host gets slots for all ranks: they only
/// limit, --map-by deals out; and where further endpoints are on the first host, 5.0 counts its
/// slots alone.
std::string hosts_of(const Link& link, int ranks) {
  std::string hosts = fmt::format("localhost:{}", ranks);
  for (const Endpoint& end : link.endpoints | std::views::drop(1))
    hosts += fmt::format(",{}:{}", end.address, ranks);
  return hosts;
}

/// What is to be started, all placeholders replaced.
struct Job {
  int ranks = 2;
  Texts mca, environment;
  Argv program;
};

/// How mpirun's daemons are started, and start ranks. Open MPI 4.1 reaches hosts by a component
/// called rsh, 5.0 (PRRTE) by one called ssh, and each ends if it is told the other's name. In the
/// environment each has a prefix of its own and does not see the other's, so nobody needs to know
/// which one a host has.
Texts launch_settings(const std::string& agent, std::size_t hosts, bool as_root) {
  // The sessions of the remote shell last as long as the job (--leave-session-attached), so as many
  // as there are hosts must be open at once.
  const Texts reaching{
      {"agent", agent}, {"no_tree_spawn", "1"}, {"num_concurrent", std::to_string(hosts)}};
  Texts settings{{"OMPI_MCA_plm", "rsh"}, {"PRTE_MCA_plm", "ssh"}};
  if (as_root)
    settings.insert({{"OMPI_ALLOW_RUN_AS_ROOT", "1"}, {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}});
  for (const auto& [name, value] : reaching) {
    settings["OMPI_MCA_plm_rsh_" + name] = value;
    settings["PRTE_MCA_plm_ssh_" + name] = value;
  }
  // Inside an allocation of a batch system mpirun would take its hosts from there, whatever --host
  // says, and could put all ranks on one of them.
  for (const char* library : {"OMPI", "PRTE"})
    settings[fmt::format("{}_MCA_ras", library)] =
        "^slurm,tm,pbs,lsf,gridengine,alps,loadleveler,flux";
  // Where PRRTE forks in a thread, it misses the end of a rank that ends at once, and waits for
  // ever (https://github.com/openpmix/prrte/pull/2713).
  settings["PRTE_MCA_odls_base_max_threads"] = "0";
  // Daemons of 4.1 that share a machine, each in a network namespace, write the topology to one and
  // the same file, and follow each other's pointers in it.
  settings["OMPI_MCA_rtc_hwloc_vmhole"] = "none";
  return settings;
}

Argv mpirun_options(const Job& job, const Link& link, const std::string& network) {
  // A job that is ended gives its ranks a second of grace by default, rank by rank. By then run()
  // has killed mpirun, and ranks would still be sending when the next trial begins. (Open MPI 5.0
  // has no such parameter, and gives all ranks together a moment.)
  Texts mca{{"odls_base_sigkill_timeout", "0"},
            {"oob_tcp_if_include", network},
            {"btl_tcp_if_include", network}};
  for (const auto& [name, value] : job.mca)
    mca[name] = value;
  // The daemons stay attached to the remote shell that starts them, so that they end with it.
  Argv words{"--leave-session-attached"};
  for (const auto& [name, value] : mca)
    words.insert(words.end(), {"--mca", name, value});
  words.insert(words.end(), {"--bind-to", "none", "--map-by", "node", "--host",
                             hosts_of(link, job.ranks), "-np", std::to_string(job.ranks)});
  for (const auto& [name, value] : job.environment)
    words.insert(words.end(), {"-x", fmt::format("{}={}", name, value)});
  return words;
}

/// What opens the hosts to an mpirun that is not root's (door.hpp).
Argv door_words(const std::vector<std::string>& map, const WorkloadPaths& paths,
                const std::string& user) {
  Argv words{paths.moderato.string(), "door", user};
  words.insert(words.end(), map.begin(), map.end());
  words.emplace_back("--");
  return words;
}

/// The words in front of the program. Started on the first host, from where every
/// other one can be reached over the link's own addresses.
Result<Argv> mpirun_words(const Job& job, const Link& link, const WorkloadPaths& paths,
                          const std::string& user) {
  auto network = common_network(link);
  if (!network) return fail(network);
  auto map = launch_map(link);
  if (!map) return fail(map);
  auto agent = rsh_agent(*map, paths, user);
  if (!agent) return fail(agent);
  Argv words{"env"};
  for (const auto& [name, value] : launch_settings(*agent, link.endpoints.size(), user.empty()))
    words.push_back(fmt::format("{}={}", name, value));
  if (!user.empty()) std::ranges::copy(door_words(*map, paths, user), std::back_inserter(words));
  words.push_back("mpirun");
  const Argv options = mpirun_options(job, link, *network);
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

/// The process manager of MPICH and MVAPICH2. It reaches the hosts by ssh, under their addresses;
/// inside an allocation of a batch system it would choose the system's own launcher.
Argv hydra_words(const Job& job, const Link& link) {
  // One after the other on the hosts in turn, as mpirun is told.
  Argv words{"mpiexec.hydra",
             "-launcher",
             "ssh",
             "-hosts",
             of_all(link, &Endpoint::address),
             "-ppn",
             "1",
             "-np",
             std::to_string(job.ranks)};
  for (const auto& [name, value] : job.environment)
    words.insert(words.end(), {"-genv", name, value});
  return words;
}

/// Server on the second host, then client on the first one: moderato-pair, two ranks, sees to it.
Argv pair_words(const WorkloadDescriptor& workload, const Argv& server, const Argv& client,
                const WorkloadPaths& paths) {
  Argv words{(paths.libexec / "moderato-pair").string(), "--port", std::to_string(workload.port),
             "--server-words", std::to_string(server.size())};
  words.emplace_back("--");
  words.insert(words.end(), server.begin(), server.end());
  words.insert(words.end(), client.begin(), client.end());
  return words;
}

Result<int> ranks_of(const WorkloadDescriptor& workload, const Texts& parameters,
                     const Link& link) {
  if (workload.ranks > 0) return workload.ranks;
  const std::string& text = parameters.at("processes_per_node");
  const auto count = integer_in(text, 1, max_ranks);
  if (!count)
    return fail(Fault::document,
                fmt::format("workload '{}': processes_per_node is '{}'", workload.name, text),
                fmt::format("write an integer from 1 to {}", max_ranks));
  return static_cast<int>(*count) * static_cast<int>(link.endpoints.size());
}

Result<void> check_process_knobs(const WorkloadDescriptor& workload, const Texts& parameters) {
  for (const auto& [name, text] : parameters) {
    const ProcessKnob* knob = find_process_knob(name);
    if (knob == nullptr || value_of(*knob, text)) continue;
    return fail(
        Fault::document, fmt::format("workload '{}': {} is '{}'", workload.name, name, text),
        knob->names.empty() ? fmt::format("write an integer from {} to {}", knob->min, knob->max)
                            : fmt::format("one of: {}", fmt::join(knob->names, ", ")));
  }
  return {};
}

Result<Job> job_of(const WorkloadDescriptor& workload, const Texts& parameters, const Link& link,
                   const WorkloadPaths& paths) {
  const Texts values = placeholders(parameters, link, paths);
  auto ranks = ranks_of(workload, parameters, link);
  if (!ranks) return fail(ranks);
  auto mca = expand_values(workload.mca, values, workload.name);
  if (!mca) return fail(mca);
  auto environment = expand_values(workload.environment, values, workload.name);
  if (!environment) return fail(environment);
  auto program = expand_all(workload.command, values, workload.name);
  if (!program) return fail(program);
  auto server = expand_all(workload.server, values, workload.name);
  if (!server) return fail(server);
  if (!server->empty()) *program = pair_words(workload, *server, *program, paths);
  return Job{*ranks, std::move(*mca), std::move(*environment), std::move(*program)};
}

Argv first_host_words(const Job& job) {
  Argv words{"env"};
  for (const auto& [name, value] : job.environment)
    words.push_back(fmt::format("{}={}", name, value));
  return words;
}

/// The environment travels as words: ssh and its like carry no variables.
Result<Argv> launcher_words(const WorkloadDescriptor& workload, const Job& job, const Link& link,
                            const WorkloadPaths& paths, const std::string& user) {
  using Launcher = WorkloadDescriptor::Launcher;
  if (workload.launcher == Launcher::mpirun) return mpirun_words(job, link, paths, user);
  Argv words =
      workload.launcher == Launcher::hydra ? hydra_words(job, link) : first_host_words(job);
  if (!user.empty()) words.insert(words.begin(), {paths.moderato.string(), "run-as", user, "--"});
  return words;
}

/// Ranks of an mpirun that was killed can go on sending. So it runs under `moderato run-job`.
Argv ended_as_one(const WorkloadDescriptor& workload, const WorkloadPaths& paths, Argv words) {
  if (workload.launcher != WorkloadDescriptor::Launcher::first_host)
    words.insert(words.begin(), {paths.moderato.string(), "run-job"});
  return words;
}

}  // namespace

Result<Command> build_command(const WorkloadDescriptor& workload, const Texts& parameters,
                              const Link& link, const WorkloadPaths& paths,
                              const std::string& user) {
  auto merged_parameters = merged(workload, parameters);
  if (!merged_parameters) return fail(merged_parameters);
  if (auto sound = check_process_knobs(workload, *merged_parameters); !sound) return fail(sound);
  auto job = job_of(workload, *merged_parameters, link, paths);
  if (!job) return fail(job);
  auto words = launcher_words(workload, *job, link, paths, user);
  if (!words) return fail(words);
  words->insert(words->end(), job->program.begin(), job->program.end());
  return Command{behind(link.endpoints.front().launch_prefix,
                        ended_as_one(workload, paths, std::move(*words))),
                 {}};
}

Result<Argv> remote_shell(const std::vector<std::string>& map, const std::string& host,
                          const std::vector<std::string>& words) {
  auto prefix = launch_prefix_of(map, host);
  if (!prefix) return fail(prefix);
  const std::string line = fmt::format("{}", fmt::join(words, " "));
  // ssh gives the line to a shell by itself; anything else is given one.
  if (through_shell(*prefix)) {
    prefix->push_back(line);
    return prefix;
  }
  return behind(*prefix, {"sh", "-c", line});
}

}  // namespace moderato
