// SPDX-License-Identifier: Apache-2.0
#include "core/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/document_value.hpp"
#include "core/nearest.hpp"

namespace moderato {
namespace {

using Kind = DocumentValue::Kind;

/// More help nobody, and a large bad file would fill the screen.
constexpr std::size_t max_reported = 100;

std::string shortened(std::string text) {
  constexpr std::size_t limit = 60;
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not through the middle of a UTF-8 sequence
  return text.substr(0, end) + "...";
}

/// The value as a fault shows it.
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

std::string describe_range(const IntegerRange& range) {
  const bool below = range.min != INT64_MIN, above = range.max != INT64_MAX;
  if (below && above) return fmt::format("from {} to {}", range.min, range.max);
  if (below) return fmt::format("of {} or more", range.min);
  if (above) return fmt::format("of {} or less", range.max);
  return "";
}

std::string with_range(std::string_view what, const std::string& range) {
  return range.empty() ? fmt::format("write {}", what) : fmt::format("write {} {}", what, range);
}

std::string describe_range(const NumberRange& range) {
  return fmt::format("from {} to {}", range.min, range.max);
}

bool looks_like_integer(const std::string& literal) {
  return literal.find_first_of(".eE") == std::string::npos;
}

}  // namespace

struct Document::State {
  std::string source;
  DocumentValue root;
  std::vector<std::string> faults;  ///< one line each
  std::set<std::string> bad;        ///< paths at which a getter handed out a stand-in
};

struct Node::Position {
  Document::State* state = nullptr;
  DocumentValue* value = nullptr;  ///< nullptr: a stand-in, silent
  std::shared_ptr<const Position> parent;
  std::string key;  ///< under the parent, if that is an object
  std::optional<std::size_t> index;

  /// Built only when a fault is told: most documents have none.
  std::string path() const {
    if (!parent) return "";
    return index ? path_join(parent->path(), *index) : path_join(parent->path(), key);
  }
  std::string path_of(const std::string& member) const {
    return member.empty() ? path() : path_join(path(), member);
  }
  void note(const std::string& path, std::string_view message, std::string_view remedy) const {
    std::string line = state->source;
    if (!path.empty()) line += ": " + path;
    line += fmt::format(": {}", on_one_line(message));
    if (!remedy.empty()) line += fmt::format(" ({})", on_one_line(remedy));
    if (std::find(state->faults.begin(), state->faults.end(), line) == state->faults.end())
      state->faults.push_back(std::move(line));
  }
  /// A fault after which the getter returns a stand-in.
  void note_bad(const std::string& path, std::string_view message, std::string_view remedy) const {
    note(path, message, remedy);
    state->bad.insert(path);
  }
  void note_kind(const std::string& path, const DocumentValue& found, std::string_view wanted,
                 std::string_view remedy) const {
    note_bad(path, fmt::format("{} is not {}", shown(found), wanted), remedy);
  }

  /// Looks into this object; false (and a fault) if it is none.
  bool open() const {
    if (value == nullptr) return false;
    if (value->kind != Kind::object) {
      note_kind(path(), *value, "an object", "write an object, {...}");
      return false;
    }
    value->opened = true;
    return true;
  }
  /// The member at `name`, which counts as asked for from now on; nullptr if it is not there.
  DocumentValue* ask(const std::string& name) const {
    if (!open()) return nullptr;
    auto& asked = value->asked;
    if (std::find(asked.begin(), asked.end(), name) == asked.end()) asked.push_back(name);
    return value->find(name);
  }
  /// As ask(), and its absence is a fault unless `optional`.
  DocumentValue* want(const std::string& name, bool optional, std::string_view remedy) const {
    DocumentValue* found = ask(name);
    const bool readable = value != nullptr && value->kind == Kind::object;
    if (found == nullptr && readable && !optional)
      note_bad(path_of(name), "the field is missing", remedy);
    return found;
  }

