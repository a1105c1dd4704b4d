// SPDX-License-Identifier: Apache-2.0
// What workloads print: the sample stream, and lines that the patterns of the catalogue read.
#include <cmath>
#include <filesystem>
#include <set>

#include "core/file.hpp"
#include "fuzz/property.hpp"
#include "workload/sample_encoder.hpp"
#include "workload/workload.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

const ResultFormat stream{.kind = ResultFormat::Kind::samples};

/// Of all workloads that ship, each once.
std::vector<ResultFormat> shipped_formats() {
  std::vector<ResultFormat> formats;
  std::set<std::string> seen;
  const std::filesystem::path folder = MODERATO_SOURCE_DIR "/workloads/catalogue";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const auto workload = parse_workload(read_file(entry.path()).value(), entry.path());
    const ResultFormat& format = workload.value().result;
    if (format.kind != ResultFormat::Kind::samples &&
        seen.insert(format.pattern + '\n' + format.require).second)
      formats.push_back(format);
  }
  return formats;
}

Result<Samples> read(const ResultFormat& format, const std::string& out) {
  return parse_output(format, {.out = out, .seconds = 1});
}

void measured(const Result<Samples>& samples) {
  if (!samples) return told_well(samples.error());
  holds(!samples->values.empty(), "there is a sample, or an error");
  for (const double value : samples->values)
    holds(std::isfinite(value) && value >= 0, "a sample is a duration");
  for (const auto& [name, value] : samples->counters)
    holds(std::isfinite(value), "a counter is a number");
}

/// Whatever the fuzzer makes of them, it does not find the checksum: that is put right here.
std::string with_checksum(const std::string& text) {
  const auto newline = text.find('\n');
  if (newline == std::string::npos) return text;
  std::string payload = text.substr(newline + 1);
  payload.resize(payload.size() / 4 * 4);
  return text.substr(0, newline + 1) + payload + sample_trailer(payload);
}

void guarded(const std::string& out) {
  measured(read(stream, out));
  if (!read(stream, out)) return;
  std::string torn = out;
  torn.pop_back();
  holds(!read(stream, torn), "a torn stream is refused");
  std::string damaged = out;
  damaged[damaged.find('\n') + 1] ^= 1;
  holds(!read(stream, damaged), "a damaged stream is refused");
  holds(!read(stream, out + "x"), "a stream with something behind it is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<ResultFormat> formats = shipped_formats();
  const std::string out = text_of(data, size);
  guarded(out);
  if (out.starts_with('{')) {
    guarded(with_checksum(out));
  } else {
    for (const ResultFormat& format : formats)
      measured(read(format, out));
  }
  return 0;
}
