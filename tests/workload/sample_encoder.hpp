// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace moderato {

/// CRC-32 of zlib, gzip and PNG, bit by bit as the standard defines it: no line in common with the
/// library that the reader uses.
inline std::uint32_t crc32_by_definition(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
  }
  return ~crc;
}

inline std::string sample_bytes(const std::vector<std::uint32_t>& values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (const std::uint32_t part : {value, value >> 8, value >> 16, value >> 24})
      bytes += static_cast<char>(part & 0xff);
  }
  return bytes;
}

inline std::string sample_trailer(const std::string& bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "\ncrc32 %08x\n", crc32_by_definition(bytes));
  return text.data();
}

/// A sample stream as workloads/README.md describes it; `header` is the line of JSON.
inline std::string encoded(const std::string& header, const std::vector<std::uint32_t>& values) {
  const std::string bytes = sample_bytes(values);
  return header + "\n" + bytes + sample_trailer(bytes);
}

inline std::string encoded(const std::vector<std::uint32_t>& values) {
  return encoded(R"({"schema": "moderato-samples/1", "count": )" + std::to_string(values.size()) +
                     R"(, "resolution_ns": 1, "counters": {}})",
                 values);
}

}  // namespace moderato
