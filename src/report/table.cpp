// SPDX-License-Identifier: Apache-2.0
#include "report/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/html.hpp"

namespace moderato {
namespace {

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = width_of(table.columns[i].title);
    for (const Row& row : table.rows)
      width = std::max(width, width_of(row.cells[i]));
    widths.push_back(width);
  }
  return widths;
}

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string blanks(width - width_of(cell), ' ');
  return align == Align::left ? cell + blanks : blanks + cell;
}

std::string line(const Table& table, const std::vector<std::size_t>& widths,
                 const std::vector<std::string>& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i)
    text += "  " + padded(cells[i], widths[i], table.columns[i].align);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string html_class(Align align) {
  return align == Align::left ? "left" : "right";
}

std::string html_cells(const Table& table, const Row& row) {
  std::string cells;
  for (std::size_t i = 0; i < row.cells.size(); ++i)
    cells += element("td", row.cells[i], {{"class", html_class(table.columns[i].align)}});
  return cells;
}

}  // namespace

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string toned(const std::string& text, Tone tone, bool colour) {
  if (!colour || tone == Tone::plain) return text;
  const int code = tone == Tone::good ? 32 : tone == Tone::bad ? 31 : 2;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string table_text(const Table& table, bool colour) {
  const std::vector<std::size_t> widths = widths_of(table);
  std::vector<std::string> titles;
  for (const Column& column : table.columns)
    titles.push_back(column.title);
  std::string text = toned(line(table, widths, titles), Tone::faint, colour) + "\n";
  for (const Row& row : table.rows)
    text += toned(line(table, widths, row.cells), row.tone, colour) + "\n";
  return text;
}

std::string table_html(const Table& table) {
  std::string head, body;
  for (const Column& column : table.columns)
    head += element("th", column.title, {{"scope", "col"}, {"class", html_class(column.align)}});
  for (const Row& row : table.rows)
    body += raw_element("tr", html_cells(table, row), {{"class", tone_class(row.tone)}}) + "\n";
  const std::string content = element("caption", table.caption) +
                              raw_element("thead", raw_element("tr", head)) + "\n" +
                              raw_element("tbody", body);
  // The region scrolls on its own and can be reached by keyboard.
  return raw_element("div", raw_element("table", content),
                     {{"class", "scroll"},
                      {"role", "region"},
                      {"tabindex", "0"},
                      {"aria-label", table.caption}}) +
         "\n";
}

}  // namespace moderato
