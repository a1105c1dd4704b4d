// SPDX-License-Identifier: Apache-2.0
// Writes what the code itself encodes, one file an input: FOLDER/TARGET/NAME. Arguments: FOLDER.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "agent/protocol.hpp"
#include "agent/snapshot.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/recorded_messages.hpp"
#include "link/link.hpp"
#include "profile/profile.hpp"
#include "tune/study.hpp"
#include "tune/trial_json.hpp"
#include "workload/door.hpp"
#include "workload/links.hpp"
#include "workload/sample_encoder.hpp"

using namespace moderato;

namespace {

namespace fs = std::filesystem;

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& bytes) {
    const fs::path folder = folder_ / target;
    fs::create_directories(folder);
    std::ofstream(folder / ("encoded-" + std::to_string(count_++)), std::ios::binary) << bytes;
  }

 private:
  fs::path folder_;
  int count_ = 0;
};

const Summary summary{.n = 5000,
                      .min = 1,
                      .mean = 2.5,
                      .sd = 0.25,
                      .median = 2.25,
                      .p90 = 3,
                      .p95 = 4,
                      .p99 = 5,
                      .max = 1e3,
                      .p999 = 6};

HostReport report() {
  Device device{.netdev = "eth0",
                .driver = "mlx5_core",
                .firmware = "16.32",
                .pci_address = "0000:81:00.1",
                .pci_id = "15b3:1018",
                .kind = DeviceKind::vf,
                .pf = "eth1",
                .numa_node = 0,
                .link_up = true,
                .speed_mbps = 100'000,
                .mtu = 1500,
                .mac = "02:00:00:00:00:01",
                .rdma = {"mlx5_0"},
                .irqs = {{24, "mlx5_comp0", "0-3", "1"}}};
  device.knobs = {{"rx-usecs", 8, ""}, {"rx-frames", {}, "the driver does not report it"}};
  return {"node7", "6.1.0", {device}, {{.name = "mlx5_0", .state = "ACTIVE", .netdevs = {"eth0"}}}};
}

void add_protocol(Seeds& seeds) {
  for (int i = 0; i <= static_cast<int>(Operation::beat); ++i)
    seeds.add("request", encode(Request{.id = i,
                                        .operation = static_cast<Operation>(i),
                                        .netdev = "eth0",
                                        .rdma = "mlx5_0",
                                        .owner = "study x of user y",
                                        .knobs = {"rx-usecs", "gro-flush-timeout"},
                                        .settings = {{"adaptive-rx", 1}, {"rx-usecs", 16}},
                                        .heartbeat_s = 2.5}));
  Request every{.operation = Operation::write, .netdev = "eth0"};
  for (const Knob& knob : catalogue())
    every.settings[std::string(knob.id)] = knob.max;
  seeds.add("request", encode(every));
  seeds.add("reply", encode(Reply{.id = 1, .host = "node7", .version = "0.1.0", .protocol = 2}));
  seeds.add("reply", encode(Reply{.id = 2, .report = report()}));
  seeds.add("reply", encode(Reply{.id = 3,
                                  .settings = every.settings,
                                  .notes = {"rx-usecs of eth0: 8 -> 64", "two\nlines"},
                                  .namespaces = {"a", "b"},
                                  .traffic = {5, 0, 7}}));
  seeds.add("reply", encode(Reply{.id = 4, .outcome = fail(Fault::usage, "no such 'x'", "see")}));
}

void add_netlink(Seeds& seeds) {
  const auto add = [&](const Bytes& bytes) {
    seeds.add("netlink", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  };
  for (const auto hex : recorded::all)
    add(recorded::from_hex(hex));
  Settings settings;
  for (const Knob& knob : catalogue())
    if (knob.access == Access::ethtool) settings[std::string(knob.id)] = knob.max;
  Bytes reply = recorded::from_hex(recorded::tap_zero);
  const Bytes payload = encode_coalesce_set("enp129s0f1np1", settings).value();
  reply.resize(16);
  reply.front() = static_cast<std::byte>(16 + payload.size());
  reply[1] = static_cast<std::byte>((16 + payload.size()) >> 8);
  reply.insert(reply.end(), payload.begin(), payload.end());
  reply[16] = std::byte{20};  // ETHTOOL_MSG_COALESCE_GET_REPLY
  add(reply);
}

void add_samples(Seeds& seeds) {
  seeds.add("samples", encoded({1}));
  seeds.add("samples", encoded({0, 1, 2, 0xffffffff}));
  seeds.add("samples", encoded(R"({"schema": "moderato-samples/1", "count": 2, "resolution_ns": 10,
)"
                               "\"counters\": {\"bytes_per_s\": 1e9}}",
                               {7, 8}));
  for (const char* line : {"t=12.5\n", "8 1.20\n16 1.31 2.5\n", " Time in seconds = 1.25\n",
                           " Verification = SUCCESSFUL\n Time in seconds = 0.5\n",
                           "#bytes #repetitions t_min[usec]\n 8 1000 1.5 1.6 1.7\n", "1\r2\r3\n"})
    seeds.add("samples", line);
}

