// SPDX-License-Identifier: Apache-2.0
// Each mode of each program, as its shipped descriptor starts it.
#include <algorithm>
#include <numeric>
#include <set>

#include "local_run.hpp"

using namespace moderato;

namespace {

using Texts = std::map<std::string, std::string>;

Samples measure(const std::string& name, const Texts& parameters) {
  const auto workload = find_workload(name, build_tree());
  REQUIRE_MESSAGE(workload.has_value(), (workload ? "" : workload.error().message));
  const auto command = build_command(*workload, parameters, this_host_twice(), build_tree());
  REQUIRE_MESSAGE(command.has_value(), (command ? "" : command.error().message));
  auto done = run_workload(*command, workload->result, patient);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().error.message + done.error().err));
  return std::move(done->samples);
}

std::set<std::string> names(const std::map<std::string, double>& counters) {
  std::set<std::string> result;
  for (const auto& [name, value] : counters)
    result.insert(name);
  return result;
}

void check_positive(const Samples& samples, std::size_t count) {
  CHECK(samples.values.size() == count);
  CHECK(std::ranges::all_of(samples.values, [](double value) { return value > 0; }));
}

}  // namespace

TEST_CASE("every mode takes just as many samples as asked for, whatever the warm-up") {
  if (without_mpirun()) return;
  for (const std::string name : {"udp-pingpong", "tcp-pingpong", "tcp-stream", "mpi-latency"}) {
    for (const std::string warmup : {"0", "13"}) {
      CAPTURE(name);
      CAPTURE(warmup);
      check_positive(measure(name, {{"iterations", "217"}, {"warmup", warmup}}), 217);
    }
  }
}

TEST_CASE("messages of the smallest and of a large size go to and fro") {
  if (without_mpirun()) return;
  const auto check_size = [](const std::string& name, const std::string& size) {
    CAPTURE(name);
    CAPTURE(size);
    check_positive(measure(name, {{"iterations", "20"}, {"warmup", "2"}, {"size", size}}), 20);
  };
  for (const char* size : {"8", "60000"})
    check_size("udp-pingpong", size);
  for (const char* size : {"8", "4000000"}) {
    check_size("tcp-pingpong", size);
    check_size("tcp-stream", size);
  }
  for (const char* size : {"0", "1", "4000000"})
    check_size("mpi-latency", size);
}

TEST_CASE("a ping-pong counts nothing but lost datagrams") {
  if (without_mpirun()) return;
  const Texts few{{"iterations", "50"}};
  const auto counters = measure("udp-pingpong", few).counters;
  REQUIRE(names(counters) == std::set<std::string>{"lost"});
  CHECK(counters.at("lost") < 50);  // none, unless this host sleeps for 200 ms
  CHECK(measure("tcp-pingpong", few).counters.empty());
  CHECK(measure("mpi-latency", few).counters.empty());
}

TEST_CASE("the counters of a stream agree with one another") {
  if (without_mpirun()) return;
  const auto counters = measure("tcp-stream", {{"iterations", "20000"}, {"size", "1000"}}).counters;
  REQUIRE(names(counters) == std::set<std::string>{"bytes_per_s", "messages_per_s", "seconds",
                                                   "sender_cpu_s", "receiver_cpu_s",
                                                   "sender_host_busy_s", "receiver_host_busy_s"});
  const double seconds = counters.at("seconds");
  CHECK(seconds > 0);
  CHECK(counters.at("messages_per_s") * seconds == doctest::Approx(20000));
  CHECK(counters.at("bytes_per_s") * seconds == doctest::Approx(20e6));
  for (const char* rank : {"sender_cpu_s", "receiver_cpu_s"}) {
    CHECK(counters.at(rank) > 0);
    CHECK(counters.at(rank) <= seconds * 1.1 + 0.01);  // one thread; the clocks differ in grain
  }
  for (const char* host : {"sender_host_busy_s", "receiver_host_busy_s"})
    CHECK(counters.at(host) > 0);
}

TEST_CASE("a stream keeps as many messages under way as its window says") {
  if (without_mpirun()) return;
  for (const int window : {1, 10, 500}) {
    CAPTURE(window);
    const auto samples =
        measure("tcp-stream",
                {{"iterations", "50000"}, {"window", std::to_string(window)}, {"size", "64"}});
    check_positive(samples, 50000);
    // Little's law: messages under way = their rate x the time that each takes.
    const double sum_us = std::accumulate(samples.values.begin(), samples.values.end(), 0.0);
    const double under_way = sum_us * 1e-6 / samples.counters.at("seconds");
    CHECK(under_way <= window * 1.1);  // the first ones were sent before the clock started
    CHECK(under_way >= window * 0.5);
  }
}
