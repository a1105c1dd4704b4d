// SPDX-License-Identifier: Apache-2.0
#include "tune/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

#include "core/document.hpp"
#include "tune/trial_json.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-study/1";
constexpr std::string_view header_file = "study.json";
constexpr std::string_view equal_values_schema = "moderato-equal-values/1";
constexpr std::string_view policy_file = "policy.json";
constexpr std::string_view equal_values_file = "equal-values.json";
constexpr std::string_view journal_file = "trials.jsonl";

/// The report of an endpoint's device, a document of its own beside study.json.
fs::path endpoint_file(const fs::path& folder, std::size_t index) {
  return folder / fmt::format("endpoint-{}.json", index);
}

Result<HostReport> read_endpoint(const fs::path& path) {
  auto text = read_file(path);
  if (!text) return fail(text);
  auto report = host_report_from_json(*text, path.string());
  if (!report) return report;
  if (report->devices.size() != 1)
    return fail(Fault::document, fmt::format("{}: it must describe one device", path.string()));
  return report;
}

std::string to_json(const std::vector<EqualValue>& equal) {
  ordered_json values = ordered_json::array();
  for (const EqualValue& one : equal)
    values.push_back({{"knob", one.knob}, {"value", one.value}, {"same_as", one.same_as}});
  return ordered_json{{"schema", equal_values_schema}, {"values", values}}.dump(2) + "\n";
}

Result<std::optional<std::vector<EqualValue>>> read_equal_values(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  auto text = read_file(path);
  if (!text) return fail(text);
  auto document = Document::parse(*text, path.string(), equal_values_schema);
  if (!document) return fail(document);
  std::vector<EqualValue> equal;
  for (const Node& node : document->root().array("values"))
    equal.push_back({node.text("knob"), node.integer("value", {}), node.integer("same_as", {})});
  if (auto done = document->finish(); !done) return fail(done);
  return equal;
}

Result<void> write_header(const fs::path& folder, const StudyHeader& header) {
  for (std::size_t i = 0; i < header.endpoints.size(); ++i) {
    auto written = write_file_durably(endpoint_file(folder, i), to_json(header.endpoints[i].found));
    if (!written) return written;
  }
  auto written = write_file_durably(folder / policy_file, header.policy_text);
  if (!written) return written;
  if (header.since) {
    if (auto kept = keep_ranking(folder, *header.since); !kept) return kept;
  }
  return write_file_durably(folder / header_file, to_json(header));  // last: it makes the study
}

Result<std::vector<Trial>> read_journal(const fs::path& path) {
  auto text = read_file(path, std::size_t{4} << 30);
  if (!text) return fail(text);
  text->resize(text->find_last_of('\n') + 1);  // a torn last line was never recorded
  std::vector<Trial> trials;
  for (const auto part : std::views::split(*text, '\n')) {
    const std::string line(part.begin(), part.end());
    if (line.empty()) continue;
    auto trial = trial_from_json(line, fmt::format("{}:{}", path.string(), trials.size() + 1));
    if (!trial) return fail(trial);
    trials.push_back(std::move(*trial));
  }
  return trials;
}

}  // namespace

Settings baseline_settings(const StudyHeader& header) {
  if (header.since && header.since->baseline) return *header.since->baseline;
  Settings settings = header.endpoints.front().baseline;
  settings.insert(header.process_baseline.begin(), header.process_baseline.end());
  return settings;
}

std::optional<Settings> common_baseline(const StudyHeader& header) {
  if (header.since && header.since->baseline) return header.since->baseline;
  const bool common = std::ranges::all_of(header.endpoints, [&](const StudyEndpoint& end) {
    return end.baseline == header.endpoints.front().baseline;
  });
  return common ? std::optional(baseline_settings(header)) : std::nullopt;
}

std::string to_json(const StudyHeader& header) {
  ordered_json endpoints = ordered_json::array();
  for (const auto& [endpoint, found, baseline] : header.endpoints)
    endpoints.push_back({{"host", endpoint.host},
                         {"launch_prefix", endpoint.launch_prefix},
                         {"netdev", endpoint.netdev},
                         {"address", endpoint.address},
                         {"baseline", baseline}});
  ordered_json out_of_reach = ordered_json::array();
  for (const auto& [knob, workload, reason] : header.out_of_reach)
    out_of_reach.push_back({{"knob", knob}, {"workload", workload}, {"reason", reason}});
  ordered_json json{{"schema", schema},
                    {"name", header.name},
                    {"created", header.created},
                    {"version", header.version},
                    {"seed", std::to_string(header.seed)},
                    {"link_source", header.link_source},
                    {"policy_source", header.policy_source},
                    {"endpoints", endpoints},
                    {"process_baseline", header.process_baseline},
                    {"out_of_reach", out_of_reach},
                    {"cuts_warm_up", header.cuts_warm_up},
                    {"search_ended", header.search_ended}};
  if (!header.run_as.empty()) json["run_as"] = header.run_as;
  for (const TradeOff& one : header.pareto)
    json["pareto"].push_back({{"candidate", one.candidate},
                              {"settings", one.settings},
                              {"rounds", one.rounds},
                              {"ratios", one.ratios}});
  // Names of folders and files need not be UTF-8.
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<StudyHeader> parse_study(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, schema);
  if (!document) return fail(document);
  const Node root = document->root();
  StudyHeader header;
  header.name = root.text("name");
  header.created = root.text("created");
  header.version = root.text("version");
  header.seed = std::strtoull(root.text("seed").c_str(), nullptr, 10);
  header.link_source = root.text("link_source");
  header.policy_source = root.text("policy_source");
  for (const Node& node : root.array("endpoints"))
    header.endpoints.push_back({{node.text("host"), node.texts("launch_prefix"),
                                 node.text("netdev"), node.text("address"), ""},
                                {},
                                node.integer_map("baseline")});
  header.process_baseline = root.integer_map("process_baseline");
  for (const Node& node : root.array("out_of_reach", true))
    header.out_of_reach.push_back({node.text("knob"), node.text("workload"), node.text("reason")});
  header.run_as = root.text("run_as", "");
  header.cuts_warm_up = root.boolean("cuts_warm_up", false);
  header.search_ended = root.boolean("search_ended", false);
  for (const Node& node : root.array("pareto", true))
    header.pareto.push_back(
        {static_cast<int>(node.integer("candidate", {0, INT32_MAX})), node.integer_map("settings"),
         static_cast<int>(node.integer("rounds", {0, INT32_MAX})), node.number_map("ratios")});
  if (header.endpoints.empty()) root.fault("a study has endpoints", "", "endpoints");
  if (auto done = document->finish(); !done) return fail(done);
  return header;
}