Profile profile() {
  Profile profile{.name = "mlx5-vf",
                  .workload_class = "micro",
                  .outcome = Outcome::improved,
                  .settings = {{"rx-frames", 1}, {"rx-usecs", 8}},
                  .process = {},
                  .match = match_for(report().devices.front()),
                  .fingerprint = fingerprint_of(report().devices.front(), "6.1.0"),
                  .evidence = {}};
  const ConstraintFinding kept{.constraint = "throughput >= 0.98",
                               .rounds = 15,
                               .ratio_median = 1.01,
                               .ratio_low = 0.99,
                               .ratio_high = 1.02,
                               .confidence = 0.96,
                               .p = 0.9};
  profile.evidence = {.policy = "micro",
                      .objective = "p99",
                      .study = "study-1",
                      .created = "2026-11-24T14:02:33Z",
                      .noise_floor = 0.031,
                      .candidates = 12,
                      .baseline_settings = {{"rx-frames", 88}, {"rx-usecs", 16}},
                      .baseline = {{"udp-pingpong", summary}},
                      .comparisons = {{.settings = profile.settings,
                                       .rounds = 15,
                                       .tested_rounds = 15,
                                       .ratio_median = 0.7,
                                       .ratio_low = 0.65,
                                       .ratio_high = 0.75,
                                       .confidence = 0.96,
                                       .p_rank = 1e-4,
                                       .p_holm = 3e-4,
                                       .p_t = 1e-5,
                                       .outlier_rate = 0.01,
                                       .summaries = {{"udp-pingpong", summary}},
                                       .constraints = {kept}}}};
  return profile;
}

void add_profiles(Seeds& seeds) {
  Profile improved = profile();
  seeds.add("profile", to_json(improved));
  improved.process = {{"srq-limit", 4}};
  improved.evidence.comparisons.front().settings["srq-limit"] = 4;
  seeds.add("profile", to_json(improved));
  Profile none = profile();
  none.outcome = Outcome::baseline_is_best;
  none.evidence.comparisons.clear();
  seeds.add("profile", to_json(none));
}

void add_records(Seeds& seeds) {
  const Settings settings{{"rx-frames", 1}, {"rx-usecs", 8}};
  const Trial trial{.key = {Phase::confirm, 3, 2, 0},
                    .settings = settings,
                    .effective = {{"node7/eth0", settings}, {"node8/eth0", settings}},
                    .outcomes = {{.workload = "udp-pingpong",
                                  .unit = "us",
                                  .summary = summary,
                                  .counters = {{"messages_per_s", 1e5}},
                                  .warm_up = 10,
                                  .settled = false}},
                    .score = 5,
                    .figures = {{"throughput", 1e9}},
                    .started = "2026-11-24T14:02:33Z",
                    .seconds = 1.5};
  seeds.add("records", to_json(trial));
  seeds.add("records", to_json(Trial{.key = {Phase::calibrate, 0, 0, 1},
                                     .settings = settings,
                                     .state = TrialState::failed,
                                     .reason = "exited with status 2",
                                     .workload_stderr = "no route to host\n"}));
  StudyHeader header{.name = "study-1",
                     .created = "2026-11-24T14:02:33Z",
                     .version = "0.1.0",
                     .seed = 7,
                     .link_source = "lab.json",
                     .policy_source = "policies/micro.json",
                     .process_baseline = {{"srq-limit", 1}},
                     .out_of_reach = {{"srq-limit", "udp-pingpong", "it has no queue"}},
                     .cuts_warm_up = true};
  for (const Endpoint& endpoint : two_namespaces().endpoints)
    header.endpoints.push_back({endpoint, {}, settings});
  seeds.add("records", to_json(header));
}

/// As a store keeps it.
void add_snapshots(Seeds& seeds, const fs::path& folder) {
  const SnapshotStore store(folder / "state");
  const Snapshot snapshot{.netdev = "eth0",
                          .mac = "02:00:00:00:00:01",
                          .boot_id = "6f1f8d5e-0000-4000-8000-000000000000",
                          .network_namespace = {4026531840, "a", true},
                          .settings = {{"rx-frames", 88}, {"rx-usecs", 16}},
                          .created = "2026-11-24T14:02:33Z",
                          .others = {{"adaptive-rx", 1}},
                          .moving = {"adaptive-rx"},
                          .behind = {{"rx-usecs", 8}}};
  fs::create_directories(store.folder());
  if (!store.save(snapshot)) return;
  for (const auto& entry : fs::directory_iterator(store.folder())) {
    std::ifstream in(entry.path(), std::ios::binary);
    if (entry.path().extension() == ".json")
      seeds.add("snapshot", {std::istreambuf_iterator(in), {}});
  }
  fs::remove_all(folder / "state");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  Seeds seeds(argv[1]);
  fs::create_directories(argv[1]);
  add_protocol(seeds);
  add_netlink(seeds);
  add_samples(seeds);
  add_profiles(seeds);
  add_records(seeds);
  add_snapshots(seeds, argv[1]);
  seeds.add("catalogue", to_json(two_namespaces()));
  for (const char* hosts :
       {"node[1-3,07-12],login", "a[1-2]b[08-10]", "node7 slots=4\nnode8 # x\n"})
    seeds.add("hosts", hosts);
  for (const Argv& words : {Argv{"orted", "-mca", "orte_hnp_uri", "\"4.0;tcp://10.0.0.1:52023\""},
                            Argv{"PATH=/opt/mpi/bin:$PATH", ";", "export", "PATH", ";", "orted"}})
    seeds.add("door", to_bytes({"10.0.0.1", words}));
  return 0;
}
