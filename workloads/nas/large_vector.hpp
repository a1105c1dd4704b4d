// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace moderato::workloads::nas {

/// Asks for huge pages where an array is large enough for one: to stream through a large array with
/// pages of 4 KiB costs a tenth of the time for the translation of addresses, in a virtual machine
/// more.
template <class T>
struct HugePages {
  using value_type = T;

  HugePages() = default;
  template <class Other>
  HugePages(const HugePages<Other>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < huge_page) return static_cast<T*>(::operator new(bytes));
    void* const memory = ::operator new (bytes, std::align_val_t{huge_page});
    ::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: where it is not granted, nothing is lost
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) < huge_page)
      ::operator delete(memory);
    else
      ::operator delete (memory, std::align_val_t{huge_page});
  }
  bool operator==(const HugePages&) const = default;

 private:
  static constexpr std::size_t huge_page = std::size_t{2} << 20;
};

template <class T>
using LargeVector = std::vector<T, HugePages<T>>;

}  // namespace moderato::workloads::nas
