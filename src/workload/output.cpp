// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <charconv>
#include <cmath>
#include <regex>

#include "core/document.hpp"
#include "workload/workload.hpp"

namespace moderato {
namespace {

std::unexpected<Error> wrong(std::string message) {
  return fail(Fault::runtime, "wrong output: " + std::move(message),
              "run the workload by hand; its samples are described in workloads/README.md "
              "(installed: share/doc/moderato/workloads)");
}

std::string excerpt(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 60))
    shown += c < ' ' || c > '~' ? '?' : c;
  return shown;
}

struct Header {
  std::size_t count = 0;
  double resolution_ns = 1;
  std::map<std::string, double> counters;
};

Result<Header> parse_header(const std::string& line) {
  auto document = Document::parse(line, "sample stream", "moderato-samples/1");
  if (!document) return fail(document);
  const Node root = document->root();
  Header header;
  header.count = static_cast<std::size_t>(root.integer("count", {1, 50'000'000}));
  header.resolution_ns =
      static_cast<double>(root.integer("resolution_ns", {1, 1'000'000'000'000}, 1));
  header.counters = root.number_map("counters");
  if (auto done = document->finish(); !done) return fail(done);
  return header;
}

std::uint32_t little_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

Result<Samples> parse_stream(const std::string& out) {
  if (out.empty()) return wrong("nothing was printed");
  const auto newline = out.find('\n');
  if (newline == std::string::npos)
    return wrong(fmt::format("no sample stream, but '{}'", excerpt(out)));
  auto header = parse_header(out.substr(0, newline));
  if (!header) return wrong(header.error().message);
  const std::size_t bytes = 4 * header->count;
  const std::string_view payload = std::string_view(out).substr(newline + 1);
  if (payload.size() < bytes)
    return wrong(fmt::format("{} samples announced, {} came", header->count, payload.size() / 4));
  boost::crc_32_type crc;
  crc.process_bytes(payload.data(), bytes);
  const std::string trailer = fmt::format("\ncrc32 {:08x}\n", crc.checksum());
  if (payload.substr(bytes) != trailer)
    return wrong(fmt::format("the stream does not end with its checksum but with '{}'",
                             excerpt(payload.substr(bytes))));
  Samples samples{.counters = std::move(header->counters)};
  samples.values.reserve(header->count);
  for (std::size_t i = 0; i < bytes; i += 4)
    samples.values.push_back(little_endian(payload.data() + i) * header->resolution_ns * 1e-3);
  return samples;
}

Result<double> parse_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0)
    return wrong(fmt::format("'{}' is no duration", excerpt(text)));
  return value;
}

/// std::regex goes one call deeper with every byte, so that a long line would end this program.
constexpr std::size_t longest_line = 1024;

Result<void> parse_line(const std::regex& pattern, const std::string& line, Samples& samples) {
  if (line.size() > longest_line)
    return wrong(fmt::format("a line of {} bytes, '{}...', is too long to look for samples in",
                             line.size(), excerpt(line)));
  for (auto match = std::sregex_iterator(line.begin(), line.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    auto value = parse_number((*match)[1]);
    if (!value) return fail(value);
    samples.values.push_back(*value);
  }
  return {};
}

/// Line by line: '^', '$' and '[^x]' of std::regex know no lines. A progress display ends its lines
/// with '\r'.
Result<Samples> parse_lines(const ResultFormat& format, const std::string& out) {
  const std::regex pattern(format.pattern);
  Samples samples{.unit = format.unit};
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = std::min(out.find_first_of("\r\n", begin), out.size());
    if (auto parsed = parse_line(pattern, out.substr(begin, end - begin), samples); !parsed)
      return fail(parsed);
    begin = end + 1;
  }
  if (samples.values.empty())
    return wrong(fmt::format("nothing matches '{}' in '{}'", format.pattern, excerpt(out)));
  return samples;
}

/// Whether a line of what came matches.
bool has_line(const std::string& out, const std::string& pattern) {
  const std::regex regex(pattern);
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = std::min(out.find_first_of("\r\n", begin), out.size());
    if (end - begin <= longest_line && std::regex_search(out.substr(begin, end - begin), regex))
      return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

Result<Samples> parse_output(const ResultFormat& format, const RunResult& run) {
  if (!format.require.empty() && !has_line(run.out, format.require))
    return wrong(fmt::format("no line has '{}', which tells success, in '{}'", format.require,
                             excerpt(run.out)));
  switch (format.kind) {
    case ResultFormat::Kind::samples:
      return parse_stream(run.out);
    case ResultFormat::Kind::wall_time:
      return Samples{.values = {run.seconds}, .unit = "s"};
    case ResultFormat::Kind::lines:
      return parse_lines(format, run.out);
  }
  return wrong("unknown result format");
}

std::expected<WorkloadRun, WorkloadFailure> run_workload(const Command& command,
                                                         const ResultFormat& format,
                                                         const RunLimits& limits) {
  auto result = run(command, limits);
  if (!result) return std::unexpected(WorkloadFailure{result.error()});
  if (result->end != RunEnd::exited || result->status != 0)
    return std::unexpected(WorkloadFailure{{Fault::runtime, describe(*result, limits)},
                                           std::move(result->err),
                                           result->end == RunEnd::interrupted});
  auto samples = parse_output(format, *result);
  if (!samples) return std::unexpected(WorkloadFailure{samples.error(), std::move(result->err)});
  return WorkloadRun{std::move(*samples), std::move(result->out)};
}

}  // namespace moderato
