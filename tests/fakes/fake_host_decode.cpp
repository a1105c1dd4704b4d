// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/document.hpp"
#include "fakes/fake_host.hpp"
#include "knobs/catalogue.hpp"

namespace moderato {
namespace {

constexpr IntegerRange count{0, INT32_MAX};

int small(const Node& node, const std::string& key, std::optional<std::int64_t> fallback = {}) {
  return static_cast<int>(node.integer(key, count, fallback));
}

/// A knob that does not exist would never be asked for, and the test prove nothing.
void check_knob(const Node& node, const std::string& id) {
  if (find_knob(id) == nullptr)
    node.fault(fmt::format("unknown knob '{}'", id), "correct the name");
}

Settings settings_of(const Node& node, const std::string& key) {
  Settings settings = node.integer_map(key);
  for (const auto& [id, value] : settings)
    check_knob(node, id);
  return settings;
}

std::vector<std::string> knobs_of(const Node& node, const std::string& key) {
  auto knobs = node.texts(key, std::vector<std::string>{});
  for (const auto& id : knobs)
    check_knob(node, id);
  return knobs;
}

Refusal decode_refusal(const Node& node) {
  Refusal refusal{.knob = node.text("knob"), .from = node.integer("from", {})};
  check_knob(node, refusal.knob);
  refusal.to = node.integer("to", {.min = refusal.from}, refusal.from);
  refusal.text = node.text("text", "");
  return refusal;
}

ForeignWriter decode_foreign_writer(const Node& node) {
  const bool after = node.choice("when", {"after_write", "before_read"}) == "after_write";
  return {.when = after ? ForeignWriter::When::after_write : ForeignWriter::When::before_read,
          .nth = static_cast<int>(node.integer("nth", {1, INT32_MAX}, 1)),
          .settings = settings_of(node, "settings"),
          .tells = node.boolean("tells", true)};
}

void decode_clamps(const Node& node, Character& character) {
  for (const auto& knob : node.keys()) {
    check_knob(node, knob);
    const auto range = node.integers(knob, {});
    if (range.size() == 2) character.clamps[knob] = {range[0], range[1]};
    if (range.size() != 2 || range[0] > range[1])
      node.fault("no range", "write the smallest and the largest value", knob);
  }
}

Character decode_character(const Node& node) {
  Character character;
  for (const Node& refusal : node.array("rejects", true))
    character.rejects.push_back(decode_refusal(refusal));
  character.rounds = settings_of(node, "rounds");
  for (const auto& [id, step] : character.rounds) {
    if (step < 1) node.fault(fmt::format("{} cannot be a multiple of {}", id, step), "", "rounds");
  }
  decode_clamps(node.object("clamps", true), character);
  character.ignores = knobs_of(node, "ignores");
  character.lies = knobs_of(node, "lies");
  character.refuses_its_default = knobs_of(node, "refuses_its_default");
  for (const Node& together : node.array("refuses_together", true))
    character.refuses_together.push_back(
        {settings_of(together, "settings"), together.text("text", "")});
  const Node modes = node.object("mode_resets", true);
  for (const auto& mode : modes.keys())
    character.mode_resets[mode] = settings_of(modes, mode);
  character.shows_while_adaptive = settings_of(node, "shows_while_adaptive");
  character.rung_step = node.integer("rung_step", count, 0);
  character.refuses_while_adaptive = node.boolean("refuses_while_adaptive", false);
  if (node.has("foreign_writer"))
    character.foreign_writer = decode_foreign_writer(node.object("foreign_writer"));
  if (node.has("fails_after")) character.fails_after = small(node, "fails_after");
  if (node.has("fails_until")) character.fails_until = small(node, "fails_until");
  if (node.has("gone_after")) character.gone_after = small(node, "gone_after");
  character.slow_ms = small(node, "slow_ms", 0);
  return character;
}

Device decode_facts(const Node& node) {
  Device facts{.netdev = node.text("netdev"),
               .driver = node.text("driver", ""),
               .driver_version = node.text("driver_version", ""),
               .firmware = node.text("firmware", ""),
               .pci_address = node.text("pci_address", ""),
               .pci_id = node.text("pci_id", "")};
  facts.kind = device_kind(node.choice("kind", {"pf", "vf", "virtual"}, "pf")).value();
  facts.mac = node.text("mac", "");
  facts.management = node.text("management", "");
  facts.mtu = small(node, "mtu", 1500);
  facts.link_up = node.boolean("link_up", true);
  if (node.has("speed_mbps")) facts.speed_mbps = node.integer("speed_mbps", count);
  return facts;
}

FakeDevice decode_device(const Node& node) {
  FakeDevice device;
  device.facts = decode_facts(node);
  device.settings = settings_of(node, "settings");
  device.truth = settings_of(node, "truth");
  // A file written by hand starts with what it says.
  device.initial = node.has("initial") ? settings_of(node, "initial") : device.settings;
  device.character = decode_character(node.object("character", true));
  device.gone = node.boolean("gone", false);
  device.ifindex = small(node, "ifindex", 0);
  device.packets_a_look = node.integer("packets_a_look", count, 0);
  device.reads = small(node, "reads", 0);
  for (const Node& entry : node.array("journal", true))
    device.journal.push_back({settings_of(entry, "settings"), entry.text("refused", ""),
                              entry.boolean("changed", false)});
  for (const Node& told : node.array("notifications", true))
    device.notifications.push_back({small(told, "writer", 0), settings_of(told, "now")});
  return device;
}

}  // namespace

Result<FakeHost> fake_host_from_json(const std::string& text, const std::string& source) {
  auto document = Document::parse(text, source, "moderato-fake-nic/1");
  if (!document) return fail(document);
  const Node root = document->root();
  FakeHost host{.host = root.text("host", "fake"), .kernel = root.text("kernel", "6.1.0")};
  root.ignore("comment");
  for (const Node& device : root.array("devices"))
    host.devices.push_back(decode_device(device));
  host.writers = small(root, "writers", 0);
  if (auto done = document->finish(); !done) return fail(done);
  return host;
}

}  // namespace moderato
