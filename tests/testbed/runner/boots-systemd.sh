# SPDX-License-Identifier: Apache-2.0
# a case may ask for a boot under systemd
# boot: systemd
equal "$(cat /proc/1/comm)" systemd "first process"
systemctl is-active basic.target
