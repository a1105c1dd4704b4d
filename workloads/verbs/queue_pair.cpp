// SPDX-License-Identifier: Apache-2.0
#include "verbs/queue_pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

/// Of longer messages the copy costs more than the NIC's own read.
constexpr std::size_t inline_at_most = 220;

constexpr std::uint8_t hops = 64;
constexpr std::uint8_t ack_timeout = 14;  ///< 4.096 us x 2^14 = 67 ms: a packet was lost
constexpr std::uint8_t ack_retries = 7;
constexpr std::uint8_t receiver_delay = 12;  ///< 0.64 ms before a sender may knock again
constexpr std::uint8_t knock_for_ever = 7;   ///< the waiting rank has a patience of its own

/// So that packets of an earlier queue pair of the same number are not taken for ours.
std::uint32_t random_packet_number() {
  return std::random_device{}() & 0xffffff;
}

void change(ibv_qp& pair, ibv_qp_attr attributes, int mask, const char* what) {
  if (const int error = ::ibv_modify_qp(&pair, &attributes, mask); error != 0)
    throw Failure(fmt::format("bring a queue pair to {}: {}", what, std::strerror(error)));
}

void initialise(ibv_qp& pair, const Port& port, Transport transport, int access) {
  ibv_qp_attr attributes{};
  attributes.qp_state = IBV_QPS_INIT;
  attributes.port_num = static_cast<std::uint8_t>(port.number);
  attributes.qkey = queue_key;
  attributes.qp_access_flags = static_cast<unsigned>(access);
  change(pair, attributes,
         IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT |
             (transport == Transport::ud ? IBV_QP_QKEY : IBV_QP_ACCESS_FLAGS),
         "its start");
}

ibv_ah_attr route(const Port& port, const QueuePairAddress& other) {
  ibv_ah_attr result{};
  result.dlid = other.lid;
  result.port_num = static_cast<std::uint8_t>(port.number);
  result.is_global = port.has_gid ? 1 : 0;
  std::memcpy(result.grh.dgid.raw, other.gid.data(), other.gid.size());
  result.grh.sgid_index = static_cast<std::uint8_t>(port.gid.index);
  result.grh.hop_limit = hops;
  return result;
}

void receive_reliably(ibv_qp& pair, const Port& port, const QueuePairAddress& other) {
  ibv_qp_attr attributes{};
  attributes.qp_state = IBV_QPS_RTR;
  attributes.path_mtu =
      static_cast<ibv_mtu>(std::min<std::int32_t>(port.attributes.active_mtu, other.mtu));
  attributes.dest_qp_num = other.number;
  attributes.rq_psn = other.first_packet;
  attributes.max_dest_rd_atomic = 1;
  attributes.min_rnr_timer = receiver_delay;
  attributes.ah_attr = route(port, other);
  change(pair, attributes,
         IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN |
             IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER,
         "ready to receive");
}

void send_reliably(ibv_qp& pair, std::uint32_t first_packet) {
  ibv_qp_attr attributes{};
  attributes.qp_state = IBV_QPS_RTS;
  attributes.sq_psn = first_packet;
  attributes.timeout = ack_timeout;
  attributes.retry_cnt = ack_retries;
  attributes.rnr_retry = knock_for_ever;
  attributes.max_rd_atomic = 1;
  change(pair, attributes,
         IBV_QP_STATE | IBV_QP_SQ_PSN | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY |
             IBV_QP_MAX_QP_RD_ATOMIC,
         "ready to send");
}

void open_for_datagrams(ibv_qp& pair, std::uint32_t first_packet) {
  ibv_qp_attr attributes{};
  attributes.qp_state = IBV_QPS_RTR;
  change(pair, attributes, IBV_QP_STATE, "ready to receive");
  attributes.qp_state = IBV_QPS_RTS;
  attributes.sq_psn = first_packet;
  change(pair, attributes, IBV_QP_STATE | IBV_QP_SQ_PSN, "ready to send");
}

}  // namespace

