// SPDX-License-Identifier: Apache-2.0
// What an agent is asked, by whoever writes to its input.
#include <algorithm>

#include "agent/protocol.hpp"
#include "fuzz/property.hpp"
#include "knobs/catalogue.hpp"

using namespace moderato;
using namespace moderato::fuzz;

namespace {

/// It becomes part of paths under /sys.
void harmless(const std::string& device) {
  holds(device.size() < 64 && device != "." && device != "..", "a device is no path");
  for (const unsigned char c : device)
    holds(c > ' ' && c != '/' && c != 127, "a device's name is one word, and no path");
}

void harmless(const Request& request) {
  harmless(request.netdev);
  harmless(request.rdma);
  holds(request.owner.size() <= 2048, "an owner is told in one line");
  for (const unsigned char c : request.owner)
    holds(c >= ' ' && c != 127, "an owner is told in one line");
  for (const std::string& id : request.knobs)
    holds(find_knob(id) != nullptr, "only known knobs are read");
  for (const auto& [id, value] : request.settings) {
    const Knob* knob = find_knob(id);
    holds(knob != nullptr, "only known knobs are written");
    holds(value >= knob->min && value <= knob->max, "only values that a knob takes are written");
  }
  holds(request.id >= 0 && request.heartbeat_s >= 0 && request.heartbeat_s <= 86400,
        "numbers are within their ranges");
}

void refused(const Request& request, std::string_view law) {
  const auto decoded = decode_request(encode(request));
  holds(!decoded, law);
  refused_well(decoded.error(), "request");
}

/// The same request, asking for just too much.
void ranges_are_kept(const Request& request, std::size_t which) {
  const Knob& knob = catalogue()[which % catalogue().size()];
  Request beyond = request;
  beyond.settings[std::string(knob.id)] = knob.min - 1;
  refused(beyond, "a value below its range is refused");
  beyond.settings[std::string(knob.id)] = knob.max;
  if (knob.max < INT64_MAX) ++beyond.settings[std::string(knob.id)];
  holds(knob.max == INT64_MAX || !decode_request(encode(beyond)),
        "a value above its range is refused");
  Request unknown = request;
  unknown.settings["no-such-knob"] = 1;
  refused(unknown, "an unknown knob is not written");
  unknown = request;
  unknown.knobs.emplace_back("no-such-knob");
  refused(unknown, "an unknown knob is not read");
  Request path = request;
  path.netdev += "/../eth0";
  refused(path, "a path is no device");
}

/// An owner names a folder, whose name need not be UTF-8.
void any_owner_arrives(const std::string& text) {
  const auto request = decode_request(encode(Request{.owner = text}));
  if (!request) refused_well(request.error(), "request");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line = text_of(data, size);
  any_owner_arrives(line);
  const auto request = decode_request(line);
  if (!request) {
    refused_well(request.error(), "request");
    return 0;
  }
  harmless(*request);
  round_trip(*request, decode_request, [](const Request& value) { return encode(value); });
  const auto again = decode_request(encode(*request));
  holds(again->settings == request->settings && again->knobs == request->knobs &&
            again->netdev == request->netdev && again->operation == request->operation,
        "a request arrives as it was sent");
  holds(!decode_request(with_unknown_field(line)), "an unknown field is refused");
  ranges_are_kept(*request, size);
  return 0;
}