  std::string text(const DocumentValue& found, const std::string& at) const {
    if (found.kind == Kind::text) return found.text;
    note_kind(at, found, "a text", "write a text in double quotes");
    return "";
  }
  std::int64_t integer(const DocumentValue& found, const std::string& at,
                       const IntegerRange& range) const;
  double number(const DocumentValue& found, const std::string& at, const NumberRange& range) const;
  void report_unknown() const;
};

std::int64_t Node::Position::integer(const DocumentValue& found, const std::string& at,
                                     const IntegerRange& range) const {
  const std::string remedy = with_range("an integer", describe_range(range));
  if (found.kind == Kind::number && looks_like_integer(found.text)) {
    note_bad(at, fmt::format("{} does not fit into 64 bits", shown(found)), remedy);
  } else if (found.kind != Kind::integer) {
    note_kind(at, found, "an integer", remedy);
  } else if (found.integer < range.min || found.integer > range.max) {
    note_bad(at, fmt::format("{} is out of range", found.integer), remedy);
  } else {
    return found.integer;
  }
  return std::clamp<std::int64_t>(0, range.min, std::max(range.min, range.max));
}

double Node::Position::number(const DocumentValue& found, const std::string& at,
                              const NumberRange& range) const {
  const std::string remedy = with_range("a number", describe_range(range));
  if (found.kind != Kind::integer && found.kind != Kind::number) {
    note_kind(at, found, "a number", remedy);
  } else if (!(found.number >= range.min && found.number <= range.max)) {
    note_bad(at, fmt::format("{} is out of range", shown(found)), remedy);
  } else {
    return found.number;
  }
  return std::clamp(0.0, range.min, std::max(range.min, range.max));
}

/// The members of every object that was looked into and that nobody asked for, in the document's
/// order. A member that nobody asked for is not looked into further.
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

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(const std::string& text, const std::string& source,
                                 std::string_view schema) {
  auto value = read_document(text, source);
  if (!value) return fail(value);
  if (value->kind != Kind::object)
    return fail(Fault::document,
                fmt::format("{}: the document is {}, not an object", source, shown(*value)),
                "put everything between { and }");
  Document document(
      std::make_unique<State>(State{.source = source, .root = std::move(*value), .bad = {}}));
  if (schema.empty()) return document;
  const DocumentValue* found = document.state_->root.find("schema");
  const auto remedy = fmt::format("this program reads \"schema\": \"{}\"", schema);
  if (found == nullptr)
    return fail(Fault::document, fmt::format("{}: schema: the field is missing", source), remedy);
  if (found->kind != Kind::text || found->text != schema)
    return fail(Fault::document,
                fmt::format("{}: schema: {} is not \"{}\"", source, shown(*found), schema), remedy);
  document.root().ignore("schema");
  return document;
}

Node Document::root() const {
  Node::Position top{state_.get(), &state_->root, nullptr, "", {}};
  top.open();
  return Node(std::make_shared<const Node::Position>(std::move(top)));
}

Result<void> Document::finish() const {
  root().position_->report_unknown();
  const auto& faults = state_->faults;
  if (faults.empty()) return {};
  std::string lines;
  for (std::size_t i = 0; i < std::min(faults.size(), max_reported); ++i)
    lines += (i == 0 ? "" : "\n") + faults[i];
  if (faults.size() > max_reported)
    lines += fmt::format("\n{}: and {} more faults", state_->source, faults.size() - max_reported);
  return fail(Fault::document, lines);
}

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
  const DocumentValue* found =
      position_->want(key, fallback.has_value(), "add it, a text in double quotes");
  if (found == nullptr) return fallback.value_or("");
  return position_->text(*found, position_->path_of(key));
}

