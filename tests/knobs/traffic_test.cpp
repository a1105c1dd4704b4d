// SPDX-License-Identifier: Apache-2.0
#include "knobs/traffic.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "temporary_folder.hpp"

using namespace moderato;

namespace {

/// A /sys of files made up.
struct Sys {
  TemporaryFolder root;
  void put(const std::filesystem::path& file, const std::string& text) const {
    std::filesystem::create_directories((root.path() / file).parent_path());
    std::ofstream(root.path() / file) << text << '\n';
  }
};

}  // namespace

TEST_CASE("packets are counted by the netdev and by the ports of its RDMA device") {
  const Sys sys;
  sys.put("class/net/eth0/statistics/tx_packets", "17");
  sys.put("class/net/eth0/statistics/rx_packets", "18");
  sys.put("class/infiniband/mlx5_0/ports/1/counters/port_xmit_packets", "100");
  sys.put("class/infiniband/mlx5_0/ports/2/counters/port_xmit_packets", "20");
  sys.put("class/infiniband/rxe0/ports/1/hw_counters/sent_pkts", "3");
  CHECK(traffic_of("eth0", "", sys.root.path()).netdev_packets == 17);
  CHECK(traffic_of("eth0", "", sys.root.path()).netdev_received == 18);
  CHECK_FALSE(traffic_of("eth0", "", sys.root.path()).rdma_packets);
  CHECK(traffic_of("eth0", "mlx5_0", sys.root.path()).rdma_packets == 120);
  CHECK(traffic_of("eth0", "rxe0", sys.root.path()).rdma_packets == 3);
}

TEST_CASE("what is not counted is unknown, not none") {
  const Sys sys;
  sys.put("class/infiniband/bare/ports/1/state", "4: ACTIVE");
  CHECK_FALSE(traffic_of("eth0", "bare", sys.root.path()).netdev_packets);
  CHECK_FALSE(traffic_of("eth0", "bare", sys.root.path()).rdma_packets);
  CHECK_FALSE(traffic_of("eth0", "none", sys.root.path()).rdma_packets);
}
