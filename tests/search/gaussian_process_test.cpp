// SPDX-License-Identifier: Apache-2.0
#include "search/gaussian_process.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "search/acquisition.hpp"

using namespace moderato;

namespace {

constexpr int values = 24;

/// One knob with even values, whose log score is a parabola.
struct Parabola {
  Space space;
  std::vector<Candidate> candidates;
  Parabola() {
    Parameter knob{"rx-usecs", {}};
    for (int i = 0; i < values; ++i)
      knob.values.push_back(i + 1);
    space.parameters = {knob};
    candidates = enumerate(space, {});
  }
  static double at(Eigen::Index i) { return std::pow((static_cast<double>(i) - 9) / 10, 2); }
  Observations seen(const Encoding& encoding) const {
    Observations all{encoding.encode(candidates), Eigen::VectorXd(values),
                     Eigen::VectorXd::Ones(values)};
    for (Eigen::Index i = 0; i < values; ++i)
      all.values[i] = at(i) + (i % 2 == 0 ? 0.01 : -0.01);
    return all;
  }
};

}  // namespace

TEST_CASE("what was seen is believed, within the noise") {
  const Parabola parabola;
  const Encoding encoding(parabola.space, {});
  GaussianProcess model(encoding, {});
  const auto seen = parabola.seen(encoding);
  model.fit(seen, true);
  const Belief belief = model.predict(seen.points);
  for (Eigen::Index i = 0; i < values; ++i)
    CHECK(belief.mean[i] == doctest::Approx(Parabola::at(i)).epsilon(0.05));
  CHECK(belief.variance.maxCoeff() < 0.02 * 0.02);
}

TEST_CASE("an outlier is told from its neighbours, and moves them little") {
  const Parabola parabola;
  const Encoding encoding(parabola.space, {});
  auto seen = parabola.seen(encoding);
  seen.values[9] += std::log(3.0);
  GaussianProcess model(encoding, {});
  model.fit(seen, true);
  CHECK(model.outlier_probability()[9] > 0.9);
  CHECK(model.outlier_probability().head(9).maxCoeff() < 0.5);
  CHECK(model.predict(seen.points).mean[9] < 0.1);
}

TEST_CASE("a value that is too good is no outlier") {
  const Parabola parabola;
  const Encoding encoding(parabola.space, {});
  auto seen = parabola.seen(encoding);
  seen.values[9] -= std::log(3.0);
  GaussianProcess model(encoding, {});
  model.fit(seen, true);
  CHECK(model.outlier_probability()[9] < 0.1);
}

TEST_CASE("a median of many rounds is trusted more than one round") {
  const Parabola parabola;
  const Encoding encoding(parabola.space, {});
  auto seen = parabola.seen(encoding);
  seen.rounds.setConstant(15);
  GaussianProcess once(encoding, {}), often(encoding, {});
  once.fit(parabola.seen(encoding), true);
  often.fit(seen, true);
  CHECK(often.predict(seen.points).variance.sum() < once.predict(seen.points).variance.sum());
}

TEST_CASE("equal values do not make what was not seen certain") {
  const Parabola parabola;
  const Encoding encoding(parabola.space, {});
  const auto all = parabola.seen(encoding);
  Observations some{rows_of(all.points, {0, 4, 8}), Eigen::Vector3d(0, 0, 0),
                    Eigen::VectorXd::Ones(3)};
  const NoiseModel noise;
  GaussianProcess model(encoding, noise);
  model.fit(some, true);
  const Belief unseen = model.predict(rows_of(all.points, {23}));
  CHECK(std::sqrt(unseen.variance[0]) > noise.spread / 4);
}

TEST_CASE("what is imagined makes its surroundings certain, and changes no mean") {
  const Parabola parabola;
  const Encoding encoding(parabola.space, {});
  const auto all = parabola.seen(encoding);
  Observations some{rows_of(all.points, {0, 8, 16}), Eigen::Vector3d(0.8, 0.0, 0.5),
                    Eigen::VectorXd::Ones(3)};
  GaussianProcess model(encoding, {});
  model.fit(some, true);
  const Belief before = model.predict(all.points);
  model.imagine(rows_of(all.points, {23}));
  const Belief after = model.predict(all.points);
  CHECK(after.variance[23] < before.variance[23] / 4);
  CHECK((after.mean - before.mean).cwiseAbs().maxCoeff() < 1e-6);
}

TEST_CASE("the expected improvement is that of a normal variable below the best") {
  const Belief belief{Eigen::Vector3d(0, 1, 1), Eigen::Vector3d(1, 1, 1e-12)};
  const Eigen::VectorXd gain = expected_improvement(belief, 0);
  CHECK(gain[0] == doctest::Approx(0.3989423));  // E max(-Z, 0) = 1 / sqrt(2 pi)
  CHECK(gain[1] == doctest::Approx(0.0833155));  // phi(1) - (1 - Phi(1))
  CHECK(gain[2] == doctest::Approx(0));
}
