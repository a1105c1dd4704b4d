// SPDX-License-Identifier: Apache-2.0
#include "workload/door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <iterator>
#include <ranges>

#include "workload/launch_map.hpp"

namespace moderato {
namespace {

/// Of a request, the host included: mpirun writes some hundred.
constexpr std::size_t most_words = 4096;

std::unexpected<Error> refused(std::string why) {
  return fail(Fault::usage, "the door refuses: " + std::move(why),
              "mpirun asks it through `moderato knock`; people do not");
}

/// Open MPI writes what it wants of a shell in the dialect of the user's: csh has its own.
std::string shell_of(const User& user) {
  return user.shell.ends_with("csh") ? user.shell : "sh";
}

}  // namespace

std::string to_bytes(const DoorRequest& request) {
  std::string bytes = request.host + '\0';
  for (const std::string& word : request.words)
    bytes += word + '\0';
  return bytes;
}

Result<DoorRequest> parse_door_request(std::string_view bytes) {
  if (bytes.size() > longest_door_request)
    return refused(fmt::format("more than {} bytes", longest_door_request));
  if (bytes.empty() || bytes.back() != '\0') return refused("the request is torn");
  const auto control = std::ranges::find_if(
      bytes, [](unsigned char c) { return (c < ' ' && c != '\0' && c != '\t') || c == 0x7f; });
  if (control != bytes.end())
    return refused(fmt::format("a control character ({:#04x})", static_cast<unsigned>(*control)));
  DoorRequest request;
  bytes.remove_suffix(1);
  for (const auto part : std::views::split(bytes, '\0'))
    request.words.emplace_back(part.begin(), part.end());
  if (request.words.size() < 2) return refused("a host without words");
  if (request.words.size() > most_words) return refused(fmt::format("over {} words", most_words));
  request.host = std::move(request.words.front());
  request.words.erase(request.words.begin());
  return request;
}

Result<Argv> behind_door(const Door& door, const DoorRequest& request) {
  auto prefix = launch_prefix_of(door.map, request.host);
  if (!prefix) return fail(prefix);
  std::string digits;
  boost::algorithm::hex_lower(fmt::format("{}", fmt::join(request.words, " ")),
                              std::back_inserter(digits));
  return behind(*prefix, {door.moderato.string(), "run-as", door.user.name, "--line",
                          shell_of(door.user), digits});
}

Result<Argv> line_from(const std::string& shell, const std::string& digits) {
  std::string line;
  try {
    boost::algorithm::unhex(digits, std::back_inserter(line));
  } catch (const boost::algorithm::hex_decode_error&) {
    return refused("a line that is no hexadecimal digits");
  }
  return Argv{shell, "-c", line};
}

}  // namespace moderato
