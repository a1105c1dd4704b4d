// SPDX-License-Identifier: Apache-2.0
#include "boot/originals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/file.hpp"
#include "core/folder.hpp"
#include "core/number.hpp"
#include "knobs/plan.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

std::string file_name(const Here& now) {
  const auto& in = now.network_namespace;
  return fmt::format("originals-{}", in.initial ? 0 : in.inode);
}

/// The first line. What an earlier boot has left says nothing of this one.
std::string header_of(const Here& now) {
  return fmt::format("moderato-originals/1 {}", now.boot_id);
}

template <typename... Words>
void append_line(std::string& text, const Words&... words) {
  ((text += words, text += ' '), ...);
  text.back() = '\n';
}

/// Takes the text before the next `end` off the front of `rest`, and `end` with it.
std::string_view next_until(char end, std::string_view& rest) {
  const std::string_view taken = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(taken.size() + 1, rest.size()));
  return taken;
}

}  // namespace

Settings with_originals(const Settings& settings, const KnobHistories& histories,
                        const Settings& now) {
  Settings wanted = settings;
  for (const auto& [knob, original, ours] : histories) {
    const auto found = now.find(knob);
    if (found != now.end() && found->second == ours && !moves_by_itself(knob, now))
      wanted.emplace(knob, original);
  }
  return wanted;
}

KnobHistories remembered(const KnobHistories& histories, const Settings& settings,
                         const Settings& before) {
  KnobHistories after;
  for (const auto& [knob, value] : settings) {
    const auto was = before.find(knob);
    if (was == before.end() || moves_by_itself(knob, before)) {
      std::ranges::copy_if(histories, std::back_inserter(after),
                           [&](const KnobHistory& one) { return one.knob == knob; });
      continue;
    }
    const auto ours = std::ranges::find_if(histories, [&](const KnobHistory& one) {
      return one.knob == knob && one.ours == was->second;
    });
    after.push_back({knob, ours == histories.end() ? was->second : ours->original, value});
  }
  return after;
}

KnobHistories remembered_ahead(const KnobHistories& histories, const Settings& settings,
                               const Settings& before) {
  KnobHistories ahead = remembered(histories, settings, before);
  for (const KnobHistory& one : histories) {
    if (std::ranges::find(ahead, one) == ahead.end()) ahead.push_back(one);
  }
  return ahead;
}

Originals load_originals(const fs::path& run_dir, const Here& now) {
  const auto text = read_file(run_dir / file_name(now), 16u << 20);
  if (!text) return {};
  std::string_view rest = *text;
  if (next_until('\n', rest) != header_of(now)) return {};
  Originals originals;
  while (!rest.empty()) {
    const std::string netdev(next_until(' ', rest)), knob(next_until(' ', rest));
    const auto original = whole_number<std::int64_t>(next_until(' ', rest));
    const auto ours = whole_number<std::int64_t>(next_until('\n', rest));
    if (!original || !ours) break;
    const auto known = originals.try_emplace(originals.end(), netdev);  // they come in order
    known->second.push_back({knob, *original, *ours});
  }
  return originals;
}

Result<void> save_originals(const fs::path& run_dir, const Here& now, const Originals& originals) {
  std::string text = header_of(now) + "\n";
  for (const auto& [netdev, histories] : originals) {
    for (const auto& [knob, original, ours] : histories)
      append_line(text, netdev, knob, std::to_string(original), std::to_string(ours));
  }
  // Of this boot alone: after a power cut nobody asks for it, so nobody waits for a disk.
  const auto folder = Folder::open(run_dir);
  return folder ? folder->write_whole(file_name(now), text) : fail(folder);
}

}  // namespace moderato
