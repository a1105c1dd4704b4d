// SPDX-License-Identifier: Apache-2.0
#include "report/study_words.hpp"

#include <doctest/doctest.h>

namespace moderato {

TEST_CASE("percentages have a sign where they tell a change, and zero has none") {
  CHECK(signed_percent(0.0312) == "+3.1 %");
  CHECK(signed_percent(-0.0312) == "-3.1 %");
  CHECK(signed_percent(0) == "0.0 %");
  CHECK(signed_percent(-1e-9) == "0.0 %");
  CHECK(signed_percent(1e-9) == "0.0 %");
  CHECK(signed_percent(8) == "+800.0 %");
  CHECK(percent(0.031) == "3.1 %");
}

TEST_CASE("rounding does not hide a change") {
  CHECK(percent(0.0004) == "0.040 %");
  CHECK(signed_percent(-0.00012345) == "-0.012 %");
  CHECK(signed_percent(0.0001) == "+0.010 %");
  CHECK(percent(0.00094) == "0.094 %");
  CHECK(percent(0.00096) == "0.1 %");
  CHECK(ratio_text(0.9996) == "0.99960");
  CHECK(ratio_text(0.9999) == "0.99990");
  CHECK(ratio_text(1.000012) == "1.000012");
  CHECK(ratio_text(0.9993) == "0.99930");
  CHECK(ratio_text(0.999) == "0.999");
  CHECK(ratio_text(1.001) == "1.001");
  CHECK(ratio_text(1) == "1.000");
  CHECK(ratio_text(1 + 1e-12) == "1.000");
}

TEST_CASE("a p-value above alpha looks like one") {
  CHECK(p_text(0.05003, 0.05) == "0.05003");
  CHECK(p_text(0.050003, 0.05) == "0.050003");
  CHECK(p_text(0.05005, 0.05) != "0.0500");
  CHECK(p_text(0.1004, 0.1) == "0.1004");
  CHECK(p_text(0.0501, 0.05) == "0.0501");
  CHECK(p_text(0.05, 0.05) == "0.0500");
  CHECK(p_text(0.04999, 0.05) == "0.0500");  // and it is significant at alpha
}

TEST_CASE("p-values show what can be told apart and no more") {
  CHECK(p_text(0) == "<0.0001");
  CHECK(p_text(0.00006) == "<0.0001");
  CHECK(p_text(0.0001) == "0.0001");
  CHECK(p_text(0.04999) == "0.0500");
  CHECK(p_text(0.4321) == "0.432");
  CHECK(p_text(1) == "1");
}

TEST_CASE("figures have four significant digits and never an exponent") {
  CHECK(figure_text(0) == "0");
  CHECK(figure_text(0.0012345) == "0.001234");
  CHECK(figure_text(1.5) == "1.500");
  CHECK(figure_text(42.125) == "42.12");
  CHECK(figure_text(1234.5678) == "1235");
  CHECK(figure_text(12345678) == "12345678");
}

TEST_CASE("durations are told in the units that people use") {
  CHECK(duration_text(12.34) == "12.3 s");
  CHECK(duration_text(245) == "4 min 5 s");
  CHECK(duration_text(7999) == "2 h 13 min");
}

TEST_CASE("settings are a list, and none are said to be none") {
  CHECK(settings_text({{"rx-usecs", 0}, {"rx-frames", 1}}) == "rx-frames=1 rx-usecs=0");
  CHECK(settings_text({}) == "(no settings)");
}

TEST_CASE("a finding needs significance and a direction") {
  const StudyReport over{.alpha = 0.05, .outcome = Outcome::baseline_is_best};
  Comparison comparison;
  comparison.ratio_median = 0.9;
  CHECK(finding_text(over, comparison) == "fell behind");
  CHECK(finding_text({}, comparison) == "not tested yet");
  comparison.tested_rounds = 15;
  comparison.p_holm = 0.05;
  CHECK(finding_text(over, comparison) == "significantly better");
  comparison.ratio_median = 1.1;
  CHECK(finding_text(over, comparison) == "significantly worse");
  comparison.p_holm = 0.051;
  CHECK(finding_text(over, comparison) == "not significant");
}

TEST_CASE("who was dropped because it failed twice is failing, and did not fall behind") {
  Comparison comparison{.settings = {}, .rounds = 5, .failed_rounds = 1, .ratio_median = 0.9};
  const StudyReport over{.outcome = Outcome::baseline_is_best};
  CHECK(finding_text(over, comparison) == "fell behind");
  comparison.failed_rounds = 2;
  CHECK(finding_text(over, comparison) == "failing");
  CHECK(finding_text({}, comparison) == "failing");
}

}  // namespace moderato
