// SPDX-License-Identifier: Apache-2.0
// What the door of root's is asked, by any process of the user's.
#include "workload/door.hpp"

#include <algorithm>

#include "fuzz/property.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

const Door& door() {
  static const Door one{{"alice", 1000, 1000, "/home/alice", "/bin/bash"},
                        {"10.0.0.1=ip,netns,exec,a", "10.0.0.2=env,A=b,ssh,node2", "10.0.0.3="},
                        "/opt/bin/moderato"};
  return one;
}

/// Whatever was asked for: one of the prefixes, then the change of user, then digits.
void becomes_the_user(const Argv& argv) {
  const std::vector<Argv> prefixes{
      {"ip", "netns", "exec", "a"}, {"env", "A=b", "ssh", "node2"}, {}};
  const Argv change{"/opt/bin/moderato", "run-as", "alice", "--line", "sh"};
  holds(std::ranges::any_of(prefixes,
                            [&](const Argv& prefix) {
                              Argv whole = prefix;
                              whole.insert(whole.end(), change.begin(), change.end());
                              return argv.size() == whole.size() + 1 &&
                                     std::equal(whole.begin(), whole.end(), argv.begin());
                            }),
        "what is asked for runs as the user");
  holds(argv.back().find_first_not_of("0123456789abcdef'") == std::string::npos,
        "no shell finds anything to interpret");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = text_of(data, size);
  const auto request = parse_door_request(bytes);
  if (!request) {
    told_well(request.error());
    holds(request.error().fault == Fault::usage, "what is refused is the request");
    return 0;
  }
  holds(size <= longest_door_request && !request->words.empty(), "a request is bounded");
  holds(to_bytes(*request) == bytes, "a request arrives as it was sent");
  for (const std::string& address :
       {request->host, std::string("10.0.0.1"), std::string("10.0.0.2"), std::string("10.0.0.3")}) {
    const auto argv = behind_door(door(), {address, request->words});
    if (argv) becomes_the_user(*argv);
  }
  return 0;
}
