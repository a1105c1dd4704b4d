// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace moderato {

// From a class device (/sys/class/net/X, /sys/class/infiniband/X) to the hardware behind it.
// Private to the module.

/// "0000:81:00.1"; domains of virtual PCI roots have more than four digits.
bool is_pci_address(std::string_view text);

struct PciFunction {
  std::filesystem::path folder;  ///< may lead through symbolic links
  std::string address;
};

/// The PCI function behind a class device, also through another bus (virtio, auxiliary): the
/// nearest PCI parent. Nothing: there is none.
std::optional<PciFunction> pci_function(const std::filesystem::path& class_device);

/// vendor:device, "8086:10c9"; "" if unreadable.
std::string pci_id_of(const std::filesystem::path& pci_function);

/// A VF by what it is. Passed through to a virtual machine, it has no `physfn` there, and no
/// register that would tell.
bool is_known_vf(std::string_view driver, std::string_view pci_id);

/// A netdev that stands for the port of a VF or subfunction on the embedded switch of its NIC.
bool is_representor(const std::filesystem::path& netdev);

/// The netdev of the PF of the VF `pci_function` with the netdev `netdev`; "" if the host cannot
/// see it.
std::string pf_of(const std::filesystem::path& pci_function, const std::filesystem::path& netdev);

}  // namespace moderato