Result<Study> Study::create(const fs::path& folder, StudyHeader header) {
  if (fs::exists(folder / header_file))
    return fail(Fault::usage, fmt::format("{} holds a study already", folder.string()),
                "continue it with --resume, or choose another folder with --study");
  std::error_code error;
  fs::create_directories(folder / "samples", error);
  if (error)
    return std::unexpected(system_error(fmt::format("create {}", folder.string()), error.value(),
                                        "choose another folder with --study"));
  if (auto written = write_header(folder, header); !written) return fail(written);
  auto log = DurableLog::open(folder / journal_file);
  if (!log) return fail(log);
  return Study(folder, std::move(header), {}, std::move(*log));
}

Study Study::in_memory(StudyHeader header) {
  return Study({}, std::move(header), {}, std::nullopt);
}

Result<StudyHeader> read_study_header(const fs::path& folder) {
  auto text = read_file(folder / header_file);
  if (!text) return fail(Fault::document, text.error().message, "give the folder of a study");
  auto header = parse_study(*text, (folder / header_file).string());
  if (!header) return header;
  auto policy = read_file(folder / policy_file);
  if (!policy) return fail(policy);
  header->policy_text = std::move(*policy);
  auto equal = read_equal_values(folder / equal_values_file);
  if (!equal) return fail(equal);
  header->looked_for_equal_values = equal->has_value();
  header->equal_values = std::move(*equal).value_or(std::vector<EqualValue>{});
  auto since = read_ranking(folder);
  if (!since) return fail(since);
  header->since = std::move(*since);
  for (std::size_t i = 0; i < header->endpoints.size(); ++i) {
    auto found = read_endpoint(endpoint_file(folder, i));
    if (!found) return fail(found);
    header->endpoints[i].found = std::move(*found);
  }
  return header;
}

Result<StudyRecord> read_study(const fs::path& folder) {
  auto header = read_study_header(folder);
  if (!header) return fail(header);
  auto trials = read_journal(folder / journal_file);
  if (!trials) return fail(trials);
  return StudyRecord{std::move(*header), std::move(*trials)};
}

Result<Study> Study::open(const fs::path& folder) {
  auto record = read_study(folder);
  if (!record) return fail(record);
  auto log = DurableLog::open(folder / journal_file);
  if (!log) return fail(log);
  return Study(folder, std::move(record->header), std::move(record->trials), std::move(*log));
}

const Trial* Study::find(const TrialKey& key) const {
  const auto from_the_end = std::views::reverse(trials_);
  const auto found = std::ranges::find(from_the_end, key, &Trial::key);
  return found == from_the_end.end() ? nullptr : &*found;
}

Result<void> Study::keep_equal_values(std::vector<EqualValue> equal) {
  auto written = write_file_durably(folder_ / equal_values_file, to_json(equal));
  if (!written) return written;
  header_.equal_values = std::move(equal);
  header_.looked_for_equal_values = true;
  return {};
}

Result<void> Study::end_search() {
  if (header_.search_ended) return {};
  header_.search_ended = true;
  return log_ ? write_file_durably(folder_ / header_file, to_json(header_)) : Result<void>{};
}

Result<void> Study::keep_pareto(std::vector<TradeOff> pareto) {
  header_.pareto = std::move(pareto);
  return write_file_durably(folder_ / header_file, to_json(header_));
}

Result<void> Study::record(Trial trial) {
  if (log_) {
    if (auto appended = log_->append(to_json(trial)); !appended) return appended;
  }
  trials_.push_back(std::move(trial));
  return {};
}

Result<void> Study::keep_samples(const TrialKey& key, const std::string& workload,
                                 const std::string& raw) const {
  return write_file_durably(folder_ / "samples" /
                                fmt::format("{}-{}-{}-{}-{}.txt", name_of(key.phase), key.round,
                                            key.candidate, key.replicate, workload),
                            raw);
}

}  // namespace moderato
