// SPDX-License-Identifier: Apache-2.0
#include "knobs/discovery_irq.hpp"

#include <optional>
#include <sstream>

#include "core/number.hpp"
#include "knobs/sysfs.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(word);
  return words;
}

/// The action's folder is the only one in /proc/irq/N.
std::string action_folder(const fs::path& irq_folder) {
  for (const auto& name : names_in(irq_folder)) {
    if (is_folder(irq_folder / name)) return name;
  }
  return {};
}

}  // namespace

std::map<int, std::string> irq_actions(const std::string& interrupts) {
  std::map<int, std::string> actions;
  std::istringstream in(interrupts);
  std::string line;
  std::getline(in, line);
  const std::size_t cpus = words_of(line).size();
  while (std::getline(in, line)) {
    const auto words = words_of(line);
    // "24:", a count a CPU, the chip, its own number of the interrupt, the action
    if (words.size() < cpus + 4 || !words[0].ends_with(':')) continue;
    const auto number =
        whole_number<int>(std::string_view(words[0]).substr(0, words[0].size() - 1));
    if (number) actions[*number] = words.back();
  }
  return actions;
}

std::vector<Irq> irqs_of(const fs::path& pci_function, const fs::path& proc,
                         const std::map<int, std::string>& actions) {
  std::vector<Irq> irqs;
  for (const auto& name : names_in(pci_function / "msi_irqs")) {
    const auto number = whole_number<int>(name);
    if (!number) continue;
    const fs::path folder = proc / "irq" / name;
    Irq irq{*number, action_folder(folder), read_line(folder / "smp_affinity_list"),
            read_line(folder / "effective_affinity_list")};
    const auto known = actions.find(*number);
    if (irq.name.empty() && known != actions.end()) irq.name = known->second;
    irqs.push_back(std::move(irq));
  }
  return irqs;
}

}  // namespace moderato
