// SPDX-License-Identifier: Apache-2.0
#include "tune/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <ranges>

#include "core/document.hpp"
#include "tune/earlier.hpp"
#include "tune/trial_json.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::string_view schema = "moderato-study/1";
constexpr std::string_view equal_values_schema = "moderato-equal-values/1";
constexpr const char* header_file = "study.json";
constexpr const char* policy_file = "policy.json";
constexpr const char* since_file = "since.json";
constexpr const char* earlier_file = "earlier.json";
constexpr const char* equal_values_file = "equal-values.json";
constexpr const char* journal_file = "trials.jsonl";
constexpr const char* samples_folder = "samples";

/// The report of an endpoint's device, a document of its own beside study.json.
std::string endpoint_file(std::size_t index) {
  return fmt::format("endpoint-{}.json", index);
}

Result<HostReport> read_endpoint(const Folder& folder, std::size_t index) {
  const std::string path = folder.path() / endpoint_file(index);
  auto text = folder.read(endpoint_file(index));
  if (!text) return fail(text);
  auto report = host_report_from_json(*text, path);
  if (!report) return report;
  if (report->devices.size() != 1)
    return fail(Fault::document, fmt::format("{}: it must describe one device", path));
  return report;
}

std::string to_json(const std::vector<EqualValue>& equal) {
  ordered_json values = ordered_json::array();
  for (const EqualValue& one : equal)
    values.push_back({{"knob", one.knob}, {"value", one.value}, {"same_as", one.same_as}});
  return ordered_json{{"schema", equal_values_schema}, {"values", values}}.dump(2) + "\n";
}

Result<std::vector<EqualValue>> parse_equal_values(const std::string& text,
                                                   const std::string& source) {
  auto document = Document::parse(text, source, equal_values_schema);
  if (!document) return fail(document);
  std::vector<EqualValue> equal;
  for (const Node& node : document->root().array("values"))
    equal.push_back({node.text("knob"), node.integer("value", {}), node.integer("same_as", {})});
  if (auto done = document->finish(); !done) return fail(done);
  return equal;
}

/// A document that a study may do without.
template <typename T>
Result<std::optional<T>> read_part(const Folder& folder, const char* name,
                                   Result<T> (*parse)(const std::string&, const std::string&)) {
  auto text = folder.read_if_there(name);
  if (!text) return fail(text);
  if (!*text) return std::nullopt;
  auto part = parse(**text, folder.path() / name);
  if (!part) return fail(part);
  return std::move(*part);
}

/// Without a text, what another try may have left there goes.
Result<void> write_part(const Folder& folder, const char* name,
                        const std::optional<std::string>& text) {
  return text ? folder.write_durably(name, *text) : folder.remove(name);
}

Result<void> write_parts(const Folder& folder, const StudyHeader& header) {
  for (std::size_t i = 0; i < header.endpoints.size(); ++i) {
    auto written = folder.write_durably(endpoint_file(i), to_json(header.endpoints[i].found));
    if (!written) return written;
  }
  std::optional<std::string> since, earlier;
  if (header.since) since = to_json(*header.since);
  if (!header.earlier.empty()) earlier = to_json(header.earlier);
  for (const auto& [name, text] : {std::pair{policy_file, std::optional(header.policy_text)},
                                   std::pair{since_file, since}, std::pair{earlier_file, earlier},
                                   std::pair{equal_values_file, std::optional<std::string>()}}) {
    if (auto written = write_part(folder, name, text); !written) return written;
  }
  return {};
}

/// There is one in every study, be it empty.
std::unexpected<Error> without_journal(Error error) {
  if (error.remedy.empty())
    error.remedy = "without it no trial is known: remove study.json there, and start a new study";
  return std::unexpected(std::move(error));
}

Result<std::vector<Trial>> read_journal(const Folder& folder) {
  auto text = folder.read(journal_file, std::size_t{4} << 30);
  if (!text) return without_journal(text.error());
  text->resize(text->find_last_of('\n') + 1);  // a torn last line was never recorded
  const std::string path = folder.path() / journal_file;
  std::vector<Trial> trials;
  for (const auto part : std::views::split(*text, '\n')) {
    const std::string line(part.begin(), part.end());
    if (line.empty()) continue;
    auto trial = trial_from_json(line, fmt::format("{}:{}", path, trials.size() + 1));
    if (!trial) return fail(trial);
    trials.push_back(std::move(*trial));
  }
  return trials;
}

/// A workload's parameters may be paths, and longer than the name of a file; the index keeps those
/// apart that are alike in what is left.
std::string samples_file(const TrialKey& key, std::size_t index, std::string workload) {
  constexpr std::size_t longest = 100;
  workload.resize(std::min(workload.size(), longest));
  for (char& c : workload) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("._=-").find(c) != std::string_view::npos;
    if (!plain) c = '_';
  }
  return fmt::format("{}-{}-{}-{}-{}-{}.txt", name_of(key.phase), key.round, key.candidate,
                     key.replicate, index, workload);
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

