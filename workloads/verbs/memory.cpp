// SPDX-License-Identifier: Apache-2.0
#include "verbs/memory.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "common/failure.hpp"

namespace moderato::workloads {
namespace {

constexpr std::size_t page = 4096;

char* zeroed_pages(std::size_t size) {
  const std::size_t whole = (size + page - 1) / page * page;
  void* memory = std::aligned_alloc(page, whole);
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, whole);
  return static_cast<char*>(memory);
}

}  // namespace

DomainHandle make_domain(ibv_context& context) {
  DomainHandle domain(::ibv_alloc_pd(&context));
  if (domain == nullptr) throw_errno("make a protection domain");
  return domain;
}

void Memory::Free::operator()(char* bytes) const {
  std::free(bytes);
}

Memory::Memory(ibv_pd& domain, std::size_t size, int access)
    : size_(size), bytes_(zeroed_pages(size)) {
  region_.reset(::ibv_reg_mr(&domain, bytes_.get(), size, access));
  if (region_ == nullptr)
    throw_errno(
        fmt::format("register {} bytes with the RDMA device (`ulimit -l` tells how many "
                    "kilobytes may be)",
                    size));
}

}  // namespace moderato::workloads
