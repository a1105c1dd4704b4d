// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace moderato {

class Node;

/// A strict reader of one JSON document written by people. Getters never stop: each notes its fault
/// (path, value, remedy) and returns a stand-in; finish() reports all of them at once, and every
/// field that nobody asked for (has() asks, too). So a reader function reads as the schema does:
///
///   auto document = Document::parse(text, "policies/x.json", "moderato-policy/1");
///   Node root = document->root();
///   policy.name = root.text("name");
///   policy.rounds = root.integer("rounds", {1, 1000}, 3);
///   if (auto done = document->finish(); !done) return fail(done);
///
/// A fault is one line, "policies/x.json: measurement.batch: 0 is out of range (write an integer
/// from 1 to 1000)". An integer is written as one: 5.0, 5e0 and what does not fit into 64 bits are
/// faults, never rounded. null is no value: an optional field is left out. At most 16 MiB and 64
/// levels.
class Document {
 public:
  /// Fails at once on what leaves nothing to read: bad syntax (with line and column), duplicate
  /// keys, no object at the top, or a "schema" field other than `schema` ("" = do not ask for one).
  static Result<Document> parse(const std::string& text, const std::string& source,
                                std::string_view schema);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Node root() const;
  /// Error{Fault::document} with one line a fault (its remedy in the line; after 100 only their
  /// number), or nothing.
  Result<void> finish() const;

 private:
  struct State;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  friend class Node;
};

struct IntegerRange {
  std::int64_t min = INT64_MIN, max = INT64_MAX;
};
struct NumberRange {
  double min = 0, max = 0;  ///< inclusive
};

/// A value inside a Document, which must outlive it. Getters with a fallback make the field
/// optional; without one its absence is a fault. The stand-in after a fault is the fallback, else
/// the value of the range nearest to 0, the first choice, or an empty text.
class Node {
 public:
  std::string path() const;  ///< "space.parameters[2].values"
  bool has(const std::string& key) const;
  bool is_text() const;
  bool is_object() const;

  std::string text(const std::string& key, std::optional<std::string> fallback = {}) const;
  /// One of `allowed`; the fault lists them.
  std::string choice(const std::string& key, const std::vector<std::string>& allowed,
                     std::optional<std::string> fallback = {}) const;
  std::int64_t integer(const std::string& key, IntegerRange range,
                       std::optional<std::int64_t> fallback = {}) const;
  double number(const std::string& key, NumberRange range,
                std::optional<double> fallback = {}) const;
  bool boolean(const std::string& key, std::optional<bool> fallback = {}) const;
  std::vector<std::string> texts(const std::string& key,
                                 std::optional<std::vector<std::string>> fallback = {}) const;
  std::vector<std::int64_t> integers(const std::string& key, IntegerRange range,
                                     std::optional<std::vector<std::int64_t>> fallback = {}) const;
  /// An object of texts; numbers and booleans are turned into their JSON text. Absent: empty.
  std::map<std::string, std::string> text_map(const std::string& key) const;
  /// An object of integers; booleans count as 0 and 1. Absent: empty.
  std::map<std::string, std::int64_t> integer_map(const std::string& key) const;
  /// An object of numbers. Absent: empty.
  std::map<std::string, double> number_map(const std::string& key) const;

  /// The object at `key`; if it is missing (and not optional) or no object, a fault, and a node
  /// whose getters return stand-ins silently.
  Node object(const std::string& key, bool optional = false) const;
  /// The elements of the array at `key`.
  std::vector<Node> array(const std::string& key, bool optional = false) const;
  /// The members of this object, in the document's order, none of them asked for yet.
  std::vector<std::string> keys() const;

  /// This node itself as a text or an integer (for array elements).
  std::string as_text() const;
  std::int64_t as_integer(IntegerRange range) const;

  /// Marks a field as known without reading it ("comment").
  void ignore(const std::string& key) const;
  /// Notes a fault that the schema cannot express, at this node or at `key` under it. Dropped where
  /// a getter has noted a fault at that very place: what it returned was a stand-in.
  void fault(std::string_view message, std::string_view remedy, const std::string& key = {}) const;
  /// Whether no fault has been noted at this node or below it so far: then what was read is no
  /// stand-in, and can be held against other fields.
  bool sound() const;

 private:
  friend class Document;
  struct Position;
  explicit Node(std::shared_ptr<const Position> position);
  std::shared_ptr<const Position> position_;
};

}  // namespace moderato
