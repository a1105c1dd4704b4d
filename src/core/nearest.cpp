// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace moderato {
namespace {

constexpr std::size_t longest_name = 128;  ///< the cost is quadratic, and no name of ours is longer

std::string folded(std::string_view name) {
  std::string result(name);
  for (char& c : result)
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Levenshtein distance, one row at a time.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& names) {
  if (name.size() > longest_name) return {};
  const std::string wanted = folded(name);
  // Of one or two letters anything is near anything.
  std::size_t least = (name.size() < 3 ? 0 : name.size() / 3) + 1;
  std::string best;
  for (const std::string& known : names) {
    if (known.size() > longest_name) continue;
    if (const std::size_t d = distance(wanted, folded(known)); d < least) {
      least = d;
      best = known;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& names,
                         std::string otherwise) {
  const std::string near = nearest(name, names);
  return near.empty() ? otherwise : "did you mean '" + near + "'?";
}

}  // namespace moderato
