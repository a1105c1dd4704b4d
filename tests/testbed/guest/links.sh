# SPDX-License-Identifier: Apache-2.0
# Sourced by lib.sh: the links of the testbed, ready for `moderato tune --link NAME`.
#   modnic   modnic0 - modnic1        the paper's knobs
#   pf       igb - igb                $pf0, $pf1
#   vf       igbvf - igbvf            $vf0, $vf1
#   cluster  four hosts on a switch   modnic0, 2, 4, 6 in the namespaces h0 to h3
#   guest    igbvf - igbvf in a virtual machine: inner.sh
# The first three have sockets and RDMA (soft-RoCE rxe0 and rxe1); they are two NICs of one host.

# As every host has it: what is for a local address never leaves.
local_first() { ip rule show | grep -q '^0:'; }

# What one NIC sends to the address of the other shall leave through the wire, although both are
# local; soft-RoCE leaves no choice: up to Linux 6.12 it lives in the initial namespace alone.
# So local addresses come last, except for what arrives from the wire.
route_over_the_wire() {
  while ip rule del pref 1 2>/dev/null; do :; done
  local_first || return 0
  ip rule add pref 5 to 127.0.0.0/8 lookup local
  ip rule add pref 10 lookup main
  ip rule add pref 11 lookup local
  ip rule del pref 0
}

# For links whose ends are in namespaces of their own.
route_as_usual() {
  local_first || ip rule add pref 0 lookup local
  for pref in 1 5 10 11; do
    while ip rule del pref $pref 2>/dev/null; do :; done
  done
}

# attach NETDEV OWN_ADDRESS OTHER_ADDRESS
attach() {
  ip link set "$1" up
  ip address replace "$2/32" dev "$1"
  ip route replace "$3" dev "$1" src "$2"
  ip rule add pref 1 iif "$1" lookup local
  for setting in accept_local=1 rp_filter=0 arp_ignore=1 arp_announce=2; do
    echo "${setting#*=}" >"/proc/sys/net/ipv4/conf/$1/${setting%=*}"
  done
}

add_rdma() {
  modprobe rdma_rxe
  for name in rxe0 rxe1; do rdma link delete $name 2>/dev/null || :; done
  rdma link add rxe0 type rxe netdev "$1"
  rdma link add rxe1 type rxe netdev "$2"
}

reaches() { ping -c 1 -W 1 -q -I "$1" "$2" >/dev/null; }

# leave_others NETDEV NETDEV: those of an earlier link have no address any more. Open MPI 5.0 has its ranks
# call it back at the first address of the host, also where no route leads to it.
leave_others() {
  for other in $(ls /sys/class/net); do
    case $other in lo | "$1" | "$2") ;; *) ip address flush dev "$other" ;; esac
  done
}

# join NAME NETDEV ADDRESS NETDEV ADDRESS: makes a link of two NICs of this host.
join() {
  echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
  route_over_the_wire
  leave_others "$2" "$4"
  attach "$2" "$3" "$5"
  attach "$4" "$5" "$3"
  ip route get "$5" from "$3" | grep -q "dev $2 " || fail "what $3 sends to $5 does not leave by $2"
  eventually 20 reaches "$3" "$5"
  add_rdma "$2" "$4"
  define_link "$1" "$(endpoint - "$2" "$3")" "$(endpoint - "$4" "$5")"
}

# start_modnic PARAMETER...
start_modnic() {
  load_modnic "$@"
  join modnic modnic0 10.2.0.1 modnic1 10.2.0.2
}
# Both ends in hosts of their own: modnic1 in hB. The link has the same name, and no RDMA.
start_modnic_hosts() {
  route_as_usual
  load_modnic "$@"
  ip link set modnic0 up
  ip address replace 10.2.0.1/24 dev modnic0
  host_of hB modnic1 10.2.0.2
  define_link modnic "$(endpoint - modnic0 10.2.0.1)" "$(endpoint hB modnic1 10.2.0.2)"
  eventually 20 in_host hB ping -c 1 -W 1 -q 10.2.0.1
}

start_pf() {
  start_igb
  join pf "$pf0" 10.1.0.1 "$pf1" 10.1.0.2
}

start_vf() {
  start_igb
  start_vfs
  join vf "$vf0" 10.3.0.1 "$vf1" 10.3.0.2
}

# start_cluster PARAMETER...: the other end of each host's NIC is a port of the switch, which does
# not moderate.
start_cluster() {
  route_as_usual
  load_modnic pairs=4 "$@"
  ip link delete switch 2>/dev/null || :
  ip link add switch type bridge
  ip link set switch up
  endpoints=
  for n in 0 1 2 3; do
    port=modnic$((2 * n + 1))
    ethtool -C $port adaptive-rx off rx-usecs 0 rx-frames 1
    ip link set $port master switch up
    host_of h$n modnic$((2 * n)) 10.4.0.$((n + 1))
    endpoints="$endpoints $(endpoint h$n modnic$((2 * n)) 10.4.0.$((n + 1)) | jq -c .)"
  done
  # shellcheck disable=SC2086  # a list of words without blanks
  define_link cluster $endpoints
  for n in 2 3 4; do eventually 20 in_host h0 ping -c 1 -W 1 -q 10.4.0.$n; done
}

# set_both KEY VALUE...: ethtool -C on both ends of the link modnic, wherever modnic1 is.
set_both() {
  ethtool -C modnic0 "$@"
  if [ -e /sys/class/net/modnic1 ]; then ethtool -C modnic1 "$@"; else in_host hB ethtool -C modnic1 "$@"; fi
}
