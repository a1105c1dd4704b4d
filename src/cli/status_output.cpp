// SPDX-License-Identifier: Apache-2.0
#include "cli/status_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/printing.hpp"

namespace moderato {
namespace {

using Json = nlohmann::ordered_json;

std::string writer_text(const OtherWriter& writer) {
  const std::string what =
      writer.knob.empty() ? "ethtool" : fmt::format("{} {}", writer.knob, writer.value);
  return printable(fmt::format("    {} {}: {}: {}", writer.certain ? "set by" : "may be set by",
                               writer.manager, writer.file.string(), what)) +
         "\n";
}

std::string row_text(const StatusRow& row) {
  std::string text = fmt::format("{}/{}  class {}{}  {}{}\n", row.host, row.netdev,
                                 row.workload_class.empty() ? "(none)" : row.workload_class,
                                 row.active ? "" : " (not active)", name_of(row.state),
                                 row.profile.empty() ? "" : "  " + row.profile);
  if (!row.problem.empty()) text += fmt::format("    {}\n", row.problem);
  for (const std::string& change : row.stale)
    text += fmt::format("    changed: {}\n", change);
  for (const auto& [knob, wanted, now] : row.differed)
    text += fmt::format("    {} is {}, the profile says {}\n", knob, now, wanted);
  for (const OtherWriter& writer : row.writers)
    text += writer_text(writer);
  return text;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json row_json(const StatusRow& row) {
  Json differs = Json::array(), writers = Json::array();
  for (const auto& [knob, wanted, now] : row.differed)
    differs.push_back(Json{{"knob", knob}, {"wanted", wanted}, {"now", now}});
  for (const OtherWriter& writer : row.writers)
    writers.push_back(Json{{"manager", writer.manager},
                           {"file", writer.file.string()},
                           {"knob", text_or_null(writer.knob)},
                           {"value", text_or_null(writer.value)},
                           {"certain", writer.certain}});
  return {{"host", row.host},
          {"netdev", row.netdev},
          {"driver", row.driver},
          {"kind", row.kind},
          {"class", row.workload_class},
          {"active", row.active},
          {"state", name_of(row.state)},
          {"profile", text_or_null(row.profile)},
          {"problem", text_or_null(row.problem)},
          {"differs", differs},
          {"stale", row.stale},
          {"writers", writers}};
}

}  // namespace

std::string status_text(const std::vector<StatusRow>& rows) {
  std::string text;
  for (const StatusRow& row : rows)
    text += printable_lines(row_text(row));
  return text.empty() ? "no NIC with knobs, and no profile for any other\n" : text;
}

std::string status_json(const std::vector<StatusRow>& rows, const std::string& workload_class,
                        const std::vector<Error>& broken, int exit_status) {
  Json all = Json::array(), errors = Json::array();
  for (const StatusRow& row : rows)
    all.push_back(row_json(row));
  for (const Error& error : broken)
    errors.push_back(describe(error));
  const Json json{{"schema", "moderato-status/1"},
                  {"class", text_or_null(workload_class)},
                  {"state", name_of(worst_of(rows))},
                  {"exit_status", exit_status},
                  {"rows", all},
                  {"broken", errors}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace moderato