std::string Node::choice(const std::string& key, const std::vector<std::string>& allowed,
                         std::optional<std::string> fallback) const {
  const std::string one_of = fmt::format("one of: {}", fmt::join(allowed, ", "));
  const std::string stand_in = fallback.value_or(allowed.empty() ? "" : allowed.front());
  const DocumentValue* found = position_->want(key, fallback.has_value(), "add it, " + one_of);
  if (found == nullptr) return stand_in;
  if (found->kind != Kind::text) {
    position_->note_kind(position_->path_of(key), *found, "a text", "write " + one_of);
  } else if (std::find(allowed.begin(), allowed.end(), found->text) == allowed.end()) {
    position_->note_bad(position_->path_of(key), fmt::format("{} is not known here", shown(*found)),
                        one_of);
  } else {
    return found->text;
  }
  return stand_in;
}

std::int64_t Node::integer(const std::string& key, IntegerRange range,
                           std::optional<std::int64_t> fallback) const {
  const std::string remedy = with_range("an integer", describe_range(range));
  const DocumentValue* found = position_->want(key, fallback.has_value(), remedy);
  if (found == nullptr)
    return fallback.value_or(
        std::clamp<std::int64_t>(0, range.min, std::max(range.min, range.max)));
  return position_->integer(*found, position_->path_of(key), range);
}

double Node::number(const std::string& key, NumberRange range,
                    std::optional<double> fallback) const {
  const std::string remedy = with_range("a number", describe_range(range));
  const DocumentValue* found = position_->want(key, fallback.has_value(), remedy);
  if (found == nullptr)
    return fallback.value_or(std::clamp(0.0, range.min, std::max(range.min, range.max)));
  return position_->number(*found, position_->path_of(key), range);
}

bool Node::boolean(const std::string& key, std::optional<bool> fallback) const {
  const DocumentValue* found = position_->want(key, fallback.has_value(), "write true or false");
  if (found == nullptr) return fallback.value_or(false);
  if (found->kind == Kind::boolean) return found->integer != 0;
  position_->note_kind(position_->path_of(key), *found, "true or false", "write true or false");
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
    if (value.kind == Kind::text || value.kind == Kind::integer || value.kind == Kind::number ||
        value.kind == Kind::boolean) {
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
    result[name] = value.kind == Kind::boolean
                       ? value.integer
                       : at.position_->integer(value, at.position_->path_of(name), {});
  return result;
}

std::map<std::string, double> Node::number_map(const std::string& key) const {
  const Node at = object(key, true);
  std::map<std::string, double> result;
  if (!at.is_object()) return result;
  at.position_->value->all_asked = true;
  constexpr NumberRange any{-std::numeric_limits<double>::max(),
                            std::numeric_limits<double>::max()};
  for (const auto& [name, value] : at.position_->value->members)
    result[name] = at.position_->number(value, at.position_->path_of(name), any);
  return result;
}

Node Node::object(const std::string& key, bool optional) const {
  DocumentValue* found = position_->want(key, optional, "add it, an object, {...}");
  Position below{position_->state, found, position_, key, {}};
  if (!below.open()) below.value = nullptr;
  return Node(std::make_shared<const Position>(std::move(below)));
}

std::vector<Node> Node::array(const std::string& key, bool optional) const {
  std::vector<Node> result;
  DocumentValue* found = position_->want(key, optional, "add it, an array, [...]");
  if (found == nullptr) return result;
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
    names.push_back(member.first);
  return names;
}

std::string Node::as_text() const {
  return position_->value == nullptr ? "" : position_->text(*position_->value, path());
}

std::int64_t Node::as_integer(IntegerRange range) const {
  return position_->value == nullptr ? 0 : position_->integer(*position_->value, path(), range);
}

void Node::ignore(const std::string& key) const {
  position_->ask(key);
}

void Node::fault(std::string_view message, std::string_view remedy, const std::string& key) const {
  if (position_->value == nullptr) return;
  const std::string at = position_->path_of(key);
  if (!position_->state->bad.contains(at)) position_->note(at, message, remedy);
}

}  // namespace moderato
