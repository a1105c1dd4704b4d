// SPDX-License-Identifier: Apache-2.0
// Lists of hosts, as users and Slurm write them, and hostfiles.
#include "link/hosts.hpp"

#include <set>

#include "fuzz/property.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

using Names = std::vector<std::string>;

void plain(const Names& names) {
  holds(!names.empty(), "a list names a host, or is refused");
  holds(std::set(names.begin(), names.end()).size() == names.size(), "each host stands once");
  for (const std::string& name : names) {
    holds(!name.empty() && name.front() != '-', "a host passes for no option");
    holds(name.find_first_of(std::string_view(" \t\n/$`'\"\\;|&<>()\0", 17)) == std::string::npos,
          "a host is one word of a command");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = text_of(data, size);
  if (const auto names = expand_hosts(text)) {
    plain(*names);
    holds(names->size() <= 65536, "a list is bounded");
    std::string joined;
    for (const std::string& name : *names)
      joined += (joined.empty() ? "" : ",") + name;
    holds(expand_hosts(joined) == *names, "the names written out are the same hosts");
  } else {
    holds(names.error().fault == Fault::usage && !names.error().message.empty(),
          "a refusal says why");
  }
  if (const auto names = parse_hostfile(text, std::string(source))) {
    plain(*names);
  } else {
    holds(names.error().message.starts_with(source), "a refusal names the file");
  }
  return 0;
}
