// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "links.hpp"
#include "temporary_folder.hpp"
#include "workload/process_knobs.hpp"

using namespace moderato;
namespace fs = std::filesystem;

namespace {

const fs::path catalogue = fs::path(MODERATO_SOURCE_DIR) / "workloads/catalogue";
const WorkloadPaths shipped{"/none", catalogue, "/opt/libexec", "/opt/bin/moderato"};

using Texts = std::map<std::string, std::string>;

WorkloadDescriptor under(const std::string& mpi, const std::string& name = "osu-latency") {
  const auto workload = find_workload(name, shipped, mpi);
  REQUIRE_MESSAGE(workload.has_value(), (workload ? "" : workload.error().message));
  return *workload;
}

Argv words_of(const WorkloadDescriptor& workload, const Texts& parameters = {}) {
  const auto command = build_command(workload, parameters, two_namespaces(), shipped);
  REQUIRE_MESSAGE(command.has_value(), (command ? "" : command.error().message));
  return command->argv;
}

bool has(const Argv& words, const std::string& word) {
  return std::ranges::count(words, word) > 0;
}

}  // namespace

TEST_CASE(
    "every shipped MPI flavour says of each process knob how it reaches, or why it does not") {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(catalogue / "mpi")) {
    const std::string name = entry.path().stem();
    CAPTURE(name);
    const WorkloadDescriptor workload = under(name);
    CHECK(workload.mpi == name);
    for (const ProcessKnob& knob : process_knobs()) {
      CAPTURE(knob.id);
      const std::string id(knob.id);
      CHECK(workload.parameters.contains(id) != workload.unreachable.contains(id));
    }
    CHECK_FALSE(words_of(workload).empty());
    ++count;
  }
  CHECK(count >= 4);
}

TEST_CASE("a process knob reaches Open MPI's openib as its receive queue, which does not grow") {
  const Argv words = words_of(under("openmpi-openib"), {{"srq-limit", "77"}, {"srq-size", "500"}});
  CHECK(has(words, "S,65536,500,77,32,500,77"));
  CHECK(*(std::ranges::find(words, "btl_openib_enable_srq_resize") + 1) == "0");
  CHECK(*(std::ranges::find(words, "btl") + 1) == "openib,self");
}

TEST_CASE("a process knob reaches MVAPICH2 as its environment, started by its own launcher") {
  const Argv words = words_of(under("mvapich2"), {{"srq-limit", "77"}, {"completion", "blocking"}});
  CHECK(has(words, "mpiexec.hydra"));
  CHECK_FALSE(has(words, "mpirun"));
  CHECK(*(std::ranges::find(words, "MV2_SRQ_LIMIT") + 1) == "77");
  CHECK(*(std::ranges::find(words, "MV2_SRQ_MAX_SIZE") + 1) == "256");
  CHECK(*(std::ranges::find(words, "MV2_USE_BLOCKING") + 1) == "1");
  CHECK(*(std::ranges::find(words, "-hosts") + 1) == "10.0.0.1,10.0.0.2");
}

TEST_CASE("the SRQ limit does not reach UCX, and the reason is told") {
  const WorkloadDescriptor workload = under("openmpi-ucx");
  CHECK_FALSE(workload.parameters.contains("srq-limit"));
  CHECK(workload.unreachable.at("srq-limit").find("UCX") != std::string::npos);
  CHECK(has(words_of(workload, {{"srq-size", "512"}}), "UCX_RC_VERBS_RX_QUEUE_LEN=512"));
}

TEST_CASE("what a descriptor says itself comes before its flavour") {
  WorkloadDescriptor workload = workload_of({"prog"});
  workload.mca = {{"btl", "mine"}};
  workload.parameters["srq-size"] = "9";
  const MpiFlavour flavour{.name = "f",
                           .description = {},
                           .mca = {{"btl", "theirs"}, {"pml", "theirs"}},
                           .environment = {{"A", "1"}},
                           .parameters = {{"srq-size", "1000"}, {"srq-limit", "5"}},
                           .unreachable = {},
                           .transport = Transport::rdma};
  const WorkloadDescriptor merged = with_flavour(workload, flavour);
  CHECK(merged.mca == Texts{{"btl", "mine"}, {"pml", "theirs"}});
  CHECK(merged.parameters.at("srq-size") == "9");
  CHECK(merged.parameters.at("srq-limit") == "5");
  CHECK(merged.transport == Transport::rdma);
}

TEST_CASE("an unknown flavour, and one for a program without MPI, are refused") {
  const auto unknown = find_workload("osu-latency", shipped, "openmpi-carrier-pigeon");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message.find("no MPI flavour is called") != std::string::npos);
  CHECK(unknown.error().remedy.find("mvapich2") != std::string::npos);
  const auto no_mpi = find_workload("udp-pingpong", shipped, "mvapich2");
  REQUIRE_FALSE(no_mpi);
  CHECK(no_mpi.error().message.find("no program of MPI") != std::string::npos);
}

