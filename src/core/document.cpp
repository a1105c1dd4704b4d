// SPDX-License-Identifier: Apache-2.0
#include "core/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/document_position.hpp"

namespace moderato {
namespace {

/// More help nobody, and a large bad file would fill the screen.
constexpr std::size_t max_reported = 100;

}  // namespace

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(const std::string& text, const std::string& source,
                                 std::string_view schema) {
  auto value = read_document(text, source);
  if (!value) return fail(value);
  if (value->kind != DocumentValue::Kind::object)
    return fail(Fault::document,
                fmt::format("{}: the document is {}, not an object", source, shown(*value)),
                "put everything between { and }");
  Document document(std::make_unique<State>(State{.source = source, .root = std::move(*value)}));
  if (schema.empty()) return document;
  const DocumentValue* found = document.state_->root.find("schema");
  const auto remedy = fmt::format("this program reads \"schema\": \"{}\"", schema);
  if (found == nullptr)
    return fail(Fault::document, fmt::format("{}: schema: the field is missing", source), remedy);
  if (found->kind != DocumentValue::Kind::text || found->text != schema)
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
  root().position_->report_unknown(state_->root, "");
  const auto& faults = state_->faults;
  if (faults.empty()) return {};
  std::string lines;
  for (std::size_t i = 0; i < std::min(faults.size(), max_reported); ++i)
    lines += (i == 0 ? "" : "\n") + faults[i];
  if (faults.size() > max_reported)
    lines += fmt::format("\n{}: and {} more faults", state_->source, faults.size() - max_reported);
  return fail(Fault::document, lines);
}

}  // namespace moderato
