// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <fmt/format.h>

#include "core/printing.hpp"

namespace moderato {
namespace {

std::string escaped(char byte) {
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {byte};
  }
}

}  // namespace

std::string escape_html(const std::string& text) {
  std::string result;
  for (char byte : printable(text))
    result += escaped(byte);
  return result;
}

std::string raw_element(const std::string& name, const std::string& markup,
                        const Attributes& attributes) {
  std::string tag = name;
  for (const auto& [key, value] : attributes)
    tag += fmt::format(" {}=\"{}\"", key, escape_html(value));
  return fmt::format("<{}>{}</{}>", tag, markup, name);
}

std::string element(const std::string& name, const std::string& text,
                    const Attributes& attributes) {
  return raw_element(name, escape_html(text), attributes);
}

std::string tone_class(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    case Tone::faint:
      return "faint";
    case Tone::plain:
      break;
  }
  return "plain";
}

}  // namespace moderato
