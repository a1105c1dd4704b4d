# SPDX-License-Identifier: Apache-2.0
# modnic tells of sent frames by tx-usecs and tx-frames, and a small send buffer waits for that
start_modnic_hosts adaptive_rx=0 rx_usecs=0 rx_frames=1

# For how many ms 50 datagrams keep a socket busy that holds two of them.
sending() {
  begun=$(date +%s%3N)
  perl -MSocket -e 'socket(S, PF_INET, SOCK_DGRAM, 0) && setsockopt(S, SOL_SOCKET, SO_SNDBUF, 1) or die;
    for (1 .. 50) { send(S, "x" x 1000, 0, pack_sockaddr_in(9, inet_aton("10.2.0.2"))) or die $! }'
  echo $(($(date +%s%3N) - begun))
}

ethtool -C modnic0 tx-usecs 8000 tx-frames 1
sending >/dev/null # perl comes from the host, once
before=$(counter modnic0 tx_interrupts_by_frames)
fast=$(sending)
within 50 $(($(counter modnic0 tx_interrupts_by_frames) - before)) 60 "interrupts at tx-frames 1"

# Two at a time: 25 waits.
for usecs in 2000 8000; do
  ethtool -C modnic0 tx-usecs "$usecs" tx-frames 88
  before=$(counter modnic0 tx_interrupts_by_time)
  within $((usecs * 24 / 1000)) $(($(sending) - fast)) $((usecs * 28 / 1000)) "ms more at tx-usecs $usecs"
  within 24 $(($(counter modnic0 tx_interrupts_by_time) - before)) 28 "interrupts at tx-usecs $usecs"
done
