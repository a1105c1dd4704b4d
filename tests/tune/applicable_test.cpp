// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tune/findings.hpp"

using namespace moderato;

namespace {

/// An endpoint whose device has these knobs, and rx-frames only in name.
StudyEndpoint endpoint_with(const std::vector<std::string>& knobs) {
  Device device;
  for (const std::string& knob : knobs)
    device.knobs.push_back({knob, 0, ""});
  device.knobs.push_back({"rx-frames", std::nullopt, "the driver does not report it"});
  StudyEndpoint end;
  end.found.devices = {device};
  return end;
}

std::vector<std::string> names(const Space& space) {
  std::vector<std::string> result;
  for (const Parameter& parameter : space.parameters)
    result.push_back(parameter.knob);
  return result;
}

const Space space{{{"rx-usecs", {1, 2}, true},
                   {"adaptive-rx", {0, 1}, true},
                   {"rx-frames", {1, 2}, true},
                   {"srq-limit", {1, 2}, true}},
                  {}};

}  // namespace

TEST_CASE("optional parameters are those that every endpoint's device has, and all of processes") {
  const auto both = endpoint_with({"rx-usecs", "adaptive-rx"}), one = endpoint_with({"rx-usecs"});
  CHECK(names(applicable(space, {both, both})) ==
        std::vector<std::string>{"rx-usecs", "adaptive-rx", "srq-limit"});
  CHECK(names(applicable(space, {both, one})) == std::vector<std::string>{"rx-usecs", "srq-limit"});
}

TEST_CASE("a parameter that is not optional stays, to be refused by name") {
  CHECK(names(applicable({{{"rx-frames", {1, 2}}}, {}}, {endpoint_with({})})) ==
        std::vector<std::string>{"rx-frames"});
}
