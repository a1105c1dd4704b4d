# SPDX-License-Identifier: Apache-2.0
# after a power cut a case goes on with its next part, and finds on the disk what was synced
if [ "$PART" = 1 ]; then
  echo "this is part 1"
  mkdir /disk/case
  echo kept >/disk/case/file
  sync
  power_cut
fi
equal "$PART" 2 part
equal "$(cat /disk/case/file)" kept "what was on the disk"
