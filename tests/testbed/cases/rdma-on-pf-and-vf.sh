# SPDX-License-Identifier: Apache-2.0
# soft-RoCE works over PFs and VFs, shared receive queues and events included; probe names its netdevs
. "$TESTBED/guest/rdma.sh"
sent() { cat "/sys/class/net/$1/statistics/tx_packets"; }
# carries_rdma NETDEV NETDEV ADDRESS: the two under rxe0 and rxe1, and the first one's address.
carries_rdma() {
  expect 0 "$moderato" probe --format json
  equal "$(jq -c '[.rdma[] | {name, netdevs}]' out)" \
    "[{\"name\":\"rxe0\",\"netdevs\":[\"$1\"]},{\"name\":\"rxe1\",\"netdevs\":[\"$2\"]}]" "RDMA devices"
  for program in ibv_rc_pingpong ibv_srq_pingpong; do
    before=$(sent "$1")
    verbs_pingpong $program "$3"
    echo "$program: $usecs us"
    # 200 messages and more, for it sends acknowledgements as well; none took a short cut.
    [ $(($(sent "$1") - before)) -ge 200 ] || fail "$program did not use $1"
  done
}
start_pf
carries_rdma "$pf0" "$pf1" 10.1.0.1
start_vf
carries_rdma "$vf0" "$vf1" 10.3.0.1
