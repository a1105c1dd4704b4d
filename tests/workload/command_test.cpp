// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "links.hpp"

using namespace moderato;

namespace {

using Texts = std::map<std::string, std::string>;

WorkloadDescriptor mpi_workload(int ranks = 2) {
  WorkloadDescriptor workload = workload_of({"prog"});
  workload.launcher = WorkloadDescriptor::Launcher::mpirun;
  workload.ranks = ranks;
  return workload;
}

Argv words_of(const WorkloadDescriptor& workload, const Link& link = two_namespaces(),
              const Texts& parameters = {}) {
  const auto command = build_command(workload, parameters, link, installed());
  REQUIRE_MESSAGE(command.has_value(), (command ? "" : describe(command.error())));
  CHECK(command->environment.empty());
  return command->argv;
}

Error error_of(const WorkloadDescriptor& workload, const Link& link = two_namespaces(),
               const Texts& parameters = {}, const WorkloadPaths& paths = installed()) {
  const auto command = build_command(workload, parameters, link, paths);
  REQUIRE_FALSE(command);
  return command.error();
}

/// What a word of a command becomes.
std::string expanded(const std::string& word, const Texts& parameters = {}) {
  return words_of(workload_of({word}), two_namespaces(), parameters).back();
}

/// The word behind `option`, which stands there once.
std::string after(const Argv& words, const std::string& option) {
  REQUIRE(std::ranges::count(words, option) == 1);
  return *(std::ranges::find(words, option) + 1);
}

std::string mca(const Argv& words, const std::string& name) {
  const std::string value = after(words, name);
  CHECK(*(std::ranges::find(words, name) - 1) == "--mca");
  return value;
}

/// The value of a variable that is set for mpirun, once.
std::string variable(const Argv& words, const std::string& name) {
  const auto set = [&](const std::string& word) { return word.starts_with(name + "="); };
  REQUIRE(std::ranges::count_if(words, set) == 1);
  const auto found = std::ranges::find_if(words, set);
  CHECK(found < std::ranges::find(words, "mpirun"));
  return found->substr(name.size() + 1);
}

std::string network_of(const std::vector<std::string>& addresses) {
  return mca(words_of(mpi_workload(), link_of(addresses)), "btl_tcp_if_include");
}

}  // namespace

TEST_CASE("placeholders stand for parameters, endpoints and the programs' folder") {
  CHECK(expanded("--n={iterations}") == "--n=100");
  CHECK(expanded("{size}{size}") == "88");
  CHECK(expanded("{size}", {{"size", "64"}}) == "64");
  CHECK(expanded("{addresses}") == "10.0.0.1,10.0.0.2");
  CHECK(expanded("{address:0} {address:1}") == "10.0.0.1 10.0.0.2");
  CHECK(expanded("{netdev:0} {netdev:1}") == "eth0 eth1");
  CHECK(expanded("{host:0} {host:1}") == "host-a host-b");
  CHECK(expanded("{libexec}/prog") == "/opt/libexec/prog");
}

TEST_CASE("what a placeholder stands for is not read again") {
  CHECK(expanded("{size}", {{"size", "{libexec} {{"}}) == "{libexec} {{");
}

TEST_CASE("doubled braces are braces") {
  CHECK(expanded("{{size}}") == "{size}");
  CHECK(expanded(R"({{"n": {size}}})") == R"({"n": 8})");
  CHECK(expanded("{{{size}}}") == "{8}");
  CHECK(expanded("lone } stays") == "lone } stays");
}

TEST_CASE("an unknown placeholder is refused with those that there are") {
  for (const char* word : {"{sise}", "{address:2}", "{", "{}", "a{size", "{size"}) {
    CAPTURE(word);
    const Error error = error_of(workload_of({"prog", word}));
    CHECK(error.fault == Fault::document);
    CHECK(error.message.starts_with("workload 'w': '"));
    CHECK(error.message.ends_with(std::string("' in '") + word + "' is no placeholder"));
    CHECK(error.remedy ==
          "one of: address:0, address:1, addresses, host:0, host:1, iterations, libexec, netdev:0, "
          "netdev:1, rdma, rdma:0, rdma:1, size");
  }
}

