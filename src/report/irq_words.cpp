// SPDX-License-Identifier: Apache-2.0
#include "report/irq_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/number.hpp"

namespace moderato {
namespace {

/// "7" is one CPU; "0-3" and "" are not.
std::optional<int> single_cpu(const std::string& list) {
  return whole_number<int>(list);
}

std::string cpus(const std::string& list) {
  if (list.empty()) return "CPUs unknown";
  return fmt::format("{} {}", single_cpu(list) ? "CPU" : "CPUs", list);
}

struct Group {
  std::set<int> numbers;
  std::set<int> served_by;  ///< effective affinities that are one CPU
};

std::string pinned_line(const Group& pinned) {
  const std::size_t cpus = pinned.served_by.size();
  return fmt::format("{} on CPU{} {}{}", ranges(pinned.numbers), cpus > 1 ? "s" : "",
                     ranges(pinned.served_by),
                     cpus > 1 && cpus == pinned.numbers.size() ? ", one each" : "");
}

std::string group_line(const std::string& affinity, const Group& group) {
  const std::string line = fmt::format("{} on {}", ranges(group.numbers), cpus(affinity));
  return group.served_by.empty() ? line : fmt::format("{}, now {}", line, ranges(group.served_by));
}

}  // namespace

std::string ranges(const std::set<int>& numbers) {
  std::string text;
  for (auto it = numbers.begin(); it != numbers.end();) {
    const int first = *it;
    int last = first;
    for (++it; it != numbers.end() && *it == last + 1; ++it)
      last = *it;
    text += fmt::format("{}{}", text.empty() ? "" : ",", first);
    if (last != first) text += fmt::format("-{}", last);
  }
  return text;
}

std::vector<std::string> irq_lines(const std::vector<Irq>& irqs) {
  Group pinned;
  std::map<std::string, Group> shared;
  for (const Irq& irq : irqs) {
    const auto cpu = single_cpu(irq.affinity);
    Group& group = cpu ? pinned : shared[irq.affinity];
    group.numbers.insert(irq.number);
    const auto now = cpu ? cpu : single_cpu(irq.effective_affinity);
    if (now) group.served_by.insert(*now);
  }
  std::vector<std::string> lines;
  if (!pinned.numbers.empty()) lines.push_back(pinned_line(pinned));
  for (const auto& [affinity, group] : shared)
    lines.push_back(group_line(affinity, group));
  return lines;
}

std::vector<std::string> every_irq(const std::vector<Irq>& irqs) {
  std::vector<std::string> lines;
  for (const Irq& irq : irqs) {
    std::string line = fmt::format("{} on {}", irq.number, cpus(irq.affinity));
    const std::string& now = irq.effective_affinity;
    if (!now.empty() && now != irq.affinity) line += fmt::format(", now {}", now);
    if (!irq.name.empty()) line += fmt::format(": {}", irq.name);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace moderato
