// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/file.hpp"
#include "core/process.hpp"
#include "fakes/fake_nic.hpp"
#include "fakes/landscape.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

const std::string programs = MODERATO_BINARY_DIR "/tests/";

std::vector<double> numbers(const std::string& text) {
  std::istringstream in(text);
  std::vector<double> found;
  for (double number; in >> number;)
    found.push_back(number);
  return found;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<long>(values.size() / 2));
  return values[values.size() / 2];
}

/// fake-workload on a file with two devices.
struct Runner {
  Runner() {
    FakeDevice liar = fake_device("eth1", {{"rx-usecs", 16}});
    liar.truth = {{"rx-usecs", 64}};
    file.save({.devices = {fake_device("eth0", {{"rx-usecs", 16}}), liar}});
  }
  RunResult run(const Argv& words, const std::string& netdev = ":eth0",
                RunLimits limits = {}) const {
    Command command{{programs + "fake-workload", "--nic", path() + netdev}, {}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    auto result = moderato::run(command, limits);
    REQUIRE(result);
    return *result;
  }
  std::string path() const { return (folder.path() / "nic.json").string(); }

  TemporaryFolder folder;
  FakeFile file{path()};
};

}  // namespace

TEST_CASE("latency is least at the planted optimum, and rises with each doubling away from it") {
  const Landscape landscape{.optimum = {{"rx-usecs", 7}}, .slope = 0.5, .base_us = 10};
  CHECK(latency_us(landscape, {{"rx-usecs", 7}}) == doctest::Approx(10));
  CHECK(latency_us(landscape, {{"rx-usecs", 15}}) == doctest::Approx(10 * std::exp(0.5)));
  CHECK(latency_us(landscape, {{"rx-usecs", 3}}) == doctest::Approx(10 * std::exp(0.5)));
  CHECK(latency_us(landscape, {{"rx-usecs", 0}}) == doctest::Approx(10 * std::exp(1.5)));
  CHECK(latency_us({.base_us = 10}, {{"rx-usecs", 4000}}) == doctest::Approx(10));
}

TEST_CASE("noise, drift and outliers are repeatable, and differ from run to run") {
  const Disturbance noisy{.noise = 0.1};
  CHECK(measure(20, noisy, 50, 1, 3) == measure(20, noisy, 50, 1, 3));
  CHECK(measure(20, noisy, 50, 1, 3) != measure(20, noisy, 50, 1, 4));
  CHECK(measure(20, noisy, 50, 1, 3) != measure(20, noisy, 50, 2, 3));
  CHECK(measure(20, {.drift = 0.01}, 1, 1, 2)[0] == doctest::Approx(20 * 1.01 * 1.01));
  const auto spiky = measure(20, {.outliers = 0.1}, 5000, 1, 0);
  const auto spikes = std::ranges::count_if(spiky, [](double us) { return us >= 100; });
  CHECK(spikes > 350);
  CHECK(spikes < 650);
  CHECK(median(spiky) == doctest::Approx(20));
}

TEST_CASE("the workload prints a line an iteration, from the true settings") {
  const Runner runner;
  const Argv words{"--optimum", "rx-usecs=16", "--iterations", "5", "--slope", "1"};
  CHECK(numbers(runner.run(words).out) == std::vector<double>(5, 20));
  const double far = numbers(runner.run(words, ":eth1").out).at(0);
  CHECK(far == doctest::Approx(20 * std::exp(std::log2(65 / 17.0))).epsilon(1e-4));
  const double both = numbers(runner.run(words, "").out).at(0);
  CHECK(both == doctest::Approx((20 + far) / 2).epsilon(1e-4));
}

TEST_CASE("on a flat landscape settings have no effect") {
  const Runner runner;
  const Argv words{"--landscape", "flat", "--optimum", "rx-usecs=1", "--iterations", "2"};
  CHECK(numbers(runner.run(words, ":eth1").out) == std::vector<double>{20, 20});
}

TEST_CASE("the counter makes each run another one, and a study repeatable") {
  const Runner runner;
  const auto words = [&](const std::string& counter) -> Argv {
    return {"--noise", "0.1", "--iterations", "3", "--counter", runner.folder.path() / counter};
  };
  const auto first = runner.run(words("a")).out, second = runner.run(words("a")).out;
  CHECK(first != second);
  CHECK(runner.run(words("b")).out == first);
  CHECK(runner.run(words("b")).out == second);
}

TEST_CASE("it crashes, hangs and babbles at the settings that it is told") {
  const Runner runner;
  const auto crash = runner.run({"--crash-when", "rx-usecs=16", "--stderr", "bad day"});
  CHECK(crash.end == RunEnd::signalled);
  CHECK(crash.status == SIGSEGV);
  CHECK(crash.err == "bad day\n");
  const auto hang = runner.run({"--hang-when", "rx-usecs=16"}, ":eth0",
                               {.timeout = std::chrono::milliseconds(100)});
  CHECK(hang.end == RunEnd::timed_out);
  CHECK(numbers(runner.run({"--garbage-when", "rx-usecs=16"}).out).empty());
  for (const char* when : {"--crash-when", "--hang-when", "--garbage-when"})
    CHECK(numbers(runner.run({when, "rx-usecs=17", "--iterations", "4"}).out).size() == 4);
}

TEST_CASE("an unknown knob or device is an error, not a quiet landscape") {
  const Runner runner;
  CHECK(runner.run({"--optimum", "rx-usec=16"}).status != 0);
  CHECK(runner.run({}, ":eth7").status == 1);
}

TEST_CASE("in front of any other command the fake agent becomes that command") {
  const Runner runner;
  const Argv prefix{programs + "fake-agent", "--nic", runner.path()};
  const auto behind = [&](const Argv& words) {
    Command command{prefix, {}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return moderato::run(command, {}).value();
  };
  const auto echo = behind({"sh", "-c", "echo \"$1\"; exit 5", "sh", "a b"});
  CHECK(echo.out == "a b\n");
  CHECK(echo.status == 5);
  CHECK(behind({"/no/such/program"}).status == 127);
  CHECK(behind({}).status == 2);
}
