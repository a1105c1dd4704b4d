# SPDX-License-Identifier: Apache-2.0
# a command that fails ends its case, whatever would come after
false
equal 1 1