TEST_CASE("an unknown parameter is refused, and the one that was meant is named") {
  const Error slip = error_of(workload_of({"prog"}), two_namespaces(), {{"iteratoins", "1"}});
  CHECK(slip.fault == Fault::document);
  CHECK(slip.message == "workload 'w' has no parameter 'iteratoins'");
  CHECK(slip.remedy == "did you mean 'iterations'?");
  const Error other = error_of(workload_of({"prog"}), two_namespaces(), {{"colour", "red"}});
  CHECK(other.remedy == "it has: iterations, size");
}

TEST_CASE("first_host starts the program once, on the first host, with its environment as words") {
  WorkloadDescriptor workload = workload_of({"prog", "{size}"});
  workload.environment = {{"A", "b c"}, {"B", "d"}};
  CHECK(words_of(workload) == Argv{"ip", "netns", "exec", "a", "env", "A=b c", "B=d", "prog", "8"});
}

TEST_CASE("behind ssh every word is quoted for the shell there") {
  WorkloadDescriptor workload = workload_of({"prog", "two words", "$HOME"});
  workload.environment = {{"A", "b c"}};
  CHECK(words_of(workload, link_of({"10.0.0.1", "10.0.0.2"})) ==
        Argv{"ssh", "node0", "env", "'A=b c'", "prog", "'two words'", "'$HOME'"});
}

TEST_CASE("mpirun starts on the first host, as root too") {
  const Argv words = words_of(mpi_workload());
  const Argv begin{"ip",
                   "netns",
                   "exec",
                   "a",
                   "/opt/bin/moderato",
                   "run-job",
                   "env",
                   "OMPI_ALLOW_RUN_AS_ROOT=1",
                   "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"};
  REQUIRE(words.size() > begin.size());
  CHECK(std::equal(begin.begin(), begin.end(), words.begin()));
  CHECK(std::ranges::count(words, "mpirun") == 1);
  CHECK(words.back() == "prog");
}

TEST_CASE("mpirun reaches the hosts through this program, be it of Open MPI 4.1 or 5.0") {
  const Argv words = words_of(mpi_workload());
  CHECK(variable(words, "OMPI_MCA_plm") == "rsh");
  // Nor are hosts taken from a batch system.
  CHECK(variable(words, "OMPI_MCA_ras").starts_with("^slurm,"));
  CHECK(variable(words, "PRTE_MCA_ras") == variable(words, "OMPI_MCA_ras"));
  CHECK(variable(words, "PRTE_MCA_plm") == "ssh");
  for (const std::string component : {"OMPI_MCA_plm_rsh", "PRTE_MCA_plm_ssh"}) {
    CAPTURE(component);
    CHECK(variable(words, component + "_agent") ==
          "/opt/bin/moderato remote-shell 10.0.0.1=ip,netns,exec,a 10.0.0.2=ip,netns,exec,b --");
    CHECK(variable(words, component + "_no_tree_spawn") == "1");
    CHECK(variable(words, component + "_num_concurrent") == "2");
  }
}

TEST_CASE("no rank is forked in a thread of Open MPI 5.0, which would miss its end") {
  CHECK(variable(words_of(mpi_workload()), "PRTE_MCA_odls_base_max_threads") == "0");
  CHECK(variable(words_of(mpi_workload()), "OMPI_MCA_rtc_hwloc_vmhole") == "none");
}

TEST_CASE("mpirun uses the link's network alone") {
  const Argv words = words_of(mpi_workload());
  CHECK(mca(words, "oob_tcp_if_include") == "10.0.0.0/30");
  CHECK(mca(words, "btl_tcp_if_include") == "10.0.0.0/30");
}

TEST_CASE("the daemons of a job end with the remote shell that started them") {
  CHECK(std::ranges::count(words_of(mpi_workload()), "--leave-session-attached") == 1);
}

