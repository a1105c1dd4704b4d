// SPDX-License-Identifier: Apache-2.0
#include "search/kernel.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

using namespace moderato;

namespace {

/// A mode with a window, else usecs x frames; and a limit that is always in use.
Space moderation_space() {
  return {{{"adaptive-rx", {1, 0}},
           {"rx-usecs", {16, 0, 2, 64, 256}},
           {"rx-frames", {88, 1, 8}},
           {"rx-usecs-high", {128, 32, 1024}},
           {"srq-limit", {30, 60, 120}}},
          {{Constraint::Kind::fixed_unless_zero, {"adaptive-rx", "rx-usecs", "rx-frames"}},
           {Constraint::Kind::fixed_if_zero, {"adaptive-rx", "rx-usecs-high"}}}};
}

KernelParameters some_parameters(int dimensions) {
  return {-0.3, 0.2, -0.1, -0.8, -1.2, 0.4, Eigen::VectorXd::LinSpaced(dimensions, -1.5, 0.2)};
}

}  // namespace

TEST_CASE("a mode makes branches, and is no dimension itself") {
  const Encoding encoding(moderation_space(), {});
  CHECK(encoding.dimensions() == 4);
  CHECK(encoding.branches() == 2);
}

TEST_CASE("a branch ignores the knobs that it does not use") {
  const Encoding encoding(moderation_space(), {});
  const std::vector<Candidate> same{{1, {{"adaptive-rx", 1}, {"rx-usecs", 16}}},
                                    {2, {{"adaptive-rx", 1}, {"rx-usecs", 256}}}};
  const Points points = encoding.encode(same);
  CHECK(points.x.row(0) == points.x.row(1));
  CHECK(points.branch[0] == points.branch[1]);
}

TEST_CASE("on a logarithmic scale equal ratios are equal distances, and 0 is special") {
  const Encoding encoding({{{"rx-usecs", {0, 1, 4, 16, 64}}}, {}}, {});
  const std::vector<Candidate> some{{1, {{"rx-usecs", 0}}},
                                    {2, {{"rx-usecs", 1}}},
                                    {3, {{"rx-usecs", 4}}},
                                    {4, {{"rx-usecs", 64}}}};
  const Points points = encoding.encode(some);
  CHECK(points.x(1, 0) == 0);
  CHECK(points.x(2, 0) == doctest::Approx(1.0 / 3));
  CHECK(points.x(3, 0) == 1);
  CHECK(points.x(0, 0) < 0);
  CHECK(points.special.col(0) == Eigen::Vector4d(1, 0, 0, 0));
}

TEST_CASE("the covariance is positive semi-definite over the whole space") {
  const Space space = moderation_space();
  const Encoding encoding(space, {});
  Points points = encoding.encode(enumerate(space, {}));
  points.study.tail(points.study.size() / 3).setOnes();
  const Eigen::MatrixXd covariance =
      Pairs(points, points, {3}).covariance(some_parameters(encoding.dimensions()));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(covariance);
  CHECK(spectrum.eigenvalues().minCoeff() > -1e-9);
  CHECK(covariance.diagonal().minCoeff() ==
        doctest::Approx(prior_variance(some_parameters(encoding.dimensions()), true)));
}

TEST_CASE("points of different branches have in common what all branches use, and nothing else") {
  const Encoding encoding(moderation_space(), {});
  const std::vector<Candidate> some{{1, {{"adaptive-rx", 1}, {"srq-limit", 30}}},
                                    {2, {{"adaptive-rx", 0}, {"srq-limit", 30}}}};
  const Points points = encoding.encode(some);
  const auto parameters = some_parameters(encoding.dimensions());
  CHECK(Pairs(points, points, {3}).covariance(parameters)(0, 1) ==
        doctest::Approx(std::exp(2 * parameters.shared)));
  CHECK(Pairs(points, points, {}).covariance(parameters)(0, 1) == 0);
}

TEST_CASE("points that differ in one knob have in common what each of the others does by itself") {
  const Encoding encoding(moderation_space(), {});
  const std::vector<Candidate> some{
      {1, {{"adaptive-rx", 0}, {"rx-usecs", 64}, {"rx-frames", 1}, {"srq-limit", 30}}},
      {2, {{"adaptive-rx", 0}, {"rx-usecs", 64}, {"rx-frames", 88}, {"srq-limit", 30}}}};
  const Points points = encoding.encode(some);
  auto parameters = some_parameters(encoding.dimensions());
  parameters.offset = parameters.local = -20;
  parameters.length.setConstant(-5);  // so short that other values tell nothing
  CHECK(Pairs(points, points, {}).covariance(parameters)(0, 1) ==
        doctest::Approx(std::exp(2 * parameters.alone) * 3 / 4));
}

TEST_CASE("the gradient is the slope of the covariance") {
  const Space space = moderation_space();
  const Encoding encoding(space, {});
  auto candidates = enumerate(space, {});
  candidates.resize(25);
  candidates.push_back({99, {{"adaptive-rx", 0}, {"rx-usecs", 0}, {"srq-limit", 60}}});
  Points points = encoding.encode(candidates);
  points.study.tail(9).setOnes();
  const Pairs pairs(points, points, {3});
  const auto parameters = some_parameters(encoding.dimensions());
  const Eigen::Index n = points.x.rows();
  const Eigen::MatrixXd weights =
      Eigen::VectorXd::LinSpaced(n, -1, 2) * Eigen::VectorXd::LinSpaced(n, -1, 2).transpose();
  const Eigen::VectorXd gradient =
      pairs.gradient(parameters, weights, pairs.covariance(parameters));
  const Eigen::VectorXd at = parameters.packed();
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    constexpr double step = 1e-5;
    Eigen::VectorXd above = at, below = at;
    above[i] += step;
    below[i] -= step;
    const Eigen::MatrixXd difference = pairs.covariance(KernelParameters::unpacked(above)) -
                                       pairs.covariance(KernelParameters::unpacked(below));
    const double slope = weights.cwiseProduct(difference).sum() / (2 * step);
    CHECK(gradient[i] == doctest::Approx(slope).epsilon(1e-5));
  }
}
