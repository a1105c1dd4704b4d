// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/study.hpp"

namespace moderato {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::right;
};

struct Row {
  std::vector<std::string> cells;  ///< one a column
  Tone tone = Tone::plain;
};

/// Figures as they are shown, before anyone decides whether as text or as HTML.
struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<Row> rows;
};

/// Columns padded to their widest cell, two spaces apart, each line indented by two.
std::string table_text(const Table& table, bool colour);
std::string table_html(const Table& table);

/// `text` in the terminal's colour for `tone`, or as it is.
std::string toned(const std::string& text, Tone tone, bool colour);

/// Characters, not bytes, of UTF-8 text.
std::size_t width_of(const std::string& text);

}  // namespace moderato