TEST_CASE("ranks get no grace that outlasts mpirun's own") {
  CHECK(mca(words_of(mpi_workload()), "odls_base_sigkill_timeout") == "0");
}

TEST_CASE("the network is the smallest that holds every address") {
  CHECK(network_of({"10.0.0.4", "10.0.0.5"}) == "10.0.0.4/31");
  CHECK(network_of({"10.0.0.127", "10.0.0.128"}) == "10.0.0.0/24");
  CHECK(network_of({"10.0.0.1", "10.0.0.2", "10.0.1.1"}) == "10.0.0.0/23");
  CHECK(network_of({"10.0.0.1", "10.200.0.1"}) == "10.0.0.0/8");
  CHECK(network_of({"127.0.0.1", "128.0.0.1"}) == "0.0.0.0/0");
  CHECK(network_of({"255.255.255.254", "255.255.255.255"}) == "255.255.255.254/31");
}

TEST_CASE("a network of one address, which Open MPI would take for every network, is never named") {
  CHECK(network_of({"10.0.0.7", "10.0.0.7"}) == "10.0.0.6/31");
}

TEST_CASE("an address that is not IPv4 is refused, with its host") {
  for (const char* address : {"fd00::2", "10.0.0", "10.0.0.256", "node1", "", "10.0.0.2 "}) {
    CAPTURE(address);
    const Error error = error_of(mpi_workload(), link_of({"10.0.0.1", address}));
    CHECK(error.fault == Fault::document);
    CHECK(error.message ==
          std::string("link 'lab': node1 has the address '") + address + "', Open MPI needs IPv4");
  }
}

TEST_CASE("a program started on one host may have any address") {
  Link link = link_of({"fd00::1", "fd00::2"});
  link.endpoints[0].launch_prefix.clear();
  CHECK(words_of(workload_of({"ping", "{address:1}"}), link) == Argv{"env", "ping", "fd00::2"});
}

TEST_CASE("a launch prefix that mpirun would split otherwise is refused") {
  for (const char* word : {"two words", "a,b", "", "tab\t"}) {
    CAPTURE(word);
    Link link = two_namespaces();
    link.endpoints[1].launch_prefix = {"ssh", word};
    const Error error = error_of(mpi_workload(), link);
    CHECK(error.message == std::string("link 'two': '") + word +
                               "' in the launch prefix of host-b has a blank or a comma");
    CHECK(build_command(workload_of({"prog"}), {}, link, installed()).has_value());
  }
}

TEST_CASE("moderato in a folder with a blank cannot be mpirun's remote shell, and says so") {
  WorkloadPaths paths = installed();
  paths.moderato = "/opt/my folder/moderato";
  const Error error = error_of(mpi_workload(), two_namespaces(), {}, paths);
  CHECK(error.message.find("/opt/my folder/moderato") != std::string::npos);
}

TEST_CASE("ranks are dealt out to the hosts, of which the first is the one that mpirun runs on") {
  for (const int ranks : {1, 2, 3, 8}) {
    const Argv words = words_of(mpi_workload(ranks));
    CHECK(after(words, "--map-by") == "node");
    CHECK(after(words, "-np") == std::to_string(ranks));
    CHECK(after(words, "--host") == fmt::format("localhost:{0},10.0.0.2:{0}", ranks));
  }
}

TEST_CASE("the descriptor's Open MPI parameters win") {
  WorkloadDescriptor workload = mpi_workload();
  workload.mca = {{"btl", "tcp,self"}, {"btl_tcp_if_include", "eth7"}};
  const Argv words = words_of(workload);
  CHECK(mca(words, "btl") == "tcp,self");
  CHECK(mca(words, "btl_tcp_if_include") == "eth7");
  CHECK(mca(words, "oob_tcp_if_include") == "10.0.0.0/30");
}

TEST_CASE("mpirun carries the environment to every rank") {
  WorkloadDescriptor workload = mpi_workload();
  workload.environment = {{"UCX_TLS", "tcp"}};
  CHECK(after(words_of(workload), "-x") == "UCX_TLS=tcp");
}
