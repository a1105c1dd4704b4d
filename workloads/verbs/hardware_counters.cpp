// SPDX-License-Identifier: Apache-2.0
#include "verbs/hardware_counters.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace moderato::workloads {
namespace {

/// What one rank has seen, of which port.
struct Count {
  std::array<char, 160> port{};
  double naks = -1;  ///< none: nobody counts
};

std::string file_of(const Port& port) {
  const std::string folder =
      fmt::format("/sys/class/infiniband/{}/ports/{}/hw_counters/", port.device, port.number);
  for (const char* name : {"rcvd_rnr_err", "rnr_nak_retry_err"})
    if (std::ifstream(folder + name)) return folder + name;
  return {};
}

double number_in(const std::string& file) {
  double number = 0;
  std::ifstream(file) >> number;
  return number;
}

std::string host_name() {
  std::array<char, 65> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace

RnrNaks::RnrNaks(const Exchange& exchange, const Port& port)
    : file_(file_of(port)), key_(host_name() + "/" + port.name()) {
  exchange.barrier();
  begin_ = number_in(file_);
}

std::map<std::string, double> RnrNaks::counters(const Exchange& exchange) const {
  Count own;
  std::copy_n(key_.begin(), std::min(key_.size(), own.port.size()), own.port.begin());
  if (!file_.empty()) own.naks = number_in(file_) - begin_;
  std::map<std::array<char, 160>, double> ports;
  for (const Count& count : exchange.everyones(own))
    if (count.naks >= 0) ports[count.port] = std::max(ports[count.port], count.naks);
  if (ports.empty()) return {};
  double sum = 0;
  for (const auto& [port, naks] : ports)
    sum += naks;
  return {{"rnr_naks", sum}};
}

}  // namespace moderato::workloads
