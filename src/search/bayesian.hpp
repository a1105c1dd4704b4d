// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "search/encoding.hpp"
#include "search/gaussian_process.hpp"
#include "search/searcher.hpp"

namespace moderato {

/// Bayesian optimisation over the finite space: the anchors first, then a few points spread over
/// each branch, then by turns the point of the largest expected improvement of all and of the
/// largest one close to the best so far. No point is asked for twice: replication is the
/// confirmation's business.
class BayesianSearcher : public Searcher {
 public:
  explicit BayesianSearcher(SearchTask task);
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate& candidate, const Score& score) override;
  std::optional<Candidate> best() override;
  std::string why_finished() const override { return why_finished_; }

 private:
  struct Told {
    double value;
    double rounds;
  };
  std::vector<Eigen::Index> choose(std::size_t count);
  void plan_start();
  Observations seen() const;
  void learn();
  double best_believed() const;
  std::vector<char> close_to_the_best() const;

  SearchTask task_;
  Encoding encoding_;
  Points points_;          ///< of the candidates; row i is candidate i of the task
  Points baseline_;        ///< one row
  Eigen::MatrixXi ranks_;  ///< of each value among those of its dimension
  GaussianProcess model_;
  std::mt19937_64 random_;
  std::deque<Eigen::Index> start_;  ///< still to be asked before the model is
  std::vector<char> asked_;
  std::map<int, Eigen::Index> row_of_;  ///< number of a candidate -> row
  std::map<Eigen::Index, Told> told_;   ///< by row; failures are not in it
  bool learnt_ = false;
  int suggestions_ = 0, fits_ = 0;
  std::string why_finished_;
};

}  // namespace moderato
