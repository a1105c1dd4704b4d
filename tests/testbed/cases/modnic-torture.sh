# SPDX-License-Identifier: Apache-2.0
# modnic comes and goes under traffic, changes and lost namespaces, and the kernel has no complaint
for round in 1 2 3 4; do
  start_modnic_hosts pairs=2 flap_ms=20 dim=$((round % 2))
  ping -f -q -w 3 10.2.0.2 >/dev/null &
  in_host hB ping -f -q -w 3 -l 50 -s 1400 10.2.0.1 >/dev/null &
  for usecs in 0 8000 1 300 16; do
    ethtool -C modnic0 adaptive-rx off rx-usecs "$usecs" rx-frames $((usecs % 7 + 1)) \
      tx-usecs "$usecs" tx-frames $((usecs % 5 + 1))
    in_host hB ethtool -C modnic1 adaptive-rx on tx-usecs "$usecs" tx-frames 1024
    ethtool -S modnic0 >/dev/null
    ip link set modnic0 down
    sleep 0.05
    ip link set modnic0 mtu $((600 + usecs % 900)) up
    sleep 0.2
  done
  case $round in
  1) ip netns del hB ;;
  2) rmmod modnic ;;
  3) ip link set modnic0 down && ip netns del hB ;;
  4) ip netns del hB & rmmod modnic ;;
  esac
  wait
done
