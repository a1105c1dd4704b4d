// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include "sample_encoder.hpp"
#include "waiting.hpp"
#include "workload/workload.hpp"

using namespace moderato;
using namespace std::chrono_literals;

namespace {

const ResultFormat times{ResultFormat::Kind::lines, "t=([0-9]+)", "us"};

auto run_script(const std::string& script, const RunLimits& limits = {},
                const ResultFormat& format = times) {
  return run_workload({{"sh", "-c", script}, {}}, format, limits);
}

WorkloadFailure failure_of(const std::string& script, const RunLimits& limits = {}) {
  auto ran = run_script(script, limits);
  REQUIRE_FALSE(ran);
  return std::move(ran.error());
}

}  // namespace

TEST_CASE("a workload's samples come with its output as it was") {
  const auto ran = run_script("echo t=1; echo t=2; echo noise >&2");
  REQUIRE(ran);
  CHECK(ran->samples.values == std::vector<double>{1, 2});
  CHECK(ran->raw == "t=1\nt=2\n");
}

TEST_CASE("the time that a run takes is measured around it" * waiting) {
  const auto ran = run_script("sleep 0.2", {}, {ResultFormat::Kind::wall_time, "", "s"});
  REQUIRE(ran);
  CHECK(ran->samples.values.front() >= 0.2);
}

TEST_CASE("a status other than 0 is a failure that keeps stderr, whatever was printed") {
  const auto failure = failure_of("echo t=1; echo because >&2; exit 3");
  CHECK(failure.error.fault == Fault::runtime);
  CHECK(failure.error.message == "exited with status 3");
  CHECK(failure.err == "because\n");
  CHECK_FALSE(failure.interrupted);
}

TEST_CASE("a crash is a failure that names the signal") {
  const auto failure = failure_of("echo t=1; echo last words >&2; kill -SEGV $$");
  CHECK(failure.error.message == "killed by signal 11 (Segmentation fault)");
  CHECK(failure.err == "last words\n");
}

TEST_CASE("a program that is not there is a failure that names it") {
  const auto ran = run_workload({{"/none/prog"}, {}}, times, {});
  REQUIRE_FALSE(ran);
  CHECK(ran.error().error.message.find("/none/prog") != std::string::npos);
}

TEST_CASE("a workload that takes too long is a failure that keeps stderr" * waiting) {
  const auto failure = failure_of("echo t=1; echo waiting >&2; sleep 1000", {.timeout = 1s});
  CHECK(failure.error.message == "no end within 1 s");
  CHECK(failure.err == "waiting\n");
  CHECK_FALSE(failure.interrupted);
}

TEST_CASE("an interruption is told from a failure") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  const auto failure = failure_of("sleep 1000", {.interrupt_fd = ends[0]});
  CHECK(failure.interrupted);
  CHECK(failure.error.message == "interrupted");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("output without samples is a failure that keeps stderr") {
  const auto failure = failure_of("echo nothing; echo hint >&2");
  CHECK(failure.error.message.starts_with("wrong output: "));
  CHECK(failure.err == "hint\n");
}

TEST_CASE("a sample stream survives a pipe, whatever bytes are in it") {
  std::vector<std::uint32_t> values;
  for (std::uint32_t byte = 0; byte < 256; ++byte)
    values.push_back(byte * 0x01010101);
  const std::string stream = encoded(values);
  std::string octal;
  for (const char c : stream) {
    char text[8];
    std::snprintf(text, sizeof text, "\\%03o", static_cast<unsigned char>(c));
    octal += text;
  }
  const auto ran = run_script("printf '" + octal + "'", {}, {});
  REQUIRE_MESSAGE(ran.has_value(), (ran ? "" : ran.error().error.message));
  CHECK(ran->raw == stream);
  REQUIRE(ran->samples.values.size() == 256);
  CHECK(ran->samples.values[255] == doctest::Approx(4294967.295));
}
