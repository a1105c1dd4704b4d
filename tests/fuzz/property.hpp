// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "core/result.hpp"

// What the targets have in common. Each states what holds whatever bytes come, and ends the process
// where it does not, so that libFuzzer keeps the bytes.

namespace moderato::fuzz {

/// The file that the documents are said to come from.
inline constexpr std::string_view source = "input.json";

inline void holds(bool law, std::string_view words) {
  if (law) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(words.size()), words.data());
  __builtin_trap();
}

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// People read it in a terminal or a journal, line by line.
inline void told_well(const Error& error) {
  holds(!error.message.empty(), "a refusal says why");
  for (const unsigned char c : error.message)
    holds((c >= ' ' && c != 127) || c == '\n', "a refusal holds no control characters");
}

/// A document that was refused.
inline void refused_well(const Error& error, std::string_view name = source) {
  told_well(error);
  holds(error.fault == Fault::document, "what is refused is the document");
  holds(error.message.starts_with(name), "a refusal names the document");
}

/// A document that was accepted, with a field that no schema has.
inline std::string with_unknown_field(std::string document) {
  const auto at = document.find('{');
  return at == std::string::npos ? document : document.insert(at + 1, "\"no such field\": 0, ");
}

/// What was written is accepted again, and means the same.
template <typename T, typename Read, typename Write>
void round_trip(const T& value, Read read, Write write) {
  const std::string written = write(value);
  const auto again = read(written);
  holds(again.has_value(), "what was written is accepted again");
  holds(write(*again) == written, "what was written and read is written the same");
}

}  // namespace moderato::fuzz
