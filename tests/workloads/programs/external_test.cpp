// SPDX-License-Identifier: Apache-2.0
// Programs of others, a fake in their place, started and read as the shipped descriptors say.
#include "local_run.hpp"

using namespace moderato;

namespace {

/// The shipped descriptor, with the fake tool and `words` in the place of its program.
WorkloadDescriptor with_fake(const std::string& name, const Argv& words) {
  auto workload = find_workload(name, build_tree());
  REQUIRE_MESSAGE(workload.has_value(), (workload ? "" : workload.error().message));
  workload->command = {FAKE_TOOL};
  workload->command.insert(workload->command.end(), words.begin(), words.end());
  return std::move(*workload);
}

std::expected<WorkloadRun, WorkloadFailure> run_it(const WorkloadDescriptor& workload) {
  const auto command = build_command(workload, {}, this_host_twice(), build_tree());
  REQUIRE_MESSAGE(command.has_value(), (command ? "" : command.error().message));
  return run_workload(*command, workload.result, patient);
}

std::vector<double> samples_of(const WorkloadDescriptor& workload) {
  const auto done = run_it(workload);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().error.message + done.error().err));
  return done->samples.values;
}

std::string failure_of(const WorkloadDescriptor& workload) {
  const auto done = run_it(workload);
  REQUIRE_FALSE(done);
  return done.error().error.message + "\n" + done.error().err;
}

WorkloadDescriptor pair_on(const std::string& port) {
  WorkloadDescriptor workload = with_fake("perftest-send", {"ask", "{address:1}", port});
  workload.server = {FAKE_TOOL, "serve", port};
  workload.port = std::stoi(port);
  return workload;
}

}  // namespace

TEST_CASE("the client comes when the server listens, and its output alone is the result") {
  if (without_mpirun()) return;
  CHECK(samples_of(pair_on("28515")) == std::vector{2.5, 3.25});
}

TEST_CASE("a server that cannot start, and one that nobody reaches, are told") {
  if (without_mpirun()) return;
  WorkloadDescriptor missing = pair_on("28516");
  missing.server = {"/no/such/server"};
  CHECK(failure_of(missing).find("cannot start '/no/such/server'") != std::string::npos);
  WorkloadDescriptor unreached = pair_on("28517");
  unreached.command = {FAKE_TOOL, "ask", "127.0.0.9", "1"};
  CHECK(failure_of(unreached).find("ended with status 1") != std::string::npos);
}

TEST_CASE("the tables of OSU and IMB, and the time of NPB, are read as their descriptors say") {
  if (without_mpirun()) return;
  CHECK(samples_of(with_fake("osu-collective", {"osu"})) == std::vector{12.5});
  CHECK(samples_of(with_fake("imb-collective", {"imb"})) == std::vector{4.75});
  CHECK(samples_of(with_fake("npb", {"npb"})) == std::vector{1.25});
}

TEST_CASE("a run of NPB that is not verified has failed") {
  if (without_mpirun()) return;
  CHECK(failure_of(with_fake("npb", {"unverified"})).find("SUCCESSFUL") != std::string::npos);
}
