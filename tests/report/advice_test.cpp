// SPDX-License-Identifier: Apache-2.0
#include "report/advice.hpp"

#include <doctest/doctest.h>

#include "core/version.hpp"

namespace moderato {
namespace {

using Kind = LaunchSetting::Kind;

Profile sample_profile() {
  Profile profile;
  profile.name = "srq";
  profile.workload_class = "micro";
  profile.settings = {{"rx-usecs", 2}};
  profile.process = {{"srq-limit", 64}, {"completion", 1}};
  profile.fingerprint.driver = "mlx5_core";
  profile.fingerprint.kind = "pf";
  profile.evidence.objective = "p99";
  profile.evidence.study = "study-of-tuesday";
  profile.evidence.created = "2026-11-24T14:02:33Z";
  profile.evidence.baseline_settings = {{"completion", 1}, {"rx-usecs", 8}, {"srq-limit", 30}};
  Comparison won{.settings = {{"completion", 1}, {"rx-usecs", 2}, {"srq-limit", 64}},
                 .rounds = 17,
                 .tested_rounds = 15};
  won.ratio_median = 0.877;
  won.ratio_low = 0.85;
  won.ratio_high = 0.901;
  won.confidence = 0.9648;
  won.p_rank = 0.0002;
  won.p_holm = 0.0004;
  profile.evidence.comparisons = {won};
  return profile;
}

LaunchAdvice sample_advice() {
  LaunchAdvice advice{.flavour = "some-mpi", .description = "An MPI of its own."};
  advice.settings = {{Kind::mca, "btl_some_queues", "S,64,{}'x y'", {{"srq-limit", "64"}}},
                     {Kind::environment, "MV2_SRQ_LIMIT", "64", {{"srq-limit", "64"}}}};
  advice.belonging = {{Kind::environment, "MV2_USE_SRQ", "1", {}}};
  advice.measured_with = {{Kind::environment, "UCX_TLS", "rc,self", {}}};
  advice.unreached = {{"completion", "blocking", "it polls"}};
  return advice;
}

std::string text_of(const LaunchAdvice& advice, AdviceFormat format,
                    const Profile& profile = sample_profile()) {
  const auto text = advice_text(profile, advice, format);
  REQUIRE_MESSAGE(text, (text ? "" : text.error().message));
  return *text;
}

std::string heading() {
  return "# Launch advice of moderato " + std::string(version) + " for some-mpi\n" +
         "# An MPI of its own.\n"
         "# profile srq, class micro; p99 on mlx5_core pf\n";
}

const std::string evidence =
    "# srq-limit = 64: p99 -12.3 % (96.5 % interval -15.0 % to -9.9 %), p = 0.0004 after Holm's "
    "correction, n = 15 rounds\n"
    "#   together with completion=1 rx-usecs=2; against completion=1 rx-usecs=8 srq-limit=30; "
    "study study-of-tuesday, 2026-11-24T14:02:33Z\n"
    "#   srq-limit acts by its ratio to srq-size, which the study did not search: take the size "
    "that "
    "its policy measured with\n";
const std::string unreached = "# completion = blocking does not reach some-mpi: it polls\n";
const std::string belongs = "# without this the knobs above do not act\n";
const std::string left = "# measured with UCX_TLS=rc,self, which is left to you\n";

}  // namespace

TEST_CASE("a shell file exports everything, quoted, each value below its evidence") {
  CHECK(
      text_of(sample_advice(), AdviceFormat::sh) ==
      heading() + "# read it with `. FILE` before mpirun, or from a module or a job's prolog\n\n" +
          evidence + "export OMPI_MCA_btl_some_queues='S,64,{}'\\''x y'\\'''\n\n" + evidence +
          "export MV2_SRQ_LIMIT=64\n\n" + belongs + "export MV2_USE_SRQ=1\n\n" + unreached + left);
}

TEST_CASE("a file of Open MPI parameters has those, and tells what else there is") {
  LaunchAdvice advice = sample_advice();
  advice.settings.front().value = "S,64,5";
  CHECK(text_of(advice, AdviceFormat::mca) ==
        heading() +
            "# for /etc/openmpi/openmpi-mca-params.conf or ~/.openmpi/mca-params.conf of every "
            "node\n\n" +
            evidence + "btl_some_queues = S,64,5\n\n" + unreached +
            "# not in this file, which cannot carry it: MV2_SRQ_LIMIT=64 (a variable of the "
            "environment); `--format sh` can\n"
            "# not in this file, which cannot carry it: MV2_USE_SRQ=1 (a variable of the "
            "environment); `--format sh` can\n" +
            left);
}

TEST_CASE("a file for UCX has the variables of UCX alone") {
  LaunchAdvice advice = sample_advice();
  advice.settings = {{Kind::environment, "UCX_RC_VERBS_RX_QUEUE_LEN", "64", {{"srq-limit", "64"}}}};
  advice.belonging = {};
  CHECK(text_of(advice, AdviceFormat::ucx) ==
        heading() +
            "# for /etc/ucx/ucx.conf of every node, or the folder $UCX_CONFIG_DIR (UCX 1.13 or "
            "later)\n\n" +
            evidence + "UCX_RC_VERBS_RX_QUEUE_LEN=64\n\n" + unreached + left);
}

TEST_CASE("a file for MVAPICH2 has its variables, and those that they rest on") {
  LaunchAdvice advice = sample_advice();
  advice.settings.erase(advice.settings.begin());
  CHECK(text_of(advice, AdviceFormat::mvapich2) ==
        heading() +
            "# for /etc/mvapich2.conf or ~/.mvapich2.conf of every node, or the file "
            "$MV2_USER_CONFIG\n\n" +
            evidence + "MV2_SRQ_LIMIT = 64\n\n" + belongs + "MV2_USE_SRQ = 1\n\n" + unreached +
            left);
}

TEST_CASE("a value that a file without quotes would read otherwise is refused") {
  for (const char* value : {"a b", "a#b", "a;b", "a\nb", "\"a\"", "", "~/x"}) {
    CAPTURE(value);
    LaunchAdvice advice = sample_advice();
    advice.settings = {{Kind::mca, "a", value, {{"srq-limit", "64"}}}};
    const auto text = advice_text(sample_profile(), advice, AdviceFormat::mca);
    REQUIRE_FALSE(text);
    CHECK(text.error().message.find("some-mpi") != std::string::npos);
    CHECK(advice_text(sample_profile(), advice, AdviceFormat::sh).has_value());
  }
}

TEST_CASE("no text of a profile or a flavour becomes a line of its own") {
  Profile profile = sample_profile();
  profile.evidence.study = "s\nexport LD_PRELOAD=/tmp/x.so";
  profile.name = "n\r\nexport LD_PRELOAD=/tmp/x.so";
  LaunchAdvice advice = sample_advice();
  advice.description = "d\nexport LD_PRELOAD=/tmp/x.so";
  advice.unreached.front().reason = "r\nexport LD_PRELOAD=/tmp/x.so";
  const std::string text = text_of(advice, AdviceFormat::sh, profile);
  for (std::size_t at = text.find("export LD_PRELOAD"); at != std::string::npos;
       at = text.find("export LD_PRELOAD", at + 1))
    CHECK(text[text.rfind('\n', at) + 1] == '#');
  advice.settings.front().name = "x; reboot #";
  CHECK_FALSE(advice_text(profile, advice, AdviceFormat::sh));
}

TEST_CASE("where nothing was proven better, the advice says so") {
  Profile profile = sample_profile();
  profile.outcome = Outcome::baseline_is_best;
  const std::string text = text_of(sample_advice(), AdviceFormat::sh, profile);
  CHECK(text.find("srq-limit = 64: nothing was proven better: it is the baseline's") !=
        std::string::npos);
}

TEST_CASE("the figures are of the comparison that was proven, or there are none") {
  Profile profile = sample_profile();
  profile.settings["rx-usecs"] = 3;  // as the driver shows the 2 that was asked for
  Comparison unproven = profile.evidence.comparisons.front();
  unproven.settings["rx-usecs"] = 4;
  unproven.ratio_median = 0.5;
  unproven.ratio_high = 1.01;
  auto& comparisons = profile.evidence.comparisons;
  comparisons.insert(comparisons.begin(), unproven);
  const auto says = [&](const char* words) {
    return text_of(sample_advice(), AdviceFormat::sh, profile).find(words) != std::string::npos;
  };
  CHECK(says("srq-limit = 64: p99 -12.3 %"));
  comparisons.front().ratio_high = 0.6;
  CHECK(says("srq-limit = 64: proven better; by how much, the profile does not tell"));
}

TEST_CASE("nothing to advise is an error that says what to do instead") {
  Profile devices_only = sample_profile();
  devices_only.process = {};
  const auto none = advice_text(devices_only, sample_advice(), AdviceFormat::sh);
  REQUIRE_FALSE(none);
  CHECK(none.error().fault == Fault::usage);
  LaunchAdvice no_mca = sample_advice();
  no_mca.settings.erase(no_mca.settings.begin());
  const auto wrong = advice_text(sample_profile(), no_mca, AdviceFormat::mca);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("--format mca") != std::string::npos);
}

TEST_CASE("a format has the name by which it is asked for") {
  for (const std::string& name : advice_formats())
    CHECK(advice_format(name).has_value());
  CHECK_FALSE(advice_format("csh"));
}

}  // namespace moderato
