// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/study.hpp"
#include "report/table.hpp"

namespace moderato {

// What both the terminal and the page show, in the order in which they show it.

using Terms = std::vector<std::pair<std::string, std::string>>;

/// "Policy" -> "ethernet-latency, class network", ...
Terms study_facts(const StudyReport& report);

/// The finalists against the baseline; no rows if none were confirmed.
Table confirmation_table(const StudyReport& report);

/// Each constraint and each finalist; no rows without constraints.
Table constraint_table(const StudyReport& report);

/// What nothing measured beats in all figures at once; no rows where there is just one figure.
Table pareto_table(const StudyReport& report);

/// Which knobs the search saw to matter; no rows where it measured too little.
Table importance_table(const StudyReport& report);

/// One table a workload: min to max of the baseline and of each finalist.
std::vector<Table> summary_tables(const StudyReport& report);

/// One table a workload whose counters are not all zero: throughput, CPU time, losses.
std::vector<Table> counter_tables(const StudyReport& report);

/// Best first; what has no ratio last.
std::vector<SearchEntry> ranked_search(const StudyReport& report);
/// The first `limit` candidates of ranked_search(), 0 = all.
Table search_table(const StudyReport& report, std::size_t limit);

/// Whether the score follows each knob, all else equal; no rows before the study is finished.
Table knob_table(const StudyReport& report);

/// The same of each workload's own figure; no rows of a single workload.
Table reach_table(const StudyReport& report);

/// Why trials are not complete, one line a reason.
Table reason_table(const StudyReport& report);

/// What each column and figure means.
Terms study_legend(const StudyReport& report);

}  // namespace moderato
