// SPDX-License-Identifier: Apache-2.0
#include "verbs/connection.hpp"

#include <fmt/format.h>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

constexpr std::uint32_t depth = 128;

/// What one rank tells the other.
struct Introduction {
  QueuePairAddress pair;
  std::uint64_t address;
  std::uint32_t key;
};

QueuePairPlan plan_of(const VerbsArguments& arguments, int access) {
  return {.transport = arguments.transport, .depth = depth, .access = access};
}

}  // namespace

Connection::Connection(const Exchange& exchange, const VerbsArguments& arguments, bool inlined,
                       std::size_t receive_size, int access)
    : port(open_port(arguments, exchange.rank())),
      domain(make_domain(*port.context)),
      sends(port, depth, arguments),
      receives(port, depth, arguments),
      out(*domain, arguments.size, access),
      in(*domain, receive_size, access),
      pair(make_pair(port, *domain, sends, receives, arguments, plan_of(arguments, access))),
      other_rank_(1 - exchange.rank()),
      inlined_(inlined && arguments.inlining != Inlining::off &&
               arguments.size <= pair.max_inline()),
      whole_out_(out.whole()),
      whole_in_(in.whole()) {
  moderate(port, sends, arguments);
  moderate(port, receives, arguments);
  join(exchange, arguments);
}

void Connection::join(const Exchange& exchange, const VerbsArguments& arguments) {
  const auto all = exchange.everyones(Introduction{pair.address(), in.address(), in.remote_key()});
  const Introduction& other = all[static_cast<std::size_t>(other_rank_)];
  other_number_ = other.pair.number;
  other_address_ = other.address;
  other_key_ = other.key;
  pair.connect(other.pair);
  if (arguments.transport == Transport::ud) other_handle = pair.handle_of(other.pair, *domain);
}

ibv_send_wr Connection::request(ibv_wr_opcode code) {
  ibv_send_wr result{};
  result.sg_list = &whole_out_;
  result.num_sge = 1;
  result.opcode = code;
  result.send_flags = inlined_ ? IBV_SEND_INLINE : 0;
  if (other_handle != nullptr) result.wr.ud = {other_handle.get(), other_number_, queue_key};
  return result;
}

ibv_send_wr Connection::remote_request(ibv_wr_opcode code) {
  ibv_send_wr result = request(code);
  result.wr.rdma = {other_address_, other_key_};
  return result;
}

ibv_send_wr Connection::one_sided_request(ibv_wr_opcode code) {
  ibv_send_wr result = request(code);
  result.sg_list = &whole_in_;
  if (code == IBV_WR_RDMA_READ) {
    result.wr.rdma = {other_address_, other_key_};
  } else {
    result.wr.atomic.remote_addr = other_address_;
    result.wr.atomic.rkey = other_key_;
  }
  return result;
}

std::optional<ibv_wc> Connection::received(std::chrono::milliseconds patience) {
  try {
    return receives.wait(patience);
  } catch (const Failure&) {
    pair.reap();  // receives are merely given up; the send queue knows why
    throw;
  }
}

void Connection::report_silence() {
  pair.reap();
  throw Failure(fmt::format("rank {} has been silent for {} s", other_rank_,
                            std::chrono::duration_cast<std::chrono::seconds>(silence).count()));
}

std::map<std::string, double> Connection::counters() const {
  return {{"inline", inlined_ ? 1 : 0}, {"max_inline", pair.max_inline()}};
}

}  // namespace moderato::workloads
