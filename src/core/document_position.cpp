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

void Node::Position::note_missing(const std::string& name, std::string_view remedy) const {
  const bool readable = value != nullptr && value->kind == Kind::object;
  if (readable) note_bad(path_of(name), "the field is missing", remedy);
}

std::string Node::Position::text(const DocumentValue& found, const std::string& name) const {
  if (found.kind == Kind::text) return found.text;
  note_kind(path_of(name), found, "a text", "write a text in double quotes");
  return "";
}

std::int64_t Node::Position::integer(const DocumentValue& found, const std::string& name,
                                     const IntegerRange& range, std::int64_t otherwise) const {
  const bool whole = found.kind == Kind::integer;
  if (whole && found.integer >= range.min && found.integer <= range.max) return found.integer;
  const auto remedy = remedy_for(range);
  if (whole) {
    note_bad(path_of(name), fmt::format("{} is out of range", found.integer), remedy);
  } else if (found.kind == Kind::number && looks_like_integer(found.text)) {
    note_bad(path_of(name), fmt::format("{} does not fit into 64 bits", shown(found)), remedy);
  } else {
    note_kind(path_of(name), found, "an integer", remedy);
  }
  return otherwise;
}

double Node::Position::number(const DocumentValue& found, const std::string& name,
                              const NumberRange& range, double otherwise) const {
  const bool number = found.kind == Kind::integer || found.kind == Kind::number;
  if (number && found.number >= range.min && found.number <= range.max) return found.number;
  if (number) {
    note_bad(path_of(name), fmt::format("{} is out of range", shown(found)), remedy_for(range));
  } else {
    note_kind(path_of(name), found, "a number", remedy_for(range));
  }
  return otherwise;
}

void Node::Position::report_unknown(const DocumentValue& at, const std::string& path) const {
  const auto is_container = [](const DocumentValue& below) {
    return below.kind == Kind::array || below.kind == Kind::object;
  };
  for (std::size_t i = 0; i < at.elements.size(); ++i) {
    if (is_container(at.elements[i])) report_unknown(at.elements[i], path_join(path, i));
  }
  if (!at.opened || at.all_asked) return;
  for (const auto& [name, member] : at.members) {
    if (std::find(at.asked.begin(), at.asked.end(), name) == at.asked.end()) {
      note(path_join(path, name), "unknown field",
           did_you_mean(name, at.asked, "remove it, or correct its name"));
    } else if (is_container(member)) {
      report_unknown(member, path_join(path, name));
    }
  }
}

}  // namespace moderato
