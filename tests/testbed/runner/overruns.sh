# SPDX-License-Identifier: Apache-2.0
# a case that takes longer than its limit fails
# limit: 2
sleep 1000
