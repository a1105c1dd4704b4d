// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/exchange.hpp"
#include "verbs/port.hpp"

namespace moderato::workloads {

/// How often senders were told that the receiver had nothing posted, as the ports of all ranks
/// count it (hw_counters of the RDMA device: rcvd_rnr_err of rxe, rnr_nak_retry_err of mlx5).
class RnrNaks {
 public:
  /// All ranks together; counts from here.
  RnrNaks(const Exchange& exchange, const Port& port);
  /// All ranks together: rnr_naks, or nothing where no port counts them. A port that several ranks
  /// share is taken once.
  std::map<std::string, double> counters(const Exchange& exchange) const;

 private:
  std::string file_;  ///< empty if there is none
  std::string key_;   ///< of the port, among all hosts
  double begin_ = 0;
};

}  // namespace moderato::workloads
