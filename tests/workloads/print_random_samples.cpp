// SPDX-License-Identifier: Apache-2.0
// Prints a sample stream of as many samples as its argument says, for a test to read it.
#include <cstdlib>

#include "common/sample_stream.hpp"
#include "random_samples.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto count = std::strtoull(argv[1], nullptr, 10);
  moderato::workloads::print_samples(random_samples(count), {{"lost", 0.5}});
  return 0;
}
