// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/exchange.hpp"
#include "verbs/queue_pair.hpp"
#include "verbs/shared_receives.hpp"

namespace moderato::workloads {

inline constexpr int max_mesh_ranks = 64;

/// A reliable connection to each of the other ranks that `wanted` names, of which all receive
/// through one shared queue. All ranks make theirs at the same time.
class Mesh {
 public:
  using Wanted = std::function<bool(int other)>;
  Mesh(const Exchange& exchange, const VerbsArguments& arguments, std::uint32_t depth,
       const Wanted& wanted);

  /// A connection, and what of it waits to be read.
  struct Peer {
    Peer(Mesh& mesh, const VerbsArguments& arguments, std::uint32_t depth);
    CompletionQueue sends;
    QueuePair pair;
    std::uint32_t sent = 0, received = 0;
    struct Message {
      std::size_t buffer;
      std::span<const char> bytes;
    };
    std::deque<Message> inbox;
  };

  Peer& peer(int rank) { return *peers_[static_cast<std::size_t>(rank)]; }
  /// Sends bytes of registered memory to `rank`. They must stay until it has got them.
  void send(int rank, const ibv_sge& bytes, bool signalled = false);
  /// The rank whose message is the next to come; it stands last in that peer's inbox.
  int receive();
  /// The next message of `rank`, whatever comes before from others. Its buffer is to be given back.
  Peer::Message receive_from(int rank);

  /// Whether messages of `size` bytes go inside of work requests.
  bool inlines(std::size_t size) const { return may_inline_ && size <= max_inline_; }
  std::uint32_t max_inline() const { return max_inline_; }

  Port port;
  DomainHandle domain;
  CompletionQueue receives;
  SharedReceives shared;

 private:
  void join(const Exchange& exchange);

  std::vector<std::unique_ptr<Peer>> peers_;  ///< by rank; empty where there is no connection
  std::map<std::uint32_t, int> rank_of_;      ///< by the number of our end's queue pair
  bool may_inline_;
  std::uint32_t max_inline_ = 0;
};

}  // namespace moderato::workloads
