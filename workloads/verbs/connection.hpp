// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "common/exchange.hpp"
#include "verbs/queue_pair.hpp"

namespace moderato::workloads {

/// One end of a queue pair between two ranks, with memory to send from and to receive into. Both
/// ranks make theirs at the same time.
class Connection {
 public:
  /// `inlined`: whether small messages go into the work requests. `receive_size`: bytes of `in`.
  Connection(const Exchange& exchange, const VerbsArguments& arguments, bool inlined,
             std::size_t receive_size, int access = plain_access);

  /// What arrives in `receives`; nothing, when none came in time.
  std::optional<ibv_wc> received(std::chrono::milliseconds patience);
  /// A work request that sends all of `out`; the caller adds what is special.
  ibv_send_wr request(ibv_wr_opcode code);
  /// The same for one that names memory of the other side.
  ibv_send_wr remote_request(ibv_wr_opcode code);
  /// One that the other side's NIC answers by itself, into what `in` names.
  ibv_send_wr one_sided_request(ibv_wr_opcode code);
  [[noreturn]] void report_silence();

  /// inline, max_inline
  std::map<std::string, double> counters() const;

  Port port;
  DomainHandle domain;
  CompletionQueue sends, receives;
  Memory out, in;
  QueuePair pair;
  AddressHandle other_handle;  ///< of UD

 private:
  void join(const Exchange& exchange, const VerbsArguments& arguments);

  int other_rank_;
  std::uint32_t other_number_ = 0, other_key_ = 0;
  std::uint64_t other_address_ = 0;
  bool inlined_;
  ibv_sge whole_out_, whole_in_;
};

}  // namespace moderato::workloads
