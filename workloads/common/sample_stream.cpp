// SPDX-License-Identifier: Apache-2.0
#include "common/sample_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

std::int64_t resolution_for(const std::vector<std::int64_t>& durations) {
  const auto longest = durations.empty() ? 0 : *std::ranges::max_element(durations);
  std::int64_t resolution = 1;
  while (longest / resolution > UINT32_MAX)
    resolution *= 10;
  return resolution;
}

void append_little_endian(std::string& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    bytes.push_back(static_cast<char>(value >> shift & 0xff));
}

}  // namespace

std::string sample_stream(const std::vector<std::int64_t>& durations_ns,
                          const std::map<std::string, double>& counters) {
  const std::int64_t resolution = resolution_for(durations_ns);
  std::string payload;
  payload.reserve(4 * durations_ns.size());
  for (const std::int64_t duration : durations_ns)
    append_little_endian(
        payload, static_cast<std::uint32_t>(std::max<std::int64_t>(duration, 0) / resolution));
  boost::crc_32_type crc;
  crc.process_bytes(payload.data(), payload.size());
  const nlohmann::json header{{"schema", "moderato-samples/1"},
                              {"count", durations_ns.size()},
                              {"resolution_ns", resolution},
                              {"counters", counters}};
  return fmt::format("{}\n{}\ncrc32 {:08x}\n", header.dump(), payload, crc.checksum());
}

void print_samples(const std::vector<std::int64_t>& durations_ns,
                   const std::map<std::string, double>& counters) {
  const std::string stream = sample_stream(durations_ns, counters);
  if (std::fwrite(stream.data(), 1, stream.size(), stdout) != stream.size() ||
      std::fflush(stdout) != 0)
    throw_errno("write the samples");
}

}  // namespace moderato::workloads
