// SPDX-License-Identifier: Apache-2.0
#include "core/document_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace moderato {
namespace {

using nlohmann::json;
using Kind = DocumentValue::Kind;

constexpr std::size_t max_bytes = 16u << 20;
constexpr std::size_t max_depth = 64;

/// Builds the tree from the parser's events. The open containers stand on a stack; a value goes
/// into the last of them.
class Builder {
 public:
  explicit Builder(const std::string& document) : document_(document) {}

  bool null() { return add({.kind = Kind::null, .text = "null"}); }
  bool boolean(bool v) {
    return add({.kind = Kind::boolean, .text = v ? "true" : "false", .integer = v ? 1 : 0});
  }
  bool number_integer(std::int64_t v) {
    return add({.kind = Kind::integer,
                .text = fmt::format("{}", v),
                .integer = v,
                .number = static_cast<double>(v)});
  }
  bool number_unsigned(std::uint64_t v) {
    if (v <= INT64_MAX) return number_integer(static_cast<std::int64_t>(v));
    return number_float(static_cast<double>(v), fmt::format("{}", v));
  }
  bool number_float(double v, const std::string& literal) {
    return add({.kind = Kind::number, .text = literal, .number = v});
  }
  bool string(std::string& v) { return add({.kind = Kind::text, .text = std::move(v)}); }
  bool binary(json::binary_t&) { return false; }  // JSON text has none

  bool key(std::string& name) {
    open_.back().members.push_back({std::move(name), {}});
    return true;
  }
  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::array); }
  bool end_object() {
    note_duplicates(open_.back());
    return close();
  }
  bool end_array() { return close(); }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) {
    const auto before = std::string_view(document_).substr(0, position > 0 ? position - 1 : 0);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 = 0
    error_ = fmt::format("line {}, column {}: {}", line, column, reason(error.what(), last_token));
    return false;
  }

  DocumentValue take() { return std::move(root_); }
  const std::string& error() const { return error_; }
  const std::vector<std::string>& duplicates() const { return duplicates_; }

 private:
  /// The library's text without its own name and position in front.
  static std::string reason(std::string_view what, const std::string& last_token) {
    if (const auto at = what.find("syntax error"); at != what.npos)
      return std::string(what.substr(at));
    if (what.find("number overflow") != what.npos)
      return fmt::format("the number {} is too large", last_token);
    // From nlohmann 3.11.3 on; before, it was a syntax error like any other.
    if (what.find("empty input") != what.npos) return "syntax error: the document is empty";
    return std::string(what);
  }

  bool add(DocumentValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().kind == Kind::array) {
      open_.back().elements.push_back(std::move(value));
    } else {
      open_.back().members.back().value = std::move(value);
    }
    return true;
  }
  bool open(Kind kind) {
    if (open_.size() == max_depth) {
      error_ = fmt::format("nested deeper than {} levels", max_depth);
      return false;
    }
    open_.push_back({.kind = kind});
    return true;
  }
  bool close() {
    DocumentValue done = std::move(open_.back());
    open_.pop_back();
    return add(std::move(done));
  }

  std::string path() const {
    std::string result;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i)
      result = open_[i].kind == Kind::array ? path_join(result, open_[i].elements.size())
                                            : path_join(result, open_[i].members.back().name);
    return result;
  }
  /// By sorting: a document of a million fields must not cost a million squared.
  void note_duplicates(const DocumentValue& object) {
    std::vector<std::string_view> names;
    for (const auto& member : object.members)
      names.push_back(member.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) duplicates_.push_back(path_join(path(), std::string(*twice)));
  }

  const std::string& document_;
  DocumentValue root_;
  std::vector<DocumentValue> open_;
  std::vector<std::string> duplicates_;
  std::string error_;
};

bool is_plain(const std::string& key) {
  constexpr std::string_view others = "_-/:$@";
  return !key.empty() && std::all_of(key.begin(), key.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != others.npos;
  });
}

std::string duplicate_lines(const std::vector<std::string>& paths, const std::string& source) {
  std::string lines;
  for (const auto& path : paths)
    lines += fmt::format("{}{}: {}: the field stands twice (keep one of them)",
                         lines.empty() ? "" : "\n", source, path);
  return lines;
}

}  // namespace

DocumentValue* DocumentValue::find(const std::string& key) {
  for (auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Result<DocumentValue> read_document(const std::string& text, const std::string& source) {
  if (text.size() > max_bytes)
    return fail(Fault::document, fmt::format("{}: {} bytes are more than the {} that a document may"
                                             " have",
                                             source, text.size(), max_bytes));
  Builder builder(text);
  if (!json::sax_parse(text, &builder))
    return fail(Fault::document, fmt::format("{}: {}", source, on_one_line(builder.error())),
                "JSON has double quotes, no comments and no comma before a closing bracket");
  if (!builder.duplicates().empty())
    return fail(Fault::document, duplicate_lines(builder.duplicates(), source));
  return builder.take();
}

std::string path_join(const std::string& path, const std::string& key) {
  if (!is_plain(key)) return fmt::format("{}[{}]", path, quoted(key));
  return path.empty() ? key : fmt::format("{}.{}", path, key);
}

std::string path_join(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

std::string quoted(const std::string& text) {
  // JSON lets 0x7f stand as it is.
  return on_one_line(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace moderato
