// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "verbs/handles.hpp"

namespace moderato::workloads {

/// What owns memory and queue pairs.
DomainHandle make_domain(ibv_context& context);

/// What the other side may do.
inline constexpr int plain_access =
    IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_READ;
/// Not every device knows it.
inline constexpr int atomic_access = plain_access | IBV_ACCESS_REMOTE_ATOMIC;

/// Memory that the NIC may read and write, and the other side, too, who knows its key. It begins on
/// a page, and is all zero at first.
class Memory {
 public:
  Memory(ibv_pd& domain, std::size_t size, int access = plain_access);

  std::span<char> bytes() const { return {bytes_.get(), size_}; }
  std::uint64_t address() const { return reinterpret_cast<std::uint64_t>(bytes_.get()); }
  std::uint32_t remote_key() const { return region_->rkey; }
  /// What a work request names.
  ibv_sge piece(std::size_t offset, std::size_t size) const {
    return {address() + offset, static_cast<std::uint32_t>(size), region_->lkey};
  }
  ibv_sge whole() const { return piece(0, size_); }

 private:
  struct Free {
    void operator()(char* bytes) const;
  };
  std::size_t size_;
  std::unique_ptr<char, Free> bytes_;
  RegionHandle region_;
};

}  // namespace moderato::workloads
