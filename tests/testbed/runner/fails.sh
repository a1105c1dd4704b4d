# SPDX-License-Identifier: Apache-2.0
# a case that fails says what it found and what it expected
equal 1 2 "a number"
