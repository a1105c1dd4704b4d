// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "search/encoding.hpp"
#include "search/gaussian_process.hpp"
#include "search/model_view.hpp"
#include "search/searcher.hpp"

namespace moderato {

/// Bayesian optimisation over the finite space: the anchors first, then a few points spread over
/// each branch, then what the model expects to gain most from. No candidate is asked for twice:
/// replication is the confirmation's business.
///
/// Suggestions take turns. One goes to the branch that was looked at least for its size, since a
/// branch that is terrible but for a narrow optimum looks hopeless to any model, and there to
/// values that nobody has tried, since a time that suits a round trip is good between two that are
/// bad; one to the best anywhere; one to the best within two grid steps of the incumbent. As long
/// as there is hardly an incumbent, that one goes to new values as well. Once nothing is expected
/// to be worth a trial, the few that remain are all close to it, for an optimum may be sharper than
/// any model expects; and no search ends before all candidates beside it, one step away in one
/// dimension, are known.
class BayesianSearcher : public Searcher {
 public:
  explicit BayesianSearcher(SearchTask task);
  std::vector<Candidate> ask(std::size_t count) override;
  void tell(const Candidate& candidate, const Score& score) override;
  std::optional<double> expected_gain() const override { return expected_gain_; }
  std::string why_finished() const override { return why_finished_; }
  /// After all scores were told. Precondition: `about` is a candidate of the task.
  ModelView view(const Candidate& about);

 private:
  using Row = Eigen::Index;  ///< of a candidate in the task, and in points_

  void plan_start();
  std::vector<Row> open() const;
  std::vector<Row> choose(std::size_t count);
  /// Of `rows` the one that this turn's suggestion is. `belief` and `gain`: of each of them.
  Row best_of_turn(const std::vector<Row>& rows, const Belief& belief, const Eigen::VectorXd& gain,
                   const GaussianProcess& model) const;
  double size_of(int branch) const;  ///< points
  std::vector<Row> in_neglected_branch(const std::vector<Row>& rows) const;
  /// Precondition: there are rows.
  std::vector<Row> at_new_values_of_neglected_branch(const std::vector<Row>& rows) const;
  /// Which of those measured is believed to be the best.
  std::optional<Row> incumbent(const GaussianProcess& model) const;
  template <class Near>
  std::vector<Row> near_incumbent(const std::vector<Row>& rows, const GaussianProcess& model,
                                  const Near& is_near) const;
  std::vector<Row> close_to_incumbent(const std::vector<Row>& rows,
                                      const GaussianProcess& model) const;
  /// One step away, in one dimension.
  std::vector<Row> beside_incumbent(const std::vector<Row>& rows,
                                    const GaussianProcess& model) const;
  /// Whether to go on. `most_gain`: beyond `indifference`, of `rows`, which are open.
  bool is_worthwhile(double most_gain, const std::vector<Row>& rows, const GaussianProcess& model);
  Observations seen() const;
  std::vector<Row> measured() const;
  double effect_of(int dimension) const;
  double believed_best(const GaussianProcess& model) const;

  SearchTask task_;
  Encoding encoding_;
  Points points_;    ///< of the candidates
  Points baseline_;  ///< one row
  Observations earlier_;
  Eigen::MatrixXi ranks_;  ///< of each value among those of its dimension
  GaussianProcess model_;
  std::mt19937_64 random_;
  std::deque<Row> start_;      ///< still to be asked before the model is
  std::vector<bool> asked_;    ///< by row
  std::map<int, Row> row_of_;  ///< by number of the candidate
  std::map<Row, Score> told_;  ///< NaN: failed
  bool learnt_ = false;        ///< all that was told
  int turn_ = 0, hopeless_ = 0;
  std::optional<double> expected_gain_;
  std::string why_finished_;
};

}  // namespace moderato
