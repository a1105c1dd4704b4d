// SPDX-License-Identifier: Apache-2.0
#include "core/printing.hpp"

#include <utility>

namespace moderato {
namespace {

/// The length of the control character that `text` begins with; 0: it begins with none. U+0080 to
/// U+009F are controls as well: to a terminal U+009B, say, is as good as an escape.
std::size_t control_length(std::string_view text, std::string_view but) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte >= 0x20 && byte < 0x7f) return 0;
  if (byte < 0x20) return but.find(text[0]) == std::string_view::npos ? 1 : 0;
  if (byte == 0x7f) return 1;
  if (byte != 0xc2 || text.size() == 1) return 0;
  const auto next = static_cast<unsigned char>(text[1]);
  return next >= 0x80 && next < 0xa0 ? 2 : 0;
}

std::string without_controls(std::string text, std::string_view but) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t length = control_length(std::string_view(text).substr(i), but);
    text[kept++] = length > 0 ? '?' : text[i];
    if (length == 2) ++i;
  }
  text.resize(kept);
  return text;
}

}  // namespace

void put(std::FILE* to, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), to);
}

void say(std::FILE* to, std::string text) {
  put(to, printable_lines(std::move(text)));
}

std::string printable(std::string text) {
  return without_controls(std::move(text), "");
}

std::string printable_lines(std::string text) {
  return without_controls(std::move(text), "\n\t");
}

}  // namespace moderato
