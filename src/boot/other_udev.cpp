// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <regex>

#include "boot/other_files.hpp"

namespace moderato {
namespace {

enum class Fit { no, perhaps, yes };

/// Conditions of a rule, udev(7): KEY=="PATTERN", with '|' between alternatives.
Fit fit_of(const Device& device, const std::string& rule) {
  static const std::regex condition(R"re(([A-Z]+)(\{[^}]*\})?\s*(==|!=)\s*"([^"]*)")re");
  Fit fit = Fit::perhaps;
  for (std::sregex_iterator one(rule.begin(), rule.end(), condition), end; one != end; ++one) {
    const std::string key = (*one)[1], attribute = (*one)[2], patterns = (*one)[4];
    const bool by_name = attribute.empty() && (key == "NAME" || key == "KERNEL");
    const bool by_driver = key == "DRIVERS";
    const bool by_mac = key == "ATTR" && attribute == "{address}";
    if (!by_name && !by_driver && !by_mac) continue;
    std::string words = patterns;
    std::ranges::replace(words, '|', ' ');
    const std::string& fact = by_name ? device.netdev : by_driver ? device.driver : device.mac;
    if (matches_any(words, fact) == ((*one)[3] == "!=")) return Fit::no;
    fit = Fit::yes;
  }
  return fit;
}

bool is_coalesce_option(const std::string& word) {
  return word == "-C" || word == "--coalesce";
}

/// "ethtool -C $name rx-usecs 0": what comes after the device, in pairs. Device names that udev
/// fills in ($name, %k) are this device's.
void read_command(const std::string& rule, const Device& device, OtherWriter found,
                  std::vector<OtherWriter>& writers) {
  std::string plain = rule;
  std::ranges::replace_if(
      plain, [](char c) { return c == '"' || c == '\'' || c == ','; }, ' ');
  const auto words = words_of(plain);
  const auto option = std::ranges::find_if(words, is_coalesce_option);
  const auto left = std::distance(option, words.end());
  if (left < 2) {
    writers.push_back(std::move(found));  // a script of theirs, perhaps
    return;
  }
  const std::string& name = *(option + 1);
  if (name.find_first_of("$%") == std::string::npos && name != device.netdev) return;
  for (auto word = option + 2; std::distance(word, words.end()) >= 2; word += 2) {
    if (word->find_first_of("=+") != std::string::npos) break;  // the rule's next key
    found.knob = *word;
    found.value = *(word + 1);
    writers.push_back(found);
  }
}

}  // namespace

/// Rules that call ethtool to set interrupt moderation. They go by the device's events, so what
/// other conditions say is not known here.
std::vector<OtherWriter> udev_writers(const Device& device, const Root& root) {
  std::vector<OtherWriter> writers;
  for (const auto& file :
       files_in(root,
                {"etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d",
                 "usr/lib/udev/rules.d", "lib/udev/rules.d"},
                ".rules")) {
    for (const std::string& rule : read_lines(file)) {
      if (rule.find("ethtool") == std::string::npos) continue;
      const auto words = words_of(rule);
      if (std::ranges::none_of(words, is_coalesce_option)) continue;
      const Fit fit = fit_of(device, rule);
      if (fit != Fit::no)
        read_command(rule, device, {"udev", without_root(file, root), "", "", fit == Fit::yes},
                     writers);
    }
  }
  return writers;
}

}  // namespace moderato
