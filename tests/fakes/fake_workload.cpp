// SPDX-License-Identifier: Apache-2.0
// An external command for a workload descriptor with `"format": "lines"`: prints one latency in
// microseconds a line, as the true settings of pretended NICs and a known landscape make it. With
// --throughput-optimum it prints a sample stream ("format": "samples") with counters instead.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/crc.hpp>
#include <csignal>
#include <cstdio>
#include <optional>

#include "core/fd.hpp"
#include "core/file.hpp"
#include "fakes/fake_nic.hpp"
#include "fakes/landscape.hpp"
#include "workload/process_knobs.hpp"

namespace {

using namespace moderato;

struct Arguments {
  std::vector<std::string> nics;
  std::string landscape = "planted", optimum, process;
  double slope = 0.1, base_us = 20;
  std::string throughput_optimum;
  double throughput_slope = 0.1;
  Disturbance disturbance;
  int iterations = 200, warm_up = 0;
  std::uint64_t seed = 1;
  std::string counter;
  std::string crash_when, hang_when, garbage_when, stderr_text;
  std::int64_t crash_once_after = -1;
};

void declare(CLI::App& app, Arguments& a) {
  app.add_option("--nic", a.nics, "FILE or FILE:NETDEV, any number; without NETDEV all of them")
      ->required();
  app.add_option("--landscape", a.landscape)->check(CLI::IsMember({"planted", "flat"}));
  app.add_option("--optimum", a.optimum, "knob=value,knob=value");
  app.add_option("--process", a.process, "knob=value, of this very process; felt beside the NICs'");
  app.add_option("--slope", a.slope, "rise of log latency for each doubling away from the optimum");
  app.add_option("--base-us", a.base_us, "latency at the optimum");
  app.add_option("--throughput-optimum", a.throughput_optimum,
                 "knob=value: where messages_per_s is highest, whatever the latency");
  app.add_option("--throughput-slope", a.throughput_slope, "as --slope, of 1 / messages_per_s");
  app.add_option("--noise", a.disturbance.noise, "sigma, of the run and of each iteration");
  app.add_option("--drift", a.disturbance.drift, "fraction by which each run is slower");
  app.add_option("--outliers", a.disturbance.outliers, "share of iterations");
  app.add_option("--iterations", a.iterations);
  app.add_option("--warm-up", a.warm_up,
                 "iterations at the beginning that take three times as long");
  app.add_option("--seed", a.seed);
  app.add_option("--counter", a.counter, "file that counts the runs");
  app.add_option("--crash-when", a.crash_when, "knob=value");
  app.add_option("--crash-once-after", a.crash_once_after,
                 "crash in just one run, the first that this number of runs precedes");
  app.add_option("--hang-when", a.hang_when, "knob=value");
  app.add_option("--garbage-when", a.garbage_when, "knob=value");
  app.add_option("--stderr", a.stderr_text);
}

/// "a=1,b=2".
Settings parse_settings(const std::string& text) {
  Settings settings;
  for (const std::string& word : CLI::detail::split(text, ',')) {
    if (word.empty()) continue;
    const auto equals = word.find('=');
    const std::string id = word.substr(0, equals);
    const bool known = find_knob(id) != nullptr || find_process_knob(id) != nullptr;
    if (equals == std::string::npos || !known)
      throw CLI::ValidationError("'" + word + "' is no knob=value");
    settings[id] = std::stoll(word.substr(equals + 1));
  }
  return settings;
}

/// The true settings of every device that `nic` names.
std::vector<Settings> devices_of(const std::string& nic) {
  const auto colon = nic.rfind(':');
  const std::string netdev = colon == std::string::npos ? "" : nic.substr(colon + 1);
  std::vector<Settings> devices;
  for (const FakeDevice& device : FakeFile(nic.substr(0, colon)).load().devices) {
    if (!device.gone && (netdev.empty() || netdev == device.facts.netdev))
      devices.push_back(true_settings(device));
  }
  if (devices.empty()) throw std::runtime_error("no such device: " + nic);
  return devices;
}

bool anyone_has(const std::vector<Settings>& devices, const std::string& condition) {
  const Settings wanted = parse_settings(condition);
  for (const auto& [id, value] : wanted) {
    for (const Settings& settings : devices) {
      const auto found = settings.find(id);
      if (found != settings.end() && found->second == value) return true;
    }
  }
  return false;
}

/// The number of this run; workloads may run at the same time.
std::int64_t count_run(const std::string& path) {
  if (path.empty()) return 0;
  const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file.valid() || ::flock(file.get(), LOCK_EX) != 0)
    throw std::runtime_error("cannot lock " + path);
  char text[32] = "";
  const auto n = ::pread(file.get(), text, sizeof text - 1, 0);
  const std::int64_t run = n > 0 ? std::stoll(text) : 0;
  const std::string next = std::to_string(run + 1);
  if (::pwrite(file.get(), next.data(), next.size(), 0) < 0)
    throw std::runtime_error("cannot write " + path);
  return run;
}

