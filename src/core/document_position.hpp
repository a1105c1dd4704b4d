// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"
#include "core/document_value.hpp"

namespace moderato {

/// Private to the strict reader.
struct Document::State {
  std::string source;
  DocumentValue root;
  std::vector<std::string> faults;  ///< one line each
  std::set<std::string> told;       ///< the same, so that none is told twice
  std::set<std::string> faulty;     ///< paths with a fault
  std::set<std::string> bad;        ///< paths at which a getter handed out a stand-in
};

/// Where a Node stands, and how it tells faults. Private to the strict reader.
struct Node::Position {
  Document::State* state = nullptr;
  DocumentValue* value = nullptr;  ///< nullptr: a stand-in, silent
  std::shared_ptr<const Position> parent;
  std::string key;  ///< under the parent, if that is an object
  std::optional<std::size_t> index;

  std::string path() const;
  std::string path_of(const std::string& member) const;

  void note(const std::string& path, std::string_view message, std::string_view remedy) const;
  /// A fault after which the getter returns a stand-in.
  void note_bad(const std::string& path, std::string_view message, std::string_view remedy) const;
  void note_kind(const std::string& path, const DocumentValue& found, std::string_view wanted,
                 std::string_view remedy) const;
  /// The members of every object from `at` (whose path is `path`) down that was looked into and
  /// that nobody asked for, in the document's order. A member that nobody asked for is not looked
  /// into further.
  void report_unknown(const DocumentValue& at, const std::string& path) const;

  /// Looks into this object; false (and a fault) if it is none.
  bool open() const;
  /// The member at `name`, which counts as asked for from now on; nullptr if it is not there.
  DocumentValue* ask(const std::string& name) const;
  /// Tells that ask() found nothing; silent if this is no object, which has been told then.
  void note_missing(const std::string& name, std::string_view remedy) const;

  /// `found`, the member `name` (empty: this value itself), as a text, integer or number; else a
  /// fault and `otherwise`. Paths and remedies are built only for a fault: most documents have
  /// none.
  std::string text(const DocumentValue& found, const std::string& name) const;
  std::int64_t integer(const DocumentValue& found, const std::string& name,
                       const IntegerRange& range, std::int64_t otherwise) const;
  double number(const DocumentValue& found, const std::string& name, const NumberRange& range,
                double otherwise) const;
};

/// The value as a fault shows it.
std::string shown(const DocumentValue& value);

/// What to write: "write an integer from 1 to 5".
std::string remedy_for(const IntegerRange& range);
std::string remedy_for(const NumberRange& range);

/// The value nearest to 0 in the range: what getters without a fallback return after a fault.
std::int64_t stand_in(const IntegerRange& range);
double stand_in(const NumberRange& range);

}  // namespace moderato
