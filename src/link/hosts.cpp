// SPDX-License-Identifier: Apache-2.0
#include "link/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>

#include "core/file.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr std::size_t most_hosts = 65536;
constexpr std::size_t most_digits = 9;
constexpr std::ptrdiff_t most_brackets = 8;  // of one item: each is a call deeper
constexpr std::string_view digits = "0123456789";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view placeholder = "{host}";

bool is_host_name(const std::string& name) {
  const auto plain = [](char c) {
    return letters.find(c) != std::string_view::npos || digits.find(c) != std::string_view::npos;
  };
  const auto fine = [&](char c) {
    return plain(c) || std::string_view("._-:@").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= 255 && plain(name.front()) &&
         std::ranges::all_of(name, fine);
}

std::unexpected<Error> bad_list(const std::string& list, std::string_view why) {
  return fail(Fault::usage, fmt::format("hosts '{}': {}", list, why),
              "write names with commas between them, ranges like node[1-3,07-12]");
}

/// The parts between the commas that stand outside brackets.
Names split(const std::string& list) {
  Names parts{""};
  bool inside = false;
  for (const char c : list) {
    if (c == '[') inside = true;
    if (c == ']') inside = false;
    if (c == ',' && !inside)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::optional<std::size_t> number(std::string_view text) {
  if (text.empty() || text.size() > most_digits ||
      text.find_first_not_of(digits) != std::string_view::npos)
    return std::nullopt;
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "08-10,12" -> 08, 09, 10, 12; nothing if it is no such thing.
std::optional<Names> expand_ranges(const std::string& ranges) {
  Names numbers;
  for (const std::string& range : split(ranges)) {
    const auto dash = range.find('-');
    const std::string low = range.substr(0, dash);
    const auto from = number(low);
    const auto to = dash == std::string::npos ? from : number(range.substr(dash + 1));
    if (!from || !to || *to < *from || numbers.size() + *to - *from >= most_hosts)
      return std::nullopt;
    for (std::size_t n = *from; n <= *to; ++n)
      numbers.push_back(fmt::format("{:0{}}", n, low.size()));
  }
  return numbers;
}

/// One item of a list, with any number of brackets.
Result<Names> expand(const std::string& item, const std::string& list) {
  const auto open = item.find('[');
  if (open == std::string::npos) return Names{item};
  const auto close = item.find(']', open);
  if (close == std::string::npos) return bad_list(list, "a '[' is not closed");
  const std::string inside = item.substr(open + 1, close - open - 1);
  const auto numbers = expand_ranges(inside);
  if (!numbers) return bad_list(list, fmt::format("'[{}]' is no list of ranges", inside));
  auto rest = expand(item.substr(close + 1), list);
  if (!rest) return rest;
  if (numbers->size() * rest->size() > most_hosts) return bad_list(list, "too many hosts");
  Names names;
  for (const std::string& n : *numbers) {
    for (const std::string& end : *rest)
      names.push_back(item.substr(0, open) + n + end);
  }
  return names;
}

Names each_once(const Names& names) {
  std::set<std::string> seen;
  Names once;
  std::ranges::copy_if(names, std::back_inserter(once),
                       [&](const std::string& name) { return seen.insert(name).second; });
  return once;
}

/// What may stand behind a name in a hostfile.
bool is_hostfile_field(const std::string& word) {
  constexpr std::array known{"slots", "max_slots", "max-slots", "cpus", "username", "user"};
  const auto equals = word.find('=');
  return equals != std::string::npos && equals + 1 < word.size() &&
         std::ranges::find(known, word.substr(0, equals)) != known.end();
}

Result<Names> read_hostfile(const fs::path& path) {
  auto text = read_trusted_file(path, 4u << 20);
  if (!text && text.error().fault == Fault::document) return fail(text);
  if (!text) return fail(Fault::usage, text.error().message, "give a hostfile that can be read");
  return parse_hostfile(*text, path.string());
}

Result<Names> names_of(
    const std::string& hosts,
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
  constexpr std::string_view file = "file:";
  if (hosts == "slurm") {
    const auto list = environment("SLURM_JOB_NODELIST");
    if (list && !list->empty()) return expand_hosts(*list);
    return fail(Fault::usage, "this is no Slurm allocation: SLURM_JOB_NODELIST is not set",
                "run it within salloc or sbatch, or name the hosts");
  }
  if (hosts.starts_with(file)) return read_hostfile(hosts.substr(file.size()));
  std::error_code none;
  const bool file_here = fs::is_regular_file(hosts, none);
  if (file_here && hosts.find('/') != std::string::npos) return read_hostfile(hosts);
  auto names = expand_hosts(hosts);
  if (!names && file_here)
    return fail(names.error().fault, names.error().message,
                fmt::format("{}; the file that lies here is ./{}", names.error().remedy, hosts));
  return names;
}

Argv words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

Argv with_host(Argv words, const std::string& host) {
  for (std::string& word : words) {
    for (auto at = word.find(placeholder); at != std::string::npos;
         at = word.find(placeholder, at + host.size()))
      word.replace(at, placeholder.size(), host);
  }
  return words;
}

}  // namespace

Result<Names> expand_hosts(const std::string& list) {
  Names names;
  for (const std::string& item : split(list)) {
    if (std::ranges::count(item, '[') > most_brackets)
      return bad_list(list, "a name has too many brackets");
    auto some = expand(item, list);
    if (!some) return some;
    for (const std::string& name : *some) {
      if (!is_host_name(name)) return bad_list(list, fmt::format("'{}' is no host name", name));
    }
    names.insert(names.end(), some->begin(), some->end());
    if (names.size() > most_hosts) return bad_list(list, "too many hosts");
  }
  return each_once(names);
}

Result<Names> parse_hostfile(const std::string& text, const std::string& source) {
  std::istringstream in(text);
  Names names;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const Argv words = words_of(line.substr(0, line.find('#')));
    if (words.empty()) continue;
    const auto strange = std::find_if_not(words.begin() + 1, words.end(), is_hostfile_field);
    if (!is_host_name(words.front()) || strange != words.end())
      return fail(Fault::document,
                  fmt::format("{}:{}: '{}' is neither a host nor a field of a hostfile", source,
                              number, strange != words.end() ? *strange : words.front()),
                  "write one host a line, such as: node7 slots=4");
    names.push_back(words.front());
  }
  if (names.empty())
    return fail(Fault::document, fmt::format("{} names no host", source),
                "write one host a line, such as: node7 slots=4");
  return each_once(names);
}

Result<std::vector<Host>> hosts_of(
    const HostChoice& choice,
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
  const std::string usual =
      choice.hosts == "slurm" ? "srun --overlap -N1 -n1 -w {host}" : "ssh {host}";
  const std::string& launch = choice.launch.empty() ? usual : choice.launch;
  if (launch.find(placeholder) == std::string::npos)
    return fail(Fault::usage, fmt::format("the launch prefix '{}' does not say {{host}}", launch),
                "write {host} where the host's name goes, such as: ssh {host}");
  auto names = names_of(choice.hosts, environment);
  if (!names) return fail(names);
  std::vector<Host> hosts;
  for (const std::string& name : *names)
    hosts.push_back({name, with_host(words_of(launch), name)});
  return hosts;
}

}  // namespace moderato
