// SPDX-License-Identifier: Apache-2.0
#include "workload/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "workload/process_knobs.hpp"

namespace moderato {
namespace {

bool all_have_rdma(const Link& link) {
  return std::ranges::none_of(link.endpoints, &std::string::empty, &Endpoint::rdma);
}

Error no_placeholder(const std::string& name, const std::string& word, const Texts& values,
                     const std::string& workload) {
  if (name.starts_with("rdma"))
    return {Fault::unsupported,
            fmt::format("workload '{}' needs RDMA, and the link has no RDMA device at every "
                        "endpoint",
                        workload),
            "choose another workload; or name the device as \"rdma\" of each endpoint"};
  return {Fault::document,
          fmt::format("workload '{}': '{}' in '{}' is no placeholder", workload, name, word),
          fmt::format("one of: {}", fmt::join(values | std::views::keys, ", "))};
}

}  // namespace

std::string of_all(const Link& link, std::string Endpoint::*member) {
  std::vector<std::string> texts;
  for (const Endpoint& end : link.endpoints)
    texts.push_back(end.*member);
  return fmt::format("{}", fmt::join(texts, ","));
}

Texts with_numbers_of_knobs(Texts parameters) {
  Texts values = parameters;
  for (const auto& [name, text] : parameters) {
    const ProcessKnob* knob = find_process_knob(name);
    if (knob == nullptr) continue;
    if (const auto value = value_of(*knob, text)) values[name + ":number"] = std::to_string(*value);
  }
  return values;
}

Texts placeholders(const Texts& parameters, const Link& link, const WorkloadPaths& paths) {
  Texts values = with_numbers_of_knobs(parameters);
  values["addresses"] = of_all(link, &Endpoint::address);
  values["libexec"] = paths.libexec.string();
  const bool rdma = all_have_rdma(link);
  if (rdma) values["rdma"] = of_all(link, &Endpoint::rdma);
  for (std::size_t i = 0; i < link.endpoints.size(); ++i) {
    values[fmt::format("address:{}", i)] = link.endpoints[i].address;
    values[fmt::format("netdev:{}", i)] = link.endpoints[i].netdev;
    values[fmt::format("host:{}", i)] = link.endpoints[i].host;
    if (rdma) values[fmt::format("rdma:{}", i)] = link.endpoints[i].rdma;
  }
  return values;
}

Result<std::string> expand(const std::string& word, const Texts& values,
                           const std::string& workload) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool doubled = i + 1 < word.size() && word[i] == word[i + 1];
    if ((word[i] == '{' || word[i] == '}') && doubled) {
      text += word[i++];
      continue;
    }
    if (word[i] != '{') {
      text += word[i];
      continue;
    }
    const auto end = word.find('}', i);
    const std::string name = word.substr(i + 1, end == std::string::npos ? end : end - i - 1);
    const auto value = values.find(name);
    if (end == std::string::npos || value == values.end())
      return std::unexpected(no_placeholder(name, word, values, workload));
    text += value->second;
    i = end;
  }
  return text;
}

Result<Argv> expand_all(const Argv& words, const Texts& values, const std::string& workload) {
  Argv expanded;
  for (const std::string& word : words) {
    auto text = expand(word, values, workload);
    if (!text) return fail(text);
    expanded.push_back(std::move(*text));
  }
  return expanded;
}

Result<Texts> expand_values(const Texts& texts, const Texts& values, const std::string& workload) {
  Texts expanded;
  for (const auto& [name, word] : texts) {
    auto text = expand(word, values, workload);
    if (!text) return fail(text);
    expanded[name] = std::move(*text);
  }
  return expanded;
}

}  // namespace moderato
