// SPDX-License-Identifier: Apache-2.0
#include "tune/since.hpp"

#include <fmt/format.h>

#include "tune/earlier.hpp"

namespace moderato {
namespace {

Result<void> check_match(const SinceProfile& since, const StudyHeader& header) {
  for (const StudyEndpoint& end : header.endpoints) {
    if (const auto why_not = mismatch(since.profile.match, end.device()))
      return fail(Fault::usage,
                  fmt::format("{} is not for {}/{}: {}", since.file.string(), end.endpoint.host,
                              end.endpoint.netdev, *why_not),
                  "name a link that the profile is for, or tune without --since");
  }
  return {};
}

}  // namespace

Result<OldRanking> ranking_since(const SinceProfile& since, const Policy& policy,
                                 const StudyHeader& header) {
  if (auto fits = check_match(since, header); !fits) return fail(fits);
  std::optional<Settings> old_baseline;
  if (!since.study.empty()) {
    auto old = read_study_header(since.study);
    if (!old) return fail(old);
    old_baseline = common_baseline(*old);
  }
  auto ranking = ranking_of(since.profile, old_baseline,
                            {policy.space, common_baseline(header), policy.plan.finalists});
  const StudyEndpoint& first = header.endpoints.front();
  ranking.profile = since.file.string();
  ranking.study = since.profile.evidence.study;
  ranking.changed =
      staleness(since.profile.fingerprint, fingerprint_of(first.device(), first.found.kernel));
  return ranking;
}

std::vector<EarlierScore> learn_since(const SinceProfile& since, const Space& space,
                                      const Limits& limits) {
  if (!since.study.empty()) {
    if (auto searched = scores_of_study(since.study, space, limits)) return std::move(*searched);
  }
  return scores_of_profile(since.profile, space);
}

}  // namespace moderato