Result<Study> Study::create(const fs::path& path, StudyHeader header) {
  auto folder = Folder::make_own(path);
  if (!folder)
    return fail(folder.error().fault, folder.error().message,
                folder.error().remedy + (folder.error().remedy.empty() ? "" : " with --study"));
  if (folder->holds(header_file))
    return fail(Fault::usage, fmt::format("{} holds a study already", path.string()),
                "continue it with --resume, or choose another folder with --study");
  auto samples = folder->make_folder(samples_folder);
  if (!samples) return fail(samples);
  auto journal = DurableLog::create(*folder, journal_file);
  if (!journal) return fail(journal);
  auto fresh = journal->empty();
  if (!fresh) return fail(fresh);
  if (!*fresh)
    return fail(Fault::usage, fmt::format("{} holds the trials of another study", path.string()),
                "choose another folder with --study");
  if (auto written = write_parts(*folder, header); !written) return fail(written);
  auto written = folder->write_durably(header_file, to_json(header));  // last: it makes the study
  if (!written) return fail(written);
  return Study(std::move(header), {}, OnDisk{*folder, *samples, std::move(*journal)});
}

Study Study::in_memory(StudyHeader header) {
  return Study(std::move(header), {}, std::nullopt);
}

Result<StudyHeader> read_study_header(const Folder& folder) {
  auto text = folder.read(header_file);
  if (!text)
    return fail(Fault::document, text.error().message,
                text.error().remedy.empty() ? "give the folder of a study" : text.error().remedy);
  auto header = parse_study(*text, folder.path() / header_file);
  if (!header) return header;
  auto policy = folder.read(policy_file);
  if (!policy) return fail(policy);
  header->policy_text = std::move(*policy);
  auto equal = read_part(folder, equal_values_file, parse_equal_values);
  if (!equal) return fail(equal);
  header->looked_for_equal_values = equal->has_value();
  header->equal_values = std::move(*equal).value_or(std::vector<EqualValue>{});
  auto since = read_part(folder, since_file, parse_ranking);
  if (!since) return fail(since);
  header->since = std::move(*since);
  auto earlier = read_part(folder, earlier_file, parse_earlier);
  if (!earlier) return fail(earlier);
  header->earlier = std::move(*earlier).value_or(std::vector<EarlierScore>{});
  for (std::size_t i = 0; i < header->endpoints.size(); ++i) {
    auto found = read_endpoint(folder, i);
    if (!found) return fail(found);
    header->endpoints[i].found = std::move(*found);
  }
  return header;
}

Result<StudyRecord> read_study(const Folder& folder) {
  auto header = read_study_header(folder);
  if (!header) return fail(header);
  auto trials = read_journal(folder);
  if (!trials) return fail(trials);
  return StudyRecord{std::move(*header), std::move(*trials)};
}

Result<StudyHeader> read_study_header(const fs::path& path) {
  auto folder = Folder::open(path);
  if (!folder) return fail(Fault::document, folder.error().message, "give the folder of a study");
  return read_study_header(*folder);
}

Result<StudyRecord> read_study(const fs::path& path) {
  auto folder = Folder::open(path);
  if (!folder) return fail(Fault::document, folder.error().message, "give the folder of a study");
  return read_study(*folder);
}

Result<Study> Study::open(const Folder& folder) {
  auto journal = DurableLog::open(folder, journal_file);  // first: now nobody else writes
  if (!journal) return without_journal(journal.error());
  auto record = read_study(folder);
  if (!record) return fail(record);
  auto samples = folder.make_folder(samples_folder);
  if (!samples) return fail(samples);
  return Study(std::move(record->header), std::move(record->trials),
               OnDisk{folder, *samples, std::move(*journal)});
}

const Trial* Study::find(const TrialKey& key) const {
  const auto from_the_end = std::views::reverse(trials_);
  const auto found = std::ranges::find(from_the_end, key, &Trial::key);
  return found == from_the_end.end() ? nullptr : &*found;
}

Result<void> Study::write(const char* name, const std::string& text) const {
  return disk_ ? disk_->folder.write_durably(name, text) : Result<void>{};
}

Result<void> Study::keep_equal_values(std::vector<EqualValue> equal) {
  if (auto written = write(equal_values_file, to_json(equal)); !written) return written;
  header_.equal_values = std::move(equal);
  header_.looked_for_equal_values = true;
  return {};
}

Result<void> Study::end_search() {
  if (header_.search_ended) return {};
  header_.search_ended = true;
  return write(header_file, to_json(header_));
}

Result<void> Study::keep_pareto(std::vector<TradeOff> pareto) {
  header_.pareto = std::move(pareto);
  return write(header_file, to_json(header_));
}

Result<void> Study::record(Trial trial) {
  if (disk_) {
    if (auto appended = disk_->journal.append(to_json(trial)); !appended) return appended;
  }
  trials_.push_back(std::move(trial));
  return {};
}

Result<void> Study::keep_samples(const TrialKey& key, std::size_t index,
                                 const std::string& workload, const std::string& raw) const {
  if (!disk_) return {};
  return disk_->samples.write_durably(samples_file(key, index, workload), raw);
}

}  // namespace moderato
