// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <infiniband/verbs.h>

#include <memory>

namespace moderato::workloads {

/// Gives a verbs object back. A refusal is no news: the end of the process gives back all the rest.
template <auto destroy>
struct Destroy {
  template <class Object>
  void operator()(Object* object) const {
    (void)destroy(object);
  }
};

using ContextHandle = std::unique_ptr<ibv_context, Destroy<ibv_close_device>>;
using DomainHandle = std::unique_ptr<ibv_pd, Destroy<ibv_dealloc_pd>>;
using RegionHandle = std::unique_ptr<ibv_mr, Destroy<ibv_dereg_mr>>;
using ChannelHandle = std::unique_ptr<ibv_comp_channel, Destroy<ibv_destroy_comp_channel>>;
using CompletionHandle = std::unique_ptr<ibv_cq, Destroy<ibv_destroy_cq>>;
using QueuePairHandle = std::unique_ptr<ibv_qp, Destroy<ibv_destroy_qp>>;
using AddressHandle = std::unique_ptr<ibv_ah, Destroy<ibv_destroy_ah>>;
using SharedQueueHandle = std::unique_ptr<ibv_srq, Destroy<ibv_destroy_srq>>;

}  // namespace moderato::workloads
