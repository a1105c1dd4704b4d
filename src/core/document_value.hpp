// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace moderato {

/// One JSON value as it was written. Private to the strict reader (document.cpp): unlike a general
/// JSON tree it keeps the literal of a number, so that "5.0" and an integer beyond 64 bits are not
/// rounded into something else, and what was asked for.
struct DocumentValue {
  enum class Kind { null, boolean, integer, number, text, array, object };
  struct Member;  // no std::pair: clang cannot make one of a type that holds it

  Kind kind = Kind::null;
  std::string text;          ///< the content of a text, the literal of anything else but containers
  std::int64_t integer = 0;  ///< of an integer; of a boolean 0 or 1
  double number = 0;         ///< of an integer or a number
  std::vector<DocumentValue> elements;
  std::vector<Member> members;  ///< in the document's order

  bool opened = false;             ///< a reader has looked into this object
  bool all_asked = false;          ///< the reader took every member, whatever its name
  std::vector<std::string> asked;  ///< names that a reader asked for, there or not

  DocumentValue* find(const std::string& key);
};

struct DocumentValue::Member {
  std::string name;
  DocumentValue value;
};

/// Reads one JSON document. An error is of Fault::document with one line a fault, each beginning
/// with `source`: bad syntax with line and column, or the duplicate keys with their paths.
Result<DocumentValue> read_document(const std::string& text, const std::string& source);

/// `path` with `key` after it: "space.parameters", or `effective["a.b"]` for a key that is no name.
std::string path_join(const std::string& path, const std::string& key);
std::string path_join(const std::string& path, std::size_t index);

/// `text` in double quotes, as JSON writes it.
std::string quoted(const std::string& text);

/// `text` with its control characters as \x1b. Values become part of messages; a line break there
/// would forge a second fault.
std::string on_one_line(std::string_view text);

}  // namespace moderato
