// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "verbs/completion.hpp"
#include "verbs/memory.hpp"
#include "verbs/port.hpp"

namespace moderato::workloads {

/// Of UD: whoever has it may send to us.
inline constexpr std::uint32_t queue_key = 0x6d6f6465;

/// What the other side has to know of a queue pair.
struct QueuePairAddress {
  std::array<std::uint8_t, 16> gid{};
  std::uint32_t number = 0, first_packet = 0;
  std::uint16_t lid = 0;
  std::int32_t mtu = IBV_MTU_256;  ///< an ibv_mtu
};

struct QueuePairPlan {
  Transport transport = Transport::rc;
  std::uint32_t depth = 128;       ///< work requests of each queue
  std::uint32_t inline_bytes = 0;  ///< to go into work requests themselves
  ibv_srq* shared = nullptr;       ///< receive queue in the place of an own one
  int access = plain_access;
};

/// A send queue and a receive queue.
class QueuePair {
 public:
  QueuePair(const Port& port, ibv_pd& domain, CompletionQueue& sends, CompletionQueue& receives,
            const QueuePairPlan& plan);

  QueuePairAddress address() const;
  /// Ready to send: RC to `other` alone, UD to whoever a request names.
  void connect(const QueuePairAddress& other);
  /// Names `other` in UD requests.
  AddressHandle handle_of(const QueuePairAddress& other, ibv_pd& domain) const;

  /// Posts what nobody waits for. The send queue forgets requests only with the completion of a
  /// later one, so some have one, which is taken here.
  void post(ibv_send_wr& request);
  /// Posts one whose completion the caller takes.
  void post_signalled(ibv_send_wr& request);
  void post_receive(ibv_recv_wr& request);
  /// Takes what post() has left to take. Throws Failure when a request has failed.
  void reap();

  std::uint32_t max_inline() const { return max_inline_; }

 private:
  void submit(ibv_send_wr& request);

  const Port& port_;
  CompletionQueue& sends_;
  Transport transport_;
  QueuePairHandle pair_;
  int access_;
  std::uint32_t max_inline_ = 0, first_packet_;
  std::uint32_t stride_, posted_ = 0;
  bool completion_due_ = false;
};

/// One with as much room for inline data as the device grants, or as was asked for.
QueuePair make_pair(const Port& port, ibv_pd& domain, CompletionQueue& sends,
                    CompletionQueue& receives, const VerbsArguments& arguments,
                    const QueuePairPlan& plan);

}  // namespace moderato::workloads
