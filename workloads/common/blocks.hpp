// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace moderato::workloads {

/// What one rank sends another in one iteration. What goes to all ranks alike has receiver 0.
struct Block {
  int sender = 0, receiver = 0;
  std::size_t iteration = 0;
};

using Bytes = std::span<unsigned char>;
using ConstBytes = std::span<const unsigned char>;

// Every byte of a block tells of its ranks and its offset; the first and the last one of the
// iteration, too. Only those two are written and checked in each iteration, so that what is done
// between two calls does not depend on the size; the first iteration (0) does all of it.

void write_block(Bytes bytes, const Block& block);
/// Throws Failure, which names the sender, the offset and the iteration of a wrong byte.
void check_block(ConstBytes bytes, const Block& block);

// The same for sums of floats. Terms are whole numbers, so small that the sum of 10000 ranks is
// exact in whatever order it is taken.

void write_terms(std::span<float> terms, int rank, std::size_t iteration);
/// `sums`: of the terms of the ranks 0 to `ranks` - 1.
void check_sums(std::span<const float> sums, int ranks, std::size_t iteration);

}  // namespace moderato::workloads
