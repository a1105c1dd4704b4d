// SPDX-License-Identifier: Apache-2.0
#include "workload/launch_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace moderato {

Result<std::vector<std::string>> launch_map(const Link& link) {
  std::vector<std::string> map;
  for (const Endpoint& end : link.endpoints) {
    for (const std::string& word : end.launch_prefix) {
      if (word.empty() || word.find_first_of(" ,\t\n") != std::string::npos)
        return fail(Fault::document,
                    fmt::format("link '{}': '{}' in the launch prefix of {} has a blank or a comma",
                                link.name, word, end.host),
                    "put the command into a script and name that");
    }
    map.push_back(fmt::format("{}={}", end.address, fmt::join(end.launch_prefix, ",")));
  }
  return map;
}

Result<Argv> launch_prefix_of(const std::vector<std::string>& map, const std::string& address) {
  const auto entry = std::ranges::find_if(
      map, [&](const std::string& text) { return text.substr(0, text.find('=')) == address; });
  if (entry == map.end())
    return fail(Fault::usage, fmt::format("no endpoint has the address {}", address),
                "mpirun calls this; people do not");
  Argv prefix;
  for (const auto word : std::views::split(entry->substr(address.size() + 1), ','))
    prefix.emplace_back(word.begin(), word.end());
  return prefix;
}

}  // namespace moderato
