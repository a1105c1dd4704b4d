// SPDX-License-Identifier: Apache-2.0
#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html.hpp"

namespace moderato {
namespace {

constexpr double width = 760;
constexpr double margin = 12;

bool plottable(double ratio) {
  return std::isfinite(ratio) && ratio > 0;
}

/// A logarithmic axis: ratio -> pixel.
struct Axis {
  double low = 1, high = 1;   // ratios at the two ends
  double begin = 0, end = 0;  // pixels of the two ends

  double at(double ratio) const {
    return begin + (end - begin) * std::log(ratio / low) / std::log(high / low);
  }
};

/// Covers all ratios, the baseline and the band, with some air on both sides.
Axis axis_over(const std::vector<double>& ratios, double noise_floor, double begin, double end) {
  double low = -noise_floor, high = noise_floor;
  for (double ratio : ratios) {
    low = std::min(low, std::log(ratio));
    high = std::max(high, std::log(ratio));
  }
  const double air = std::max(0.01, 0.06 * (high - low));
  return {std::exp(low - air), std::exp(high + air), begin, end};
}

std::string shape(const std::string& name, const std::string& css, const std::string& geometry) {
  return fmt::format("<{} class=\"{}\" {}/>\n", name, css, geometry);
}

std::string line(const std::string& css, double x1, double y1, double x2, double y2) {
  return shape(
      "line", css,
      fmt::format("x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"", x1, y1, x2, y2));
}

std::string rectangle(const std::string& css, double x1, double y1, double x2, double y2) {
  return shape(
      "rect", css,
      fmt::format("x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"", std::min(x1, x2),
                  std::min(y1, y2), std::abs(x2 - x1), std::abs(y2 - y1)));
}

std::string text(const std::string& css, double x, double y, const std::string& content) {
  return element(
             "text", content,
             {{"class", css}, {"x", fmt::format("{:.1f}", x)}, {"y", fmt::format("{:.1f}", y)}}) +
         "\n";
}

/// A dot that tells its label to a pointer that rests on it.
std::string dot(const std::string& css, double x, double y, double radius,
                const std::string& label) {
  return raw_element("circle", element("title", label),
                     {{"class", css},
                      {"cx", fmt::format("{:.1f}", x)},
                      {"cy", fmt::format("{:.1f}", y)},
                      {"r", fmt::format("{:.1f}", radius)}}) +
         "\n";
}

std::string picture(double height, const std::string& description, const std::string& content) {
  return raw_element("svg", "\n" + content,
                     {{"viewBox", fmt::format("0 0 {:.0f} {:.0f}", width, height)},
                      {"role", "img"},
                      {"aria-label", description},
                      {"xmlns", "http://www.w3.org/2000/svg"}}) +
         "\n";
}

/// Labels that would leave the picture are cut; the dot's title has all of it.
std::string shortened(const std::string& label) {
  constexpr std::size_t fits = 100;
  return label.size() <= fits ? label : label.substr(0, fits - 3) + "...";
}

std::string horizontal_axis(const Axis& axis, double top, double bottom, double noise_floor) {
  std::string svg;
  if (noise_floor > 0)
    svg += rectangle("band", axis.at(std::exp(-noise_floor)), top, axis.at(std::exp(noise_floor)),
                     bottom);
  for (double tick : ratio_ticks(axis.low, axis.high)) {
    svg += line("grid", axis.at(tick), top, axis.at(tick), bottom);
    svg += text("tick middle", axis.at(tick), bottom + 16, fmt::format("{:g}", tick));
  }
  svg += line("baseline", axis.at(1), top, axis.at(1), bottom);
  return svg + text("tick middle", (axis.begin + axis.end) / 2, bottom + 34,
                    "ratio to the baseline (below 1 = better)");
}

std::string interval_row(const Axis& axis, const IntervalMark& mark, double y) {
  const std::string tone = mark.chosen ? "chosen" : "other";
  std::string svg = text("label", margin, y - 12, shortened(mark.label));
  if (mark.low < mark.high) {
    const double left = axis.at(mark.low), right = axis.at(mark.high);
    svg += line("whisker " + tone, left, y, right, y);
    for (double end : {left, right})
      svg += line("whisker " + tone, end, y - 5, end, y + 5);
  }
  const std::string title = fmt::format("{}: {:.3f}", mark.label, mark.ratio);
  return svg +
         dot((mark.significant ? "dot " : "dot hollow ") + tone, axis.at(mark.ratio), y, 6, title);
}

std::string vertical_axis(const Axis& axis, double left, double right, double noise_floor) {
  std::string svg;
  if (noise_floor > 0)
    svg += rectangle("band", left, axis.at(std::exp(noise_floor)), right,
                     axis.at(std::exp(-noise_floor)));
  for (double tick : ratio_ticks(axis.low, axis.high)) {
    svg += line("grid", left, axis.at(tick), right, axis.at(tick));
    svg += text("tick end", left - 6, axis.at(tick) + 4, fmt::format("{:g}", tick));
  }
  return svg + line("baseline", left, axis.at(1), right, axis.at(1));
}

/// A step of 1, 2 or 5 times a power of ten that cuts `range` into at most ten parts.
double round_step(double range) {
  const double decade = std::pow(10, std::floor(std::log10(range / 10)));
  for (double factor : {1.0, 2.0, 5.0})
    if (range / (factor * decade) <= 10) return factor * decade;
  return 10 * decade;
}

std::vector<double> narrow_ticks(double low, double high) {
  const double step = round_step(high - low);
  std::vector<double> ticks;
  // Counted in whole steps: added-up steps would print 0.9500000001.
  for (double i = std::ceil(low / step); i * step <= high; ++i)
    ticks.push_back(i * step);
  return ticks;
}

std::vector<double> wide_ticks(double low, double high) {
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  const bool few = last - first <= 3;
  std::vector<double> ticks;
  for (int decade = first; decade <= last; decade += 1 + (last - first) / 10)
    for (double factor : {1.0, 2.0, 5.0})
      if (const double tick = factor * std::pow(10, decade);
          (few || factor == 1) && tick >= low && tick <= high)
        ticks.push_back(tick);
  return ticks;
}

}  // namespace

std::vector<double> ratio_ticks(double low, double high) {
  return high / low < 3 ? narrow_ticks(low, high) : wide_ticks(low, high);
}

std::string interval_plot(const std::vector<IntervalMark>& marks, double noise_floor) {
  std::vector<IntervalMark> shown;
  std::vector<double> ratios;
  for (const IntervalMark& mark : marks)
    if (plottable(mark.ratio) && plottable(mark.low) && plottable(mark.high)) {
      shown.push_back(mark);
      ratios.insert(ratios.end(), {mark.ratio, mark.low, mark.high});
    }
  constexpr double row_height = 44, top = 8;
  const Axis axis = axis_over(ratios, noise_floor, margin, width - margin);
  const double bottom = top + row_height * static_cast<double>(shown.size()) + 8;
  std::string svg = horizontal_axis(axis, top, bottom, noise_floor);
  double y = top + row_height - 14;
  for (const IntervalMark& mark : shown) {
    svg += interval_row(axis, mark, y);
    y += row_height;
  }
  return picture(bottom + 42, "Ratio to the baseline of each finalist, with its interval", svg);
}

std::string dot_plot(const std::vector<DotMark>& marks, double noise_floor) {
  std::vector<DotMark> shown;
  std::vector<double> ratios;
  for (const DotMark& mark : marks)
    if (plottable(mark.ratio)) {
      shown.push_back(mark);
      ratios.push_back(mark.ratio);
    }
  constexpr double left = 52, right = width - margin, top = 10, bottom = 250;
  const Axis axis = axis_over(ratios, noise_floor, bottom, top);
  std::string svg = vertical_axis(axis, left, right, noise_floor);
  const double step = (right - left) / static_cast<double>(shown.size() + 1);
  const double radius = std::clamp(step / 2.5, 1.5, 5.0);
  double x = left;
  for (const DotMark& mark : shown) {
    x += step;
    svg +=
        dot(mark.finalist ? "dot chosen" : "dot other", x, axis.at(mark.ratio),
            mark.finalist ? radius + 2 : radius, fmt::format("{}: {:.3f}", mark.label, mark.ratio));
  }
  svg += text("tick middle", (left + right) / 2, bottom + 22,
              "candidates, best first; upwards: median ratio to the baseline (below 1 = better)");
  return picture(bottom + 32, "Median ratio to the baseline of each candidate of the search", svg);
}

}  // namespace moderato
