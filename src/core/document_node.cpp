// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/document.hpp"
#include "core/document_position.hpp"

namespace moderato {
namespace {

using Kind = DocumentValue::Kind;

bool is_scalar(const DocumentValue& value) {
  return value.kind == Kind::text || value.kind == Kind::integer || value.kind == Kind::number ||
         value.kind == Kind::boolean;
}

}  // namespace

Node::Node(std::shared_ptr<const Position> position) : position_(std::move(position)) {}

std::string Node::path() const {
  return position_->path();
}
bool Node::has(const std::string& key) const {
  return position_->ask(key) != nullptr;
}
bool Node::is_text() const {
  return position_->value != nullptr && position_->value->kind == Kind::text;
}
bool Node::is_object() const {
  return position_->value != nullptr && position_->value->kind == Kind::object;
}

std::string Node::text(const std::string& key, std::optional<std::string> fallback) const {
  const DocumentValue* found = position_->ask(key);
  if (found != nullptr) return position_->text(*found, key);
  if (!fallback) position_->note_missing(key, "add it, a text in double quotes");
  return fallback.value_or("");
}

std::string Node::choice(const std::string& key, const std::vector<std::string>& allowed,
                         std::optional<std::string> fallback) const {
  const DocumentValue* found = position_->ask(key);
  const bool text = found != nullptr && found->kind == Kind::text;
  if (text && std::find(allowed.begin(), allowed.end(), found->text) != allowed.end())
    return found->text;
  const std::string one_of = fmt::format("one of: {}", fmt::join(allowed, ", "));
  if (text) {
    position_->note_bad(position_->path_of(key), fmt::format("{} is not known here", shown(*found)),
                        one_of);
  } else if (found != nullptr) {
    position_->note_kind(position_->path_of(key), *found, "a text", "write " + one_of);
  } else if (!fallback) {
    position_->note_missing(key, "add it, " + one_of);
  }
  return fallback.value_or(allowed.empty() ? "" : allowed.front());
}

std::int64_t Node::integer(const std::string& key, IntegerRange range,
                           std::optional<std::int64_t> fallback) const {
  const DocumentValue* found = position_->ask(key);
  const std::int64_t otherwise = fallback.value_or(stand_in(range));
  if (found != nullptr) return position_->integer(*found, key, range, otherwise);
  if (!fallback) position_->note_missing(key, remedy_for(range));
  return otherwise;
}

double Node::number(const std::string& key, NumberRange range,
                    std::optional<double> fallback) const {
  const DocumentValue* found = position_->ask(key);
  const double otherwise = fallback.value_or(stand_in(range));
  if (found != nullptr) return position_->number(*found, key, range, otherwise);
  if (!fallback) position_->note_missing(key, remedy_for(range));
  return otherwise;
}

bool Node::boolean(const std::string& key, std::optional<bool> fallback) const {
  const std::string_view remedy = "write true or false";
  const DocumentValue* found = position_->ask(key);
  if (found != nullptr && found->kind == Kind::boolean) return found->integer != 0;
  if (found != nullptr) {
    position_->note_kind(position_->path_of(key), *found, "true or false", remedy);
  } else if (!fallback) {
    position_->note_missing(key, remedy);
  }
  return fallback.value_or(false);
}

std::vector<std::string> Node::texts(const std::string& key,
                                     std::optional<std::vector<std::string>> fallback) const {
  if (fallback && !has(key)) return *fallback;
  std::vector<std::string> result;
  for (const Node& element : array(key))
    result.push_back(element.as_text());
  return result;
}

std::vector<std::int64_t> Node::integers(const std::string& key, IntegerRange range,
                                         std::optional<std::vector<std::int64_t>> fallback) const {
  if (fallback && !has(key)) return *fallback;
  std::vector<std::int64_t> result;
  for (const Node& element : array(key))
    result.push_back(element.as_integer(range));
  return result;
}

std::map<std::string, std::string> Node::text_map(const std::string& key) const {
  const Node at = object(key, true);
  std::map<std::string, std::string> result;
  if (!at.is_object()) return result;
  at.position_->value->all_asked = true;
  for (const auto& [name, value] : at.position_->value->members) {
    if (is_scalar(value)) {
      result[name] = value.text;
    } else {
      at.position_->note_kind(at.position_->path_of(name), value, "a text",
                              "write a text in double quotes, a number, true or false");
    }
  }
  return result;
}

std::map<std::string, std::int64_t> Node::integer_map(const std::string& key) const {
  const Node at = object(key, true);
  std::map<std::string, std::int64_t> result;
  if (!at.is_object()) return result;
  at.position_->value->all_asked = true;
  for (const auto& [name, value] : at.position_->value->members)
    result[name] =
        value.kind == Kind::boolean ? value.integer : at.position_->integer(value, name, {}, 0);
  return result;
}

std::map<std::string, double> Node::number_map(const std::string& key) const {
  const Node at = object(key, true);
  std::map<std::string, double> result;
  if (!at.is_object()) return result;
  at.position_->value->all_asked = true;
  constexpr NumberRange any{std::numeric_limits<double>::lowest(),
                            std::numeric_limits<double>::max()};
  for (const auto& [name, value] : at.position_->value->members)
    result[name] = at.position_->number(value, name, any, 0);
  return result;
}

Node Node::object(const std::string& key, bool optional) const {
  DocumentValue* found = position_->ask(key);
  if (found == nullptr && !optional) position_->note_missing(key, "add it, an object, {...}");
  Position below{position_->state, found, position_, key, {}};
  if (!below.open()) below.value = nullptr;
  return Node(std::make_shared<const Position>(std::move(below)));
}

std::vector<Node> Node::array(const std::string& key, bool optional) const {
  std::vector<Node> result;
  DocumentValue* found = position_->ask(key);
  if (found == nullptr) {
    if (!optional) position_->note_missing(key, "add it, an array, [...]");
    return result;
  }
  const Node at(
      std::make_shared<const Position>(Position{position_->state, found, position_, key, {}}));
  if (found->kind != Kind::array) {
    position_->note_kind(at.path(), *found, "an array", "write an array, [...]");
    return result;
  }
  for (std::size_t i = 0; i < found->elements.size(); ++i)
    result.push_back(Node(std::make_shared<const Position>(
        Position{position_->state, &found->elements[i], at.position_, "", i})));
  return result;
}

std::vector<std::string> Node::keys() const {
  std::vector<std::string> names;
  if (!position_->open()) return names;
  for (const auto& member : position_->value->members)
    names.push_back(member.name);
  return names;
}

std::string Node::as_text() const {
  return position_->value == nullptr ? "" : position_->text(*position_->value, "");
}

std::int64_t Node::as_integer(IntegerRange range) const {
  const std::int64_t otherwise = stand_in(range);
  if (position_->value == nullptr) return otherwise;
  return position_->integer(*position_->value, "", range, otherwise);
}

void Node::ignore(const std::string& key) const {
  position_->ask(key);
}

void Node::fault(std::string_view message, std::string_view remedy, const std::string& key) const {
  if (position_->value == nullptr) return;
  const std::string at = position_->path_of(key);
  if (!position_->state->bad.contains(at)) position_->note(at, message, remedy);
}

bool Node::sound() const {
  const auto& faulty = position_->state->faulty;
  if (faulty.empty()) return true;
  const std::string at = path();
  for (auto it = faulty.lower_bound(at); it != faulty.end() && it->starts_with(at); ++it) {
    const bool here_or_below =
        at.empty() || it->size() == at.size() || (*it)[at.size()] == '.' || (*it)[at.size()] == '[';
    if (here_or_below) return false;
  }
  return true;
}

}  // namespace moderato
