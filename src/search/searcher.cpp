// SPDX-License-Identifier: Apache-2.0
#include "search/searcher.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "search/bayesian.hpp"
#include "search/grid.hpp"
#include "search/one_factor.hpp"
#include "search/random.hpp"

namespace moderato {

std::vector<std::string> searcher_names() {
  return {"grid", "random", "one-factor", "bayesian"};
}

Result<std::unique_ptr<Searcher>> make_searcher(std::string_view name, SearchTask task) {
  if (name == "grid") return std::make_unique<GridSearcher>(std::move(task.candidates));
  if (name == "random") return std::make_unique<RandomSearcher>(std::move(task));
  if (name == "one-factor") return std::make_unique<OneFactorSearcher>(std::move(task));
  if (name == "bayesian") return std::make_unique<BayesianSearcher>(std::move(task));
  const auto all = searcher_names();
  return fail(Fault::document, fmt::format("there is no searcher '{}'", name),
              did_you_mean(name, all, fmt::format("searchers: {}", fmt::join(all, ", "))));
}

}  // namespace moderato
