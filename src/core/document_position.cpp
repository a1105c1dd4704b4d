// SPDX-License-Identifier: Apache-2.0
#include "core/document_position.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/nearest.hpp"

namespace moderato {
namespace {

using Kind = DocumentValue::Kind;

std::string shortened(std::string text) {
  constexpr std::size_t limit = 60;
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not through the middle of a UTF-8 sequence
  return text.substr(0, end) + "...";
}

/// Callers put values into their messages; a line break there would forge a second fault.
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

template <typename T>
std::string remedy_within(std::string_view what, T min, T max, T lowest, T highest) {
  if (min != lowest && max != highest) return fmt::format("write {} from {} to {}", what, min, max);
  if (min != lowest) return fmt::format("write {} of {} or more", what, min);
  if (max != highest) return fmt::format("write {} of {} or less", what, max);
  return fmt::format("write {}", what);
}

bool looks_like_integer(const std::string& literal) {
  return literal.find_first_of(".eE") == std::string::npos;
}

}  // namespace

std::string shown(const DocumentValue& value) {
  switch (value.kind) {
    case Kind::text:
      return quoted(shortened(value.text));
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
    default:
      return shortened(value.text);
  }
}

std::string remedy_for(const IntegerRange& range) {
  return remedy_within<std::int64_t>("an integer", range.min, range.max, INT64_MIN, INT64_MAX);
}

std::string remedy_for(const NumberRange& range) {
  using Limits = std::numeric_limits<double>;
  return remedy_within<double>("a number", range.min, range.max, Limits::lowest(), Limits::max());
}

std::int64_t stand_in(const IntegerRange& range) {
  return std::clamp<std::int64_t>(0, range.min, std::max(range.min, range.max));
}

double stand_in(const NumberRange& range) {
  return std::clamp(0.0, range.min, std::max(range.min, range.max));
}

std::string Node::Position::path() const {
  if (!parent) return "";
  return index ? path_join(parent->path(), *index) : path_join(parent->path(), key);
}

std::string Node::Position::path_of(const std::string& member) const {
  return member.empty() ? path() : path_join(path(), member);
}

void Node::Position::note(const std::string& path, std::string_view message,
                          std::string_view remedy) const {
  state->faulty.insert(path);
  std::string line = state->source;
  if (!path.empty()) line += ": " + path;
  line += fmt::format(": {}", on_one_line(message));
  if (!remedy.empty()) line += fmt::format(" ({})", on_one_line(remedy));
  if (state->told.insert(line).second) state->faults.push_back(std::move(line));
}

void Node::Position::note_bad(const std::string& path, std::string_view message,
                              std::string_view remedy) const {
  note(path, message, remedy);
  state->bad.insert(path);
}

void Node::Position::note_kind(const std::string& path, const DocumentValue& found,
                               std::string_view wanted, std::string_view remedy) const {
  note_bad(path, fmt::format("{} is not {}", shown(found), wanted), remedy);
}

bool Node::Position::open() const {
  if (value == nullptr) return false;
  if (value->kind != Kind::object) {
    note_kind(path(), *value, "an object", "write an object, {...}");
    return false;
  }
  value->opened = true;
  return true;
}

DocumentValue* Node::Position::ask(const std::string& name) const {
  if (!open()) return nullptr;
  auto& asked = value->asked;
  if (std::find(asked.begin(), asked.end(), name) == asked.end()) asked.push_back(name);
  return value->find(name);
}

DocumentValue* Node::Position::want(const std::string& name, bool optional,
                                    std::string_view remedy) const {
  DocumentValue* found = ask(name);
  const bool readable = value != nullptr && value->kind == Kind::object;
  if (found == nullptr && readable && !optional)
    note_bad(path_of(name), "the field is missing", remedy);
  return found;
}

std::string Node::Position::text(const DocumentValue& found, const std::string& at) const {
  if (found.kind == Kind::text) return found.text;
  note_kind(at, found, "a text", "write a text in double quotes");
  return "";
}

std::int64_t Node::Position::integer(const DocumentValue& found, const std::string& at,
                                     const IntegerRange& range, std::int64_t otherwise) const {
  const std::string remedy = remedy_for(range);
  if (found.kind == Kind::number && looks_like_integer(found.text)) {
    note_bad(at, fmt::format("{} does not fit into 64 bits", shown(found)), remedy);
  } else if (found.kind != Kind::integer) {
    note_kind(at, found, "an integer", remedy);
  } else if (found.integer < range.min || found.integer > range.max) {
    note_bad(at, fmt::format("{} is out of range", found.integer), remedy);
  } else {
    return found.integer;
  }
  return otherwise;
}

double Node::Position::number(const DocumentValue& found, const std::string& at,
                              const NumberRange& range, double otherwise) const {
  const std::string remedy = remedy_for(range);
  if (found.kind != Kind::integer && found.kind != Kind::number) {
    note_kind(at, found, "a number", remedy);
  } else if (!(found.number >= range.min && found.number <= range.max)) {
    note_bad(at, fmt::format("{} is out of range", shown(found)), remedy);
  } else {
    return found.number;
  }
  return otherwise;
}

void Node::Position::report_unknown() const {
  const auto child = [&](DocumentValue& below, std::string name, std::optional<std::size_t> i) {
    return Position{state, &below, std::make_shared<Position>(*this), std::move(name), i};
  };
  for (std::size_t i = 0; i < value->elements.size(); ++i) {
    DocumentValue& element = value->elements[i];
    if (element.kind == Kind::array || element.kind == Kind::object)
      child(element, "", i).report_unknown();
  }
  if (!value->opened || value->all_asked) return;
  for (auto& [name, member] : value->members) {
    if (std::find(value->asked.begin(), value->asked.end(), name) == value->asked.end()) {
      note(path_of(name), "unknown field",
           did_you_mean(name, value->asked, "remove it, or correct its name"));
    } else if (member.kind == Kind::array || member.kind == Kind::object) {
      child(member, name, {}).report_unknown();
    }
  }
}

}  // namespace moderato