void crash() {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  std::signal(SIGSEGV, SIG_DFL);  // a sanitizer would turn it into an exit status
  std::raise(SIGSEGV);
}

bool shall_crash(const Arguments& a, const std::vector<Settings>& devices, std::int64_t run) {
  if (!anyone_has(devices, a.crash_when)) return false;
  if (a.crash_once_after < 0) return true;
  // O_EXCL: whoever makes the file is the one.
  const std::string done = a.counter + ".crashed";
  return run >= a.crash_once_after &&
         Fd(::open(done.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)).valid();
}

/// All endpoints of a link are set alike; where they are not, the mean of both is felt.
double mean_latency_us(const Landscape& landscape, const std::vector<Settings>& devices) {
  double sum = 0;
  for (const Settings& settings : devices)
    sum += latency_us(landscape, settings);
  return sum / static_cast<double>(devices.size());
}

double latency_of(const Arguments& a, const std::vector<Settings>& devices) {
  Landscape landscape{.slope = a.slope, .base_us = a.base_us};
  if (a.landscape == "planted") landscape.optimum = parse_settings(a.optimum);
  return mean_latency_us(landscape, devices);
}

/// The time of a message has a truth and a noise of its own; its seed differs from the samples'.
double messages_per_s(const Arguments& a, const std::vector<Settings>& devices,
                      std::int64_t number) {
  const Landscape landscape{parse_settings(a.throughput_optimum), a.throughput_slope, a.base_us};
  const double us = mean_latency_us(landscape, devices);
  return 1e6 / measure(us, a.disturbance, 1, a.seed + 1000, number).front();
}

void print_lines(const std::vector<double>& samples_us) {
  for (const double us : samples_us)
    fmt::print("{:.4f}\n", us);
}

/// As workloads/README.md describes it.
void print_stream(const std::vector<double>& samples_us, double messages_per_s) {
  std::string payload;
  for (const double us : samples_us) {
    const auto ns = static_cast<std::uint32_t>(us * 1000);
    for (int shift = 0; shift < 32; shift += 8)
      payload += static_cast<char>(ns >> shift & 0xff);
  }
  boost::crc_32_type crc;
  crc.process_bytes(payload.data(), payload.size());
  fmt::print(
      R"({{"schema": "moderato-samples/1", "count": {}, "counters": {{"messages_per_s": {}}}}})"
      "\n",
      samples_us.size(), messages_per_s);
  std::fwrite(payload.data(), 1, payload.size(), stdout);
  fmt::print("\ncrc32 {:08x}\n", crc.checksum());
}

int run(const Arguments& a) {
  std::vector<Settings> devices;
  for (const auto& nic : a.nics) {
    const auto more = devices_of(nic);
    devices.insert(devices.end(), more.begin(), more.end());
  }
  for (Settings& settings : devices)
    settings.merge(parse_settings(a.process));
  const double latency = latency_of(a, devices);
  const std::int64_t number = count_run(a.counter);
  if (!a.stderr_text.empty()) fmt::print(stderr, "{}\n", a.stderr_text);
  if (shall_crash(a, devices, number)) crash();
  while (anyone_has(devices, a.hang_when))
    ::pause();
  if (anyone_has(devices, a.garbage_when)) {
    fmt::print("min/avg/max = -nan/\x01\xff??\n");
    return 0;
  }
  auto samples = measure(latency, a.disturbance, a.iterations, a.seed, number);
  for (std::size_t i = 0; i < std::min(samples.size(), static_cast<std::size_t>(a.warm_up)); ++i)
    samples[i] *= 3;
  if (a.throughput_optimum.empty())
    print_lines(samples);
  else
    print_stream(samples, messages_per_s(a, devices, number));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A workload whose truth is known");
  Arguments arguments;
  declare(app, arguments);
  try {
    app.parse(argc, argv);
    return run(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "fake-workload: {}\n", error.what());
    return 1;
  }
}
