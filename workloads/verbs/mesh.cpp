// SPDX-License-Identifier: Apache-2.0
#include "verbs/mesh.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <utility>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// What a rank tells of its ends, by the rank at the other end.
using Addresses = std::array<QueuePairAddress, max_mesh_ranks>;

/// The port of this rank, if it can have the shared receive queue that was asked for.
Port port_for_sharing(const Exchange& exchange, const VerbsArguments& arguments) {
  if (exchange.ranks() < 2 || exchange.ranks() > max_mesh_ranks)
    throw Failure(fmt::format("there must be 2 to {} ranks: mpirun -np 2 ...", max_mesh_ranks));
  Port port = open_port(arguments, exchange.rank());
  check_shared_receives(port, arguments.size, arguments);
  return port;
}

}  // namespace

Mesh::Peer::Peer(Mesh& mesh, const VerbsArguments& arguments, std::uint32_t depth)
    : sends(mesh.port, static_cast<int>(depth), arguments),
      pair(make_pair(mesh.port, *mesh.domain, sends, mesh.receives, arguments,
                     {.depth = depth, .shared = mesh.shared.get()})) {}

Mesh::Mesh(const Exchange& exchange, const VerbsArguments& arguments, std::uint32_t depth,
           const Wanted& wanted)
    : port(port_for_sharing(exchange, arguments)),
      domain(make_domain(*port.context)),
      receives(port, static_cast<int>(arguments.srq_size), arguments),
      shared(port, *domain, arguments.size, arguments),
      peers_(static_cast<std::size_t>(exchange.ranks())),
      may_inline_(arguments.inlining != Inlining::off) {
  moderate(port, receives, arguments);
  for (int rank = 0; rank < exchange.ranks(); ++rank) {
    if (!wanted(rank)) continue;
    auto made = std::make_unique<Peer>(*this, arguments, depth);
    max_inline_ = made->pair.max_inline();
    rank_of_[made->pair.address().number] = rank;
    peers_[static_cast<std::size_t>(rank)] = std::move(made);
  }
  join(exchange);
}

void Mesh::join(const Exchange& exchange) {
  Addresses own{};
  for (std::size_t rank = 0; rank < peers_.size(); ++rank)
    if (peers_[rank]) own[rank] = peers_[rank]->pair.address();
  const auto all = exchange.everyones(own);
  for (std::size_t rank = 0; rank < peers_.size(); ++rank)
    if (peers_[rank])
      peers_[rank]->pair.connect(all[rank][static_cast<std::size_t>(exchange.rank())]);
  exchange.barrier();  // nothing may come in before the receiving end is connected
}

void Mesh::send(int rank, const ibv_sge& bytes, bool signalled) {
  Peer& to = peer(rank);
  ibv_sge piece = bytes;
  ibv_send_wr request{};
  request.sg_list = &piece;
  request.num_sge = 1;
  request.opcode = IBV_WR_SEND_WITH_IMM;
  request.imm_data = htonl(to.sent++);
  request.send_flags = inlines(bytes.length) ? IBV_SEND_INLINE : 0;
  if (signalled) {
    to.pair.post_signalled(request);
  } else {
    to.pair.post(request);
  }
}

int Mesh::receive() {
  const auto done = receives.wait(silence);
  shared.check();
  if (!done) throw Failure("all other ranks have been silent for 10 s");
  const int rank = rank_of_.at(done->qp_num);
  Peer& from = peer(rank);
  from.inbox.push_back({done->wr_id, shared.arrived(*done)});
  if (const auto number = ntohl(done->imm_data); number != from.received++)
    throw Failure(
        fmt::format("message {} of rank {} came instead of {}", number, rank, from.received - 1));
  return rank;
}

Mesh::Peer::Message Mesh::receive_from(int rank) {
  auto& inbox = peer(rank).inbox;
  while (inbox.empty())
    (void)receive();
  const Peer::Message message = inbox.front();
  inbox.pop_front();
  return message;
}

}  // namespace moderato::workloads
