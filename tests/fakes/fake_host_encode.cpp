// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "fakes/fake_host.hpp"

namespace moderato {
namespace {

using Json = nlohmann::ordered_json;

Json encode(const ForeignWriter& writer) {
  const bool after = writer.when == ForeignWriter::When::after_write;
  return {{"when", after ? "after_write" : "before_read"},
          {"nth", writer.nth},
          {"settings", writer.settings},
          {"tells", writer.tells}};
}

Json encode(const Character& character) {
  Json json = Json::object();
  json["rejects"] = Json::array();
  for (const auto& [knob, from, to, text] : character.rejects)
    json["rejects"].push_back({{"knob", knob}, {"from", from}, {"to", to}, {"text", text}});
  json["rounds"] = character.rounds;
  json["clamps"] = Json::object();
  for (const auto& [knob, range] : character.clamps)
    json["clamps"][knob] = {range.first, range.second};
  json["ignores"] = character.ignores;
  json["lies"] = character.lies;
  json["refuses_its_default"] = character.refuses_its_default;
  json["refuses_together"] = Json::array();
  for (const auto& [settings, text] : character.refuses_together)
    json["refuses_together"].push_back({{"settings", settings}, {"text", text}});
  json["mode_resets"] = character.mode_resets;
  json["shows_while_adaptive"] = character.shows_while_adaptive;
  json["rung_step"] = character.rung_step;
  json["refuses_while_adaptive"] = character.refuses_while_adaptive;
  if (character.foreign_writer) json["foreign_writer"] = encode(*character.foreign_writer);
  if (character.fails_after) json["fails_after"] = *character.fails_after;
  if (character.fails_until) json["fails_until"] = *character.fails_until;
  if (character.gone_after) json["gone_after"] = *character.gone_after;
  json["slow_ms"] = character.slow_ms;
  return json;
}

Json encode_facts(const Device& facts) {
  Json json{{"netdev", facts.netdev},
            {"driver", facts.driver},
            {"driver_version", facts.driver_version},
            {"firmware", facts.firmware},
            {"pci_address", facts.pci_address},
            {"pci_id", facts.pci_id},
            {"kind", name_of(facts.kind)},
            {"mac", facts.mac},
            {"management", facts.management},
            {"mtu", facts.mtu},
            {"link_up", facts.link_up}};
  if (facts.speed_mbps) json["speed_mbps"] = *facts.speed_mbps;
  return json;
}

Json encode(const FakeDevice& device) {
  Json json = encode_facts(device.facts);
  json["settings"] = device.settings;
  json["truth"] = device.truth;
  json["initial"] = device.initial;
  json["character"] = encode(device.character);
  json["gone"] = device.gone;
  json["ifindex"] = device.ifindex;
  json["packets_a_look"] = device.packets_a_look;
  json["reads"] = device.reads;
  json["journal"] = Json::array();
  for (const auto& [settings, refused, changed] : device.journal)
    json["journal"].push_back({{"settings", settings}, {"refused", refused}, {"changed", changed}});
  json["notifications"] = Json::array();
  for (const auto& [writer, now] : device.notifications)
    json["notifications"].push_back({{"writer", writer}, {"now", now}});
  return json;
}

}  // namespace

std::string to_json(const FakeHost& host) {
  Json json{{"schema", "moderato-fake-nic/1"},
            {"host", host.host},
            {"kernel", host.kernel},
            {"writers", host.writers}};
  json["devices"] = Json::array();
  for (const FakeDevice& device : host.devices)
    json["devices"].push_back(encode(device));
  return json.dump(2) + "\n";
}

}  // namespace moderato
