# SPDX-License-Identifier: Apache-2.0
# probe names PFs, VFs and whose VF each one is
start_igb
start_vfs
expect 0 "$moderato" probe --format json
cp out probe.json

# of NETDEV FIELD: a field of a device in what probe said.
of() { jq -r ".devices[] | select(.netdev == \"$1\") | .$2" probe.json; }

for pf in "$pf0" "$pf1"; do
  equal "$(of "$pf" kind)" pf "kind of $pf"
  equal "$(of "$pf" driver)" igb "driver of $pf"
  equal "$(of "$pf" pci_id)" 8086:10c9 "PCI id of $pf"
  equal "$(of "$pf" vf_count)" 1 "VFs of $pf"
done
for vf in "$vf0" "$vf1"; do
  equal "$(of "$vf" kind)" vf "kind of $vf"
  equal "$(of "$vf" driver)" igbvf "driver of $vf"
  equal "$(of "$vf" pci_id)" 8086:10ca "PCI id of $vf"
done
equal "$(of "$vf0" pf)" "$pf0" "PF of $vf0"
equal "$(of "$vf1" pf)" "$pf1" "PF of $vf1"
equal "$(of lo kind)" virtual "kind of lo"

expect 0 "$moderato" probe
says "$vf0"
