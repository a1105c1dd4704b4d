# SPDX-License-Identifier: Apache-2.0
# a machine without a sign of life fails the case that it was at, and the next case runs
kill "$(cat /run/pulse)"
while :; do :; done
