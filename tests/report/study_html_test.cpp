// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "report/html.hpp"
#include "report/study.hpp"
#include "report/svg.hpp"
#include "study_sample.hpp"

namespace moderato {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

/// What is wrong with the nesting of tags, "" if nothing: every tag that opens closes, in order.
std::string nesting_fault(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "a tag does not end: " + html.substr(at, 40);
    const std::string tag = html.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" \n") - 0);
    if (tag[0] == '!' || tag.back() == '/' || name == "meta") continue;
    if (tag[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return "</" + tag.substr(1) + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " is never closed";
}

}  // namespace

TEST_CASE("the page is well-formed, whatever the study has to tell") {
  StudyReport odd = sample_report();
  odd.comparisons[0].confidence = 0;
  odd.search[0].ratio_median = 0;
  odd.search[1].ratio_median = std::numeric_limits<double>::infinity();
  for (const StudyReport& report : {sample_report(), unimproved_report(), StudyReport{}, odd}) {
    const std::string html = study_html(report);
    CHECK(html.starts_with("<!DOCTYPE html>"));
    CHECK(nesting_fault(html) == "");
    CHECK_FALSE(holds(html, "\"nan\""));
    CHECK_FALSE(holds(html, "\"inf\""));
  }
}

TEST_CASE("the page has a line for each knob with its finding") {
  const std::string html = study_html(sample_report());
  CHECK(holds(html, "<h2>Knobs</h2>"));
  CHECK(holds(html, "which workloads follow them"));
  CHECK(holds(html, "moves"));
  CHECK(holds(html, "20000 against 100000"));
  CHECK_FALSE(holds(study_html({}), "<h2>Knobs</h2>"));
}

TEST_CASE("the page has constraints, trade-offs, and which knobs matter") {
  const std::string page = study_html(constrained_report());
  CHECK(page.find("violates throughput &gt;= 0.98: 0.910") != std::string::npos);
  CHECK(page.find("<h2>Trade-offs</h2>") != std::string::npos);
  CHECK(page.find("Knobs: which matter") != std::string::npos);
  CHECK(study_html(sample_report()).find("<h2>Trade-offs</h2>") == std::string::npos);
}

TEST_CASE("the nesting check finds faults") {
  CHECK(nesting_fault("<p><b></p></b>") != "");
  CHECK(nesting_fault("<p>") != "");
  CHECK(nesting_fault("</p>") != "");
  CHECK(nesting_fault("<p class=\"a\"><meta x><line /></p>") == "");
}

TEST_CASE("names from outside stay text") {
  StudyReport report = sample_report();
  report.name = "<b>bold</b>";
  report.folder = "\"><script>alert(1)</script>";
  report.search[0].reason = "a & b <i>";
  report.trials.reasons[0].reason = "</table>";
  report.notes = {"<img src=x>"};
  report.endpoints[0].host = "<u>";
  report.baseline_summaries["<em>"] = sample_summary(1);
  const std::string html = study_html(report);
  CHECK(holds(html, "Study &lt;b&gt;bold&lt;/b&gt;"));
  CHECK(holds(html, "a &amp; b &lt;i&gt;"));
  for (const char* tag : {"<b>", "<script", "<i>", "<img", "<u>", "<em>"})
    CHECK_FALSE(holds(html, tag));
  CHECK(nesting_fault(html) == "");
}

TEST_CASE("the page loads nothing and runs nothing") {
  const std::string html = study_html(sample_report());
  for (const char* part :
       {"<script", "<link", "<img", "<iframe", "@import", "url(", " src=", "href=", "onload"})
    CHECK_FALSE(holds(html, part));
  CHECK(holds(html, "default-src 'none'"));
  CHECK(holds(html, "prefers-color-scheme: dark"));
}

TEST_CASE("the page has the verdict, the figures as tables, and two pictures") {
  const std::string html = study_html(sample_report());
  CHECK(holds(html, "<div class=\"verdict good\">"));
  CHECK(holds(html, "lowers p99 by 34.9 % (96.5 % interval 33.3 % to 36.2 %)."));
  CHECK(holds(html, "<caption>Confirmation: finalists against the baseline</caption>"));
  CHECK(holds(html, "<td class=\"right\">[0.638, 0.667]</td>"));
  CHECK(holds(html, "<th scope=\"col\" class=\"right\">p Holm</th>"));
  CHECK(holds(html, "coordinated omission"));
  CHECK(count_of(html, "<svg ") == 2);
  CHECK(count_of(html, "role=\"img\"") == 2);
  CHECK(holds(html, "#40"));  // all candidates, not just the best
}

TEST_CASE("a finalist without a round has a line in the table, and no dot") {
  StudyReport report = sample_report();
  report.search.clear();
  report.comparisons[2] = {.settings = report.comparisons[2].settings, .failed_rounds = 2};
  const std::string html = study_html(report);
  CHECK(count_of(html, "<circle") == 2);
  CHECK(holds(html, "0 (2 failed)"));
  report.comparisons = {report.comparisons[2]};
  CHECK_FALSE(holds(study_html(report), "<svg"));
}

TEST_CASE("a baseline that stays is told as plainly as an improvement") {
  const std::string html = study_html(unimproved_report());
  CHECK(holds(html, "<div class=\"verdict plain\">"));
  CHECK(holds(html, "Not significant: the baseline stays"));
  CHECK_FALSE(holds(html, "dot chosen\" cx=\"0"));
}

TEST_CASE("a study without measurements has a page without pictures") {
  const std::string html = study_html({});
  CHECK_FALSE(holds(html, "<svg"));
  CHECK(holds(html, "No verdict yet"));
}

TEST_CASE("an interval plot has a dot a mark, a whisker a real interval, and the baseline") {
  const std::string svg =
      interval_plot({{"a", 0.9, 0.85, 0.97, true, true}, {"b", 1.1, 1.1, 1.1, false, false}}, 0.03);
  CHECK(count_of(svg, "<circle") == 2);
  CHECK(count_of(svg, "class=\"whisker chosen\"") == 3);  // the line and its two ends
  CHECK(count_of(svg, "class=\"whisker other\"") == 0);
  CHECK(count_of(svg, "dot hollow other") == 1);
  CHECK(count_of(svg, "class=\"baseline\"") == 1);
  CHECK(count_of(svg, "class=\"band\"") == 1);
}

TEST_CASE("ticks are round, within the axis, and not too many") {
  CHECK(ratio_ticks(0.93, 1.04).front() == doctest::Approx(0.94));
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{
           {0.99, 1.01}, {0.6, 1.1}, {0.5, 1.49}, {0.5, 9}, {0.01, 100}, {1e-9, 1e9}}) {
    CAPTURE(low);
    const std::vector<double> ticks = ratio_ticks(low, high);
    CHECK(ticks.size() >= 2);
    CHECK(ticks.size() <= 13);
    CHECK(ticks.front() >= low);
    CHECK(ticks.back() <= high);
  }
}

}  // namespace moderato
