// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"
#include "space/space.hpp"

namespace moderato {

/// Candidates as the model sees them: N rows. Private to the module.
struct Points {
  /// N x D. One column a dimension, 0 to 1 over the values of the space; logarithmic where they
  /// span a factor of 16 or more. A value of 0 on such a scale stands one step below the smallest
  /// other one. Dimensions that the row's branch does not use are 0.
  Eigen::MatrixXd x;
  /// N x D: 1 where the value is a 0 on a logarithmic scale, which is no small value but a special
  /// one ("at once", or "no limit").
  Eigen::MatrixXd special;
  /// N: which of the modes are on. Points in different branches share the dimensions that are in
  /// use in all branches, and nothing else.
  Eigen::VectorXi branch;
  /// N: 0 = this study, 1 = an earlier one.
  Eigen::VectorXi study;
};

/// These rows of `points`, and both below one another.
Points rows_of(const Points& points, const std::vector<Eigen::Index>& rows);
Points joined(const Points& above, const Points& below);

/// The dimensions of a space: one a parameter with two or more values, but for those modes that are
/// only on or off, which make the branches.
class Encoding {
 public:
  Encoding(const Space& space, const Settings& baseline);

  /// Knobs that a candidate does not name are the baseline's.
  Points encode(std::span<const Candidate> candidates) const;

  int dimensions() const { return static_cast<int>(axes_.size()); }
  const std::string& knob(int dimension) const {
    return axes_[static_cast<std::size_t>(dimension)].knob;
  }
  /// Whether a dimension is in use in this branch: (adaptive on: the window; off: usecs x frames).
  bool in_use(int dimension, int branch) const;
  bool always_in_use(int dimension) const;
  int branches() const { return 1 << modes_.size(); }

 private:
  struct Axis {
    std::string knob;
    bool logarithmic = false;
    double least = 0, most = 1;  ///< after the logarithm; of the values that are not special
    double step = 1;             ///< from the special value to the least one
  };
  struct Mode {
    std::string knob;
    std::vector<std::string> used_if_zero, used_unless_zero;
  };
  double place(const Axis& axis, std::int64_t value) const;
  std::int64_t value_of(const std::string& knob, const Settings& settings) const;

  Settings baseline_;
  std::vector<Axis> axes_;
  std::vector<Mode> modes_;
};

}  // namespace moderato
