// SPDX-License-Identifier: Apache-2.0
// What goes wrong is said on stderr, with a status other than 0 and without a sample.
#include <unistd.h>

#include "core/file.hpp"
#include "local_run.hpp"

using namespace moderato;

namespace {

const std::string two_addresses = "127.0.0.1,127.0.0.2";
/// Far more than any of these tests lets a run take.
const std::string endless = "5000000";

/// A failed run's stderr.
std::string stderr_of(const Argv& words) {
  const RunResult result = run_words(words);
  CHECK(result.end == RunEnd::exited);
  CHECK(result.status != 0);
  CHECK(result.out.empty());
  return result.err;
}

std::string socket_failure(const Argv& words) {
  Argv all{"{libexec}/moderato-socket"};
  all.insert(all.end(), words.begin(), words.end());
  return stderr_of(all);
}

std::string verbs_failure(const Argv& words) {
  Argv all{"{libexec}/moderato-verbs"};
  all.insert(all.end(), words.begin(), words.end());
  return stderr_of(all);
}

void check_contains(const std::string& text, std::string_view part) {
  CHECK_MESSAGE(text.find(part) != std::string::npos, "'", part, "' is not in\n", text);
}

/// Rank `rank` kills itself in the midst of it.
Argv dying(int rank, const std::string& program) {
  return {"sh", "-c",
          fmt::format("if [ $OMPI_COMM_WORLD_RANK = {} ]; then (sleep 0.5; kill -9 $$) & fi; "
                      "exec {}",
                      rank, program)};
}

/// Processes with `word` in their command line.
int processes_with(const std::string& word) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto command = read_file(entry.path() / "cmdline", 1u << 20);
    count += command && command->find(word) != std::string::npos ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("a wrong option is a failure that names it") {
  if (without_mpirun()) return;
  const std::string addresses = "--addresses=" + two_addresses;
  check_contains(socket_failure({"udp-pingpong", addresses, "--size", "7"}), "--size: Value 7");
  check_contains(socket_failure({"udp-pingpong", addresses, "--size", "65508"}),
                 "a UDP message has at most 65507 bytes");
  check_contains(socket_failure({"tcp-pingpong", addresses, "--iterations", "0"}), "--iterations");
  check_contains(socket_failure({"tcp-stream", addresses, "--window", "0"}), "--window");
  check_contains(socket_failure({"tcp-pingpong", addresses, "--window", "1"}), "--window");
  check_contains(socket_failure({"tcp-pingpong"}), "--addresses is required");
  check_contains(socket_failure({"tcp-pingpong", "--addresses", "127.0.0.1"}), "--addresses");
  check_contains(socket_failure({addresses}), "subcommand");
  check_contains(stderr_of({"{libexec}/moderato-mpi", "latency", "--colour"}), "--colour");
}

TEST_CASE("an address that is none, or not of this host, is a failure that names it") {
  if (without_mpirun()) return;
  check_contains(socket_failure({"tcp-pingpong", "--addresses", "127.0.0.1,here"}),
                 "moderato-socket: rank 1: 'here' is no IPv4 address");
  check_contains(socket_failure({"udp-pingpong", "--addresses", "198.51.100.9,127.0.0.2"}),
                 "moderato-socket: rank 0: bind to 198.51.100.9, which should be an address of "
                 "this host: Cannot assign requested address");
}

TEST_CASE("a wrong option of the verbs program is a failure that names it, with or without RDMA") {
  if (without_mpirun()) return;
  check_contains(verbs_failure({"write", "--size", "4194305"}), "1 to 4194304");
  check_contains(verbs_failure({"read", "--size", "0"}), "--size");
  check_contains(verbs_failure({"read", "--transport", "ud"}), "UD has sends only, no read");
  check_contains(verbs_failure({"fetch-add", "--size", "16"}), "atomic operations have 8 bytes");
  check_contains(verbs_failure({"read", "--inline", "on"}),
                 "--inline on: of a read no data go out");
  check_contains(verbs_failure({"write", "--completion", "sometimes"}), "--completion");
  check_contains(verbs_failure({"write", "--cq-count", "70000"}), "--cq-count");
  check_contains(verbs_failure({"write"}), "--devices or --addresses is required");
  check_contains(verbs_failure({"write", "--devices", "no_such_0"}),
                 "--devices: there is no RDMA device 'no_such_0'; th");
  check_contains(verbs_failure({"send", "--addresses", "198.51.100.9"}),
                 "--addresses: no RDMA device has the RoCE v2 GID of 198.51.100.9");
  check_contains(verbs_failure({"send", "--addresses", "here"}), "'here' is no IPv4 address");
}

TEST_CASE("two ranks, no more and no less") {
  if (without_mpirun()) return;
  WorkloadDescriptor workload;
  workload.name = "test";
  for (const int ranks : {1, 3}) {
    workload.ranks = ranks;
    workload.command = ranks == 1 ? Argv{"{libexec}/moderato-mpi", "latency"}
                                  : Argv{"{libexec}/moderato-verbs", "write"};
    // A host for each: two ranks on one of two that share a name is more than Open MPI 5.0 bears.
    const auto command = build_command(workload, {}, this_host_times(ranks), build_tree());
    REQUIRE(command);
    const auto result = run(*command, {.timeout = std::chrono::minutes(20)});
    REQUIRE(result);
    CHECK(result->status != 0);
    check_contains(result->err, "there must be two ranks");
  }
}

TEST_CASE("help is printed once, and is no failure") {
  if (without_mpirun()) return;
  const auto result = run_words({"{libexec}/moderato-socket", "--help"});
  CHECK(result.status == 0);
  const auto usage = result.out.find("Usage: ");
  REQUIRE(usage != std::string::npos);
  CHECK(result.out.find("Usage: ", usage + 1) == std::string::npos);
}

TEST_CASE("a rank that dies takes the run with it, whichever it is and whatever it does") {
  if (without_mpirun()) return;
  const std::string options = " --iterations " + endless;
  const std::string addresses = " --addresses " + two_addresses;
  for (const std::string& program : {"{libexec}/moderato-socket udp-pingpong" + addresses + options,
                                     "{libexec}/moderato-socket tcp-stream" + addresses + options,
                                     "{libexec}/moderato-mpi latency" + options}) {
    for (const int rank : {0, 1}) {
      CAPTURE(program);
      CAPTURE(rank);
      stderr_of(dying(rank, program));
    }
  }
}

TEST_CASE("a run that takes too long leaves no rank behind") {
  if (without_mpirun()) return;
  const std::string mark = fmt::format("--warmup={}", 1'000'000 + ::getpid());
  const auto command = mpi_command({"{libexec}/moderato-socket", "udp-pingpong", "--addresses",
                                    two_addresses, "--iterations", endless, mark});
  const auto done = run_workload(command, {}, {.timeout = std::chrono::milliseconds(1500)});
  REQUIRE_FALSE(done);
  CHECK(done.error().error.message == "no end within 1.5 s");
  for (int i = 0; i < 3000 && processes_with(mark) > 0; ++i)
    ::usleep(10'000);  // the kernel takes a moment to bury them
  CHECK(processes_with(mark) == 0);
}
