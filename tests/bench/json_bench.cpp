// SPDX-License-Identifier: Apache-2.0
// What the strict readers cost beside a plain JSON parse of the same text: both in one run,
// alternating, so that a slow phase of the machine hits both.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/file.hpp"
#include "policy/known_knobs.hpp"
#include "policy/policy.hpp"
#include "profile/profile.hpp"

namespace {

using namespace moderato;

constexpr int batch = 200;  ///< documents a timing, so that the clock's own cost does not show
constexpr int repeats = 200;

double microseconds_each(const std::function<bool()>& read) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < batch; ++i) {
    if (!read()) return NAN;
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  return took.count() / batch;
}

/// The fastest of the timings of each: everything slower was disturbed. NaN sticks.
bool compare(std::string_view name, const std::string& text, const std::function<bool()>& strict) {
  const auto plain = [&] { return nlohmann::json::parse(text).is_object(); };
  double strict_us = INFINITY, plain_us = INFINITY;
  for (int i = 0; i < repeats; ++i) {
    const double s = microseconds_each(strict), p = microseconds_each(plain);
    if (std::isnan(s) || std::isnan(p)) {
      fmt::print(stderr, "{}: refused\n", name);
      return false;
    }
    strict_us = std::min(strict_us, s);
    plain_us = std::min(plain_us, p);
  }
  fmt::print("{:8} {:6} bytes  strict {:7.1f} us  plain nlohmann {:7.1f} us  ratio {:.2f}\n", name,
             text.size(), strict_us, plain_us, strict_us / plain_us);
  return true;
}

Summary made_up_summary(double scale) {
  return {.n = 40000,
          .min = scale / 3,
          .mean = scale * 1.1,
          .sd = scale / 7,
          .median = scale,
          .p90 = scale * 1.2,
          .p95 = scale * 1.3,
          .p99 = scale * 1.7,
          .max = scale * 9,
          .p999 = scale * 3.1};
}

/// As large as a real one with four workloads and four finalists. Its figures are made up.
std::string made_up_profile() {
  Profile p{.name = "benchmark",
            .workload_class = "latency",
            .outcome = Outcome::baseline_is_best,
            .settings = {{"rx-usecs", 16}, {"rx-frames", 88}},
            .match = {.driver = "d", .kind = "pf", .pci_id = "0000:0000", .netdev = {}},
            .fingerprint = {.driver = "d", .kernel = "k", .kind = "pf", .speed_mbps = 1, .mtu = 1}};
  p.evidence.objective = "p99";
  for (const char* workload : {"a size=8", "a size=1024", "b size=8", "b size=8192"})
    p.evidence.baseline[workload] = made_up_summary(31.7);
  for (int i = 1; i <= 4; ++i)
    p.evidence.comparisons.push_back({.settings = {{"rx-usecs", i}, {"rx-frames", i}},
                                      .rounds = 15,
                                      .ratio_median = 1.0 / 3,
                                      .ratio_low = 0.3,
                                      .ratio_high = 1.1,
                                      .confidence = 0.965,
                                      .summaries = p.evidence.baseline});
  return to_json(p);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path =
      argc > 1 ? argv[1] : MODERATO_SOURCE_DIR "/policies/ethernet-coalescing.json";
  const auto policy = read_file(path);
  if (!policy) {
    fmt::print(stderr, "{}\n", describe(policy.error()));
    return 1;
  }
  const auto profile = made_up_profile();
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> ranges;
  for (const auto& [knob, range] : known_knobs())
    ranges[knob] = {range.min, range.max};
  const auto known = known_knobs();
  const bool done =
      compare("policy", *policy, [&] { return parse_policy(*policy, path, known).has_value(); }) &&
      compare("profile", profile,
              [&] { return parse_profile(profile, "profile", ranges).has_value(); });
  return done ? 0 : 1;
}
