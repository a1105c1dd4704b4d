// SPDX-License-Identifier: Apache-2.0
// What an agent answers: the tuner believes no host.
#include "agent/protocol.hpp"
#include "fuzz/property.hpp"

using namespace moderato;
using namespace moderato::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line = text_of(data, size);
  const auto reply = decode_reply(line);
  if (!reply) {
    refused_well(reply.error(), "reply");
    return 0;
  }
  holds(encode(*reply).find('\n') == std::string::npos, "a reply is one line");
  round_trip(*reply, decode_reply, [](const Reply& value) { return encode(value); });
  for (const Device& device : reply->report.devices)
    for (const KnobState& knob : device.knobs)
      holds(knob.supported() == knob.why_not.empty() || knob.supported(),
            "a knob has a value, or a reason why not");
  holds(!decode_reply(with_unknown_field(line)), "an unknown field is refused");
  return 0;
}
