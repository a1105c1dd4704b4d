// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <random>

#include "sample_encoder.hpp"
#include "workload/workload.hpp"

using namespace moderato;

namespace {

using Kind = ResultFormat::Kind;

Result<Samples> read(const std::string& out) {
  return parse_output({}, {.out = out});
}

/// Why a sample stream is refused; empty if it is not.
std::string refusal(const std::string& out) {
  const auto samples = read(out);
  if (samples) return "";
  CHECK(samples.error().fault == Fault::runtime);
  CHECK(samples.error().remedy.find("workloads/README.md") != std::string::npos);
  REQUIRE(samples.error().message.starts_with("wrong output: "));
  return samples.error().message.substr(14);
}

std::string header(const std::string& fields) {
  return R"({"schema": "moderato-samples/1", )" + fields + "}";
}

Result<Samples> read_lines(const std::string& pattern, const std::string& out) {
  return parse_output({Kind::lines, pattern, "ms"}, {.out = out});
}

std::string refusal_of_lines(const std::string& pattern, const std::string& out) {
  const auto samples = read_lines(pattern, out);
  return samples ? "" : samples.error().message;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the encoder of these tests knows the check value of CRC-32") {
  CHECK(crc32_by_definition("123456789") == 0xcbf43926);
}

TEST_CASE("a stream is read as it was written, in microseconds and in order") {
  const auto samples = read(encoded({1000, 1, 0, 4294967295, 2500}));
  REQUIRE_MESSAGE(samples.has_value(), (samples ? "" : samples.error().message));
  REQUIRE(samples->values.size() == 5);
  CHECK(samples->values[0] == doctest::Approx(1));
  CHECK(samples->values[1] == doctest::Approx(0.001));
  CHECK(samples->values[2] == 0);
  CHECK(samples->values[3] == doctest::Approx(4294967.295));
  CHECK(samples->values[4] == doctest::Approx(2.5));
  CHECK(samples->unit == "us");
  CHECK(samples->counters.empty());
}

TEST_CASE("resolution and counters are those of the header") {
  const auto samples = read(encoded(
      header(R"("count": 2, "resolution_ns": 1000, "counters": {"lost": 3, "x": 0.5})"), {7, 8}));
  REQUIRE(samples);
  CHECK(samples->values == std::vector<double>{7, 8});
  CHECK(samples->counters == std::map<std::string, double>{{"lost", 3}, {"x", 0.5}});
}

TEST_CASE("resolution and counters may be left out") {
  const auto samples = read(encoded(header(R"("count": 1)"), {3000}));
  REQUIRE(samples);
  CHECK(samples->values.front() == doctest::Approx(3));
}

TEST_CASE("a stream that ends early is refused wherever it ends") {
  const std::string whole = encoded({1, 2, 3});
  REQUIRE(read(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(refusal(whole.substr(0, length)).empty());
  }
  CHECK(refusal("") == "nothing was printed");
  CHECK(refusal(whole.substr(0, whole.find('\n') + 1 + 5)) == "3 samples announced, 1 came");
}

TEST_CASE("a flipped bit in the samples or their checksum is noticed, wherever it is") {
  const std::string whole = encoded({1, 2, 3, 1000000});
  for (std::size_t at = whole.find('\n') + 1; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
      CAPTURE(at);
      CHECK(contains(refusal(damaged), "the stream does not end with its checksum"));
    }
  }
}

TEST_CASE("a count that is not that of the samples is refused") {
  for (const char* count : {"1", "2", "4", "7", "1000000"}) {
    CAPTURE(count);
    CHECK_FALSE(refusal(encoded(header(std::string(R"("count": )") + count), {1, 2, 3})).empty());
  }
  CHECK(refusal(encoded(header(R"("count": 3)"), {1, 2, 3})).empty());
}

TEST_CASE("no samples, or more than any run may take, is refused before memory is asked for") {
  for (const char* count : {"0", "-1", "50000001", "9223372036854775807", "99999999999999999999"}) {
    CAPTURE(count);
    CHECK(contains(refusal(encoded(header(std::string(R"("count": )") + count), {})),
                   "sample stream: count: "));
  }
  CHECK(refusal(encoded(header(R"("count": 50000000)"), {})) ==
        "50000000 samples announced, 4 came");
}

TEST_CASE("text before or behind the stream is refused and shown") {
  CHECK(contains(refusal("Hello!\n" + encoded({1})), "syntax error"));
  CHECK(contains(refusal(encoded({1}) + "bye\n"), "bye"));
  CHECK(contains(refusal(encoded({1}) + encoded({1})), "the stream does not end"));
  CHECK(contains(refusal(encoded({1}) + "\n"), "the stream does not end"));
}

TEST_CASE("what is no stream at all is shown, harmlessly") {
  CHECK(refusal("Segfault\x1b[2J") == "no sample stream, but 'Segfault?[2J'");
  CHECK(contains(refusal("[1, 2]\n"), "an array, not an object"));
  CHECK(contains(refusal("{}\n"), "schema"));
  CHECK(contains(refusal("{\"schema\": \"moderato-samples/2\"}\n"), "moderato-samples/2"));
  CHECK(contains(refusal(encoded(header(R"("count": 1, "unit": "ms")"), {1})), "unit"));
  CHECK(refusal(std::string(10'000, 'x')).size() < 200);
}

TEST_CASE("a counter is a number") {
  CHECK(contains(refusal(encoded(header(R"("count": 1, "counters": {"a": null})"), {1})),
                 "counters.a"));
}

TEST_CASE("a stream damaged at random is refused or read, never worse") {
  const std::string good = encoded({1, 2, 3, 4, 5, 6, 7, 8});
  std::mt19937 random(7);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = good;
    for (auto changes = 1 + random() % 3; changes > 0; --changes)
      text[random() % text.size()] = static_cast<char>(random());
    refused += refusal(text).empty() ? 0 : 1;
  }
  CHECK(refused > 4000);
}

TEST_CASE("each match of the pattern is a sample in the unit of the descriptor") {
  const auto samples = read_lines("time=([0-9.e+-]+)",
                                  "ping\nfrom x time=0.5 ms\nfrom y time=2e1 ms time=3\nnothing\n");
  REQUIRE(samples);
  CHECK(samples->values == std::vector<double>{0.5, 20, 3});
  CHECK(samples->unit == "ms");
}

TEST_CASE("a pattern knows where a line begins and ends, whatever ends it") {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string out =
        std::string("1 us") + end + "and 2 us" + end + "3 us later" + end + "4 us";
    const auto samples = read_lines("^([0-9]+) us$", out);
    REQUIRE(samples);
    CHECK(samples->values == std::vector<double>{1, 4});
  }
}

TEST_CASE("a match never reaches into the next line") {
  CHECK_FALSE(refusal_of_lines("time:[^0-9]*([0-9]+)", "time:\n5\n").empty());
}

TEST_CASE("output without a match is refused and shown") {
  CHECK(refusal_of_lines("t=([0-9]+)", "no time\x07") ==
        "wrong output: nothing matches 't=([0-9]+)' in 'no time?'");
  CHECK_FALSE(refusal_of_lines("t=([0-9]+)", "").empty());
}

TEST_CASE("what matches must be a duration") {
  for (const char* text : {"-1", "nan", "inf", "1e999", "", "1,5", "0x10", "5 ", "+5", "-nan"}) {
    CAPTURE(text);
    const std::string message = refusal_of_lines("t=(.*)", std::string("t=") + text);
    CHECK(message == std::string("wrong output: '") + text + "' is no duration");
  }
  CHECK(refusal_of_lines("t=(.*)", "t=0").empty());
  CHECK(contains(refusal_of_lines("a|t=([0-9]+)", "a"), "'' is no duration"));
}

TEST_CASE("a line that std::regex could not survive is refused") {
  CHECK(contains(refusal_of_lines("(.*)x", std::string(1'000'000, 'a')), "is too long"));
  CHECK(contains(refusal_of_lines("((?:a|b|c)+)x", std::string(1024, 'a')), "nothing matches"));
}

TEST_CASE("wall time is one sample, in seconds, whatever was printed") {
  const auto samples = parse_output({Kind::wall_time, "", "s"}, {.out = "{", .seconds = 1.25});
  REQUIRE(samples);
  CHECK(samples->values == std::vector<double>{1.25});
  CHECK(samples->unit == "s");
}
