// SPDX-License-Identifier: Apache-2.0
#include "boot/originals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/file.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

fs::path file_of(const fs::path& state_dir, const Here& now) {
  const auto& in = now.network_namespace;
  return state_dir / fmt::format("originals-{}", in.initial ? 0 : in.inode);
}

/// The first line. What an earlier boot has left says nothing of this one.
std::string header_of(const Here& now) {
  return fmt::format("moderato-originals/1 {}", now.boot_id);
}

}  // namespace

Settings with_originals(const Settings& settings, const KnobHistories& histories,
                        const Settings& now) {
  Settings wanted = settings;
  for (const auto& [id, history] : histories) {
    const auto found = now.find(id);
    if (found != now.end() && found->second == history.ours && !moves_by_itself(id, now))
      wanted.emplace(id, history.original);
  }
  return wanted;
}

void remember(KnobHistories& histories, const Settings& settings, const Settings& before) {
  std::erase_if(histories, [&](const auto& entry) { return !settings.contains(entry.first); });
  for (const auto& [id, value] : settings) {
    const auto was = before.find(id);
    if (was == before.end() || moves_by_itself(id, before)) continue;
    auto [history, is_new] = histories.try_emplace(id, KnobHistory{was->second, value});
    if (!is_new && history->second.ours != was->second) history->second.original = was->second;
    history->second.ours = value;
  }
}

Originals load_originals(const fs::path& state_dir, const Here& now) {
  const auto text = read_file(file_of(state_dir, now), 16u << 20);
  if (!text) return {};
  std::istringstream in(*text);
  std::string header;
  if (!std::getline(in, header) || header != header_of(now)) return {};
  Originals originals;
  std::string netdev, knob;
  KnobHistory history;
  while (in >> netdev >> knob >> history.original >> history.ours)
    originals[netdev][knob] = history;
  return originals;
}

Result<void> save_originals(const fs::path& state_dir, const Here& now,
                            const Originals& originals) {
  std::string text = header_of(now) + "\n";
  for (const auto& [netdev, histories] : originals) {
    for (const auto& [id, history] : histories)
      text += fmt::format("{} {} {} {}\n", netdev, id, history.original, history.ours);
  }
  return write_file_durably(file_of(state_dir, now), text);
}

}  // namespace moderato