QueuePair::QueuePair(const Port& port, ibv_pd& domain, CompletionQueue& sends,
                     CompletionQueue& receives, const QueuePairPlan& plan)
    : port_(port),
      sends_(sends),
      transport_(plan.transport),
      access_(plan.access),
      first_packet_(random_packet_number()),
      stride_(plan.depth / 2) {
  ibv_qp_init_attr wanted{};
  wanted.send_cq = sends.get();
  wanted.recv_cq = receives.get();
  wanted.srq = plan.shared;
  wanted.cap = {plan.depth, plan.shared == nullptr ? plan.depth : 0, 1, 1, plan.inline_bytes};
  wanted.qp_type = plan.transport == Transport::ud ? IBV_QPT_UD : IBV_QPT_RC;
  pair_.reset(::ibv_create_qp(&domain, &wanted));
  if (pair_ == nullptr)
    throw_errno(fmt::format("make a queue pair of {} with {} bytes inline", port.device,
                            plan.inline_bytes));
  max_inline_ = wanted.cap.max_inline_data;
  initialise(*pair_, port, transport_, access_);
}

QueuePair make_pair(const Port& port, ibv_pd& domain, CompletionQueue& sends,
                    CompletionQueue& receives, const VerbsArguments& arguments,
                    const QueuePairPlan& plan) {
  const auto make = [&](std::size_t inline_bytes) {
    QueuePairPlan own = plan;
    own.inline_bytes = static_cast<std::uint32_t>(inline_bytes);
    return QueuePair(port, domain, sends, receives, own);
  };
  if (arguments.inlining == Inlining::off) return make(0);
  const bool must = arguments.inlining == Inlining::on;
  try {
    return make(must ? arguments.size : inline_at_most);
  } catch (const Failure& failure) {
    if (must)
      throw Failure(fmt::format("--inline on: {}; auto takes what is possible", failure.what()));
    return make(0);
  }
}

QueuePairAddress QueuePair::address() const {
  return {port_.gid.address, pair_->qp_num, first_packet_, port_.attributes.lid,
          port_.attributes.active_mtu};
}

void QueuePair::connect(const QueuePairAddress& other) {
  if (transport_ == Transport::ud) return open_for_datagrams(*pair_, first_packet_);
  receive_reliably(*pair_, port_, other);
  send_reliably(*pair_, first_packet_);
}

AddressHandle QueuePair::handle_of(const QueuePairAddress& other, ibv_pd& domain) const {
  ibv_ah_attr attributes = route(port_, other);
  AddressHandle result(::ibv_create_ah(&domain, &attributes));
  if (result == nullptr) throw_errno("make an address handle");
  return result;
}

void QueuePair::post(ibv_send_wr& request) {
  if (++posted_ % stride_ != 0) {
    request.send_flags &= ~static_cast<unsigned>(IBV_SEND_SIGNALED);
    return submit(request);
  }
  if (!spin_until([&] { return reap(), !completion_due_; }, silence, true))
    throw Failure(fmt::format("{} does not get rid of what it has to send", port_.name()));
  completion_due_ = true;
  post_signalled(request);
}

void QueuePair::reap() {
  while (sends_.poll())
    completion_due_ = false;
}

void QueuePair::post_signalled(ibv_send_wr& request) {
  request.send_flags |= IBV_SEND_SIGNALED;
  submit(request);
}

void QueuePair::submit(ibv_send_wr& request) {
  ibv_send_wr* refused = nullptr;
  if (const int error = ::ibv_post_send(pair_.get(), &request, &refused); error != 0)
    throw Failure(fmt::format("post to the send queue: {}", std::strerror(error)));
}

void QueuePair::post_receive(ibv_recv_wr& request) {
  ibv_recv_wr* refused = nullptr;
  if (const int error = ::ibv_post_recv(pair_.get(), &request, &refused); error != 0)
    throw Failure(fmt::format("post to the receive queue: {}", std::strerror(error)));
}

}  // namespace moderato::workloads
