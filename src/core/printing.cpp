// SPDX-License-Identifier: Apache-2.0
#include "core/printing.hpp"

namespace moderato {
namespace {

/// U+0080 to U+009F in UTF-8: to a terminal U+009B, say, is as good as an escape.
bool is_control_beyond_ascii(unsigned char byte, unsigned char next) {
  return byte == 0xc2 && next >= 0x80 && next < 0xa0;
}

std::string without_controls(const std::string& text, std::string_view but) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool pair = is_control_beyond_ascii(byte, next);
    const bool control =
        (byte < 0x20 && but.find(text[i]) == std::string_view::npos) || byte == 0x7f || pair;
    result += control ? '?' : text[i];
    if (pair) ++i;
  }
  return result;
}

}  // namespace

void put(std::FILE* to, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), to);
}

void say(std::FILE* to, const std::string& text) {
  put(to, printable_lines(text));
}

std::string printable(const std::string& text) {
  return without_controls(text, "");
}

std::string printable_lines(const std::string& text) {
  return without_controls(text, "\n\t");
}

}  // namespace moderato