TEST_CASE("faults of a flavour are reported with their paths") {
  const auto bad = parse_flavour(R"({"schema": "moderato-mpi/1", "name": "x", "launcher": "hydra",
      "mca": {"a": "b"}, "environment": {"A B": "c"}, "unreachable": {"srq-limitt": "?"}})",
                                 "f.json");
  REQUIRE_FALSE(bad);
  for (const char* part : {"mca: only Open MPI", "this is no name of a variable",
                           "unreachable.srq-limitt: this is no knob of processes"})
    CHECK_MESSAGE(bad.error().message.find(part) != std::string::npos, bad.error().message);
}

TEST_CASE("processes per node make as many ranks as there are hosts") {
  const WorkloadDescriptor workload = under("", "osu-barrier");
  const auto ranks = [&](const Texts& parameters) {
    const Argv words = words_of(workload, parameters);
    return *(std::ranges::find(words, "-np") + 1);
  };
  CHECK(ranks({}) == "2");
  CHECK(ranks({{"processes_per_node", "4"}}) == "8");
  for (const char* bad : {"0", "x", "1.5", "4097", ""}) {
    CAPTURE(bad);
    const auto command =
        build_command(workload, {{"processes_per_node", bad}}, two_namespaces(), shipped);
    REQUIRE_FALSE(command);
    CHECK(command.error().message.find("processes_per_node is") != std::string::npos);
  }
}

TEST_CASE("a process knob takes the names of its values or a number within its range") {
  const ProcessKnob& completion = *find_process_knob("completion");
  CHECK(value_of(completion, "blocking") == 1);
  CHECK(value_of(completion, "0") == 0);
  CHECK_FALSE(value_of(completion, "2"));
  CHECK_FALSE(value_of(completion, "asleep"));
  CHECK(text_of(completion, 1) == "blocking");
  const auto refused =
      build_command(under("mvapich2"), {{"srq-limit", "many"}}, two_namespaces(), shipped);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("srq-limit is 'many'") != std::string::npos);
}

TEST_CASE("the two halves of a candidate are what programs and what devices are given") {
  const Settings all{{"rx-usecs", 5}, {"srq-limit", 7}};
  CHECK(process_part(all) == Settings{{"srq-limit", 7}});
  CHECK(device_part(all) == Settings{{"rx-usecs", 5}});
}

TEST_CASE("a program for pairs gets both commands, with the RDMA device of each end") {
  const auto workload = find_workload("perftest-send", shipped);
  REQUIRE(workload);
  const Argv words = words_of(*workload);
  const auto pair = std::ranges::find(words, "/opt/libexec/moderato-pair");
  REQUIRE(pair != words.end());
  const auto divide = std::ranges::find(words, "--");
  const auto server_words = std::stol(*(std::find(pair, divide, "--server-words") + 1));
  const Argv server(divide + 1, divide + 1 + server_words),
      client(divide + 1 + server_words, words.end());
  CHECK(server.front() == "ib_send_lat");
  CHECK(client.front() == "ib_send_lat");
  CHECK(has(server, "rxe1"));
  CHECK(has(client, "rxe0"));
  CHECK(client.back() == "10.0.0.2");
}

TEST_CASE("a workload over RDMA on a link without RDMA devices says what is missing") {
  const auto workload = find_workload("perftest-send", shipped);
  REQUIRE(workload);
  const auto command = build_command(*workload, {}, link_of({"10.0.0.1", "10.0.0.2"}), shipped);
  REQUIRE_FALSE(command);
  CHECK(command.error().fault == Fault::unsupported);
  CHECK(command.error().message.find("no RDMA device at every endpoint") != std::string::npos);
}

TEST_CASE("a stall of seconds is a stall in what perftest prints, too") {
  const auto workload = find_workload("perftest-send", shipped);
  REQUIRE(workload);
  const auto samples = parse_output(workload->result, {.out = "1, 2.04\n2, 1.23457e+06\n"});
  REQUIRE(samples);
  CHECK(samples->values == std::vector{2.04, 1.23457e+06});
}

TEST_CASE("a result that must say something has failed without it") {
  const auto npb = find_workload("npb", shipped);
  REQUIRE(npb);
  const std::string time = " Time in seconds =                     1.25\n";
  const RunResult good{.out = time + " Verification    =               SUCCESSFUL\n"};
  const auto samples = parse_output(npb->result, good);
  REQUIRE(samples);
  CHECK(samples->values == std::vector{1.25});
  const auto bad = parse_output(npb->result, {.out = time + " Verification    = UNSUCCESSFUL\n"});
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message.find("SUCCESSFUL") != std::string::npos);
}
