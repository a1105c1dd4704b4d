// SPDX-License-Identifier: Apache-2.0
// Plays dlib's global_function_search against search_benchmark; ../benchmark/peer.hpp has the
// lines.
//
// A mode makes two functions of what is searched, as dlib has it: each with the knobs that count in
// it, as integers, the places of their values in order. A candidate that was measured already is
// answered from memory: it costs nothing.
#include <dlib/global_optimization/global_function_search.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace {

using nlohmann::json;
using Row = std::vector<long>;

constexpr double failed = -10;  // minus a log ratio
constexpr int stubborn = 200;   // points in a row that were all measured before

struct Task {
  std::vector<Row> values;  ///< of each parameter, ascending
  std::vector<Row> rows;    ///< of each candidate, the baseline first
  int mode = -1;            ///< place of the parameter; -1: none
  std::vector<int> anchors;
  std::uint64_t seed = 1;
  /// [0]: what counts while the mode is off, or where there is none; [1]: while it is on.
  std::vector<std::vector<std::size_t>> counts;
};

std::set<std::string> switched_off(const json& task, bool on) {
  std::set<std::string> off;
  for (const json& constraint : task.at("constraints")) {
    const auto knobs = constraint.at("knobs").get<std::vector<std::string>>();
    const std::string kind = on ? "fixed_unless_zero" : "fixed_if_zero";
    if (constraint.at("kind") == kind && knobs.front() == task.at("mode"))
      off.insert(knobs.begin() + 1, knobs.end());
  }
  return off;
}

Task read_task(const json& json_task) {
  Task task;
  std::vector<std::string> knobs;
  for (const json& parameter : json_task.at("parameters")) {
    knobs.push_back(parameter.at("knob"));
    task.values.push_back(parameter.at("values").get<Row>());
    std::ranges::sort(task.values.back());
    if (knobs.back() == json_task.at("mode")) task.mode = static_cast<int>(knobs.size()) - 1;
  }
  task.rows = json_task.at("candidates").get<std::vector<Row>>();
  task.anchors = json_task.at("anchors").get<std::vector<int>>();
  task.seed = json_task.at("seed");
  for (const bool on : {false, true}) {
    if (on && task.mode < 0) break;
    const auto off = switched_off(json_task, on);
    task.counts.emplace_back();
    for (std::size_t i = 0; i < knobs.size(); ++i)
      if (static_cast<int>(i) != task.mode && !off.contains(knobs[i]) && task.values[i].size() > 1)
        task.counts.back().push_back(i);
  }
  return task;
}

std::size_t function_of(const Task& task, const Row& row) {
  return task.mode >= 0 && row[static_cast<std::size_t>(task.mode)] != 0 ? 1 : 0;
}

long place_of(const Task& task, std::size_t parameter, long value) {
  const Row& values = task.values[parameter];
  return std::ranges::lower_bound(values, value) - values.begin();
}

/// The nearest candidate of that mode, of places scaled to the unit cube.
int nearest(const Task& task, std::size_t function, const dlib::matrix<double, 0, 1>& x) {
  int best = 0;
  double least = INFINITY;
  for (std::size_t n = 0; n < task.rows.size(); ++n) {
    if (function_of(task, task.rows[n]) != function) continue;
    double distance = 0;
    for (std::size_t i = 0; i < task.counts[function].size(); ++i) {
      const std::size_t parameter = task.counts[function][i];
      const auto steps = static_cast<double>(task.values[parameter].size() - 1);
      const auto place = static_cast<double>(place_of(task, parameter, task.rows[n][parameter]));
      distance += std::pow((x(static_cast<long>(i)) - place) / steps, 2);
    }
    if (distance >= least) continue;
    least = distance;
    best = static_cast<int>(n);
  }
  return best;
}

/// Anchors first, then dlib with what they gave.
class Peer {
 public:
  explicit Peer(Task task) : task_(std::move(task)) {
    std::ranges::reverse(task_.anchors);
    evaluations_.resize(task_.counts.size());
    if (std::ranges::find(task_.anchors, 0) != task_.anchors.end()) remember(0, 0);
    std::erase(task_.anchors, 0);
  }

  /// -1: nothing new comes any more.
  int ask() {
    if (!task_.anchors.empty()) {
      const int number = task_.anchors.back();
      task_.anchors.pop_back();
      return number;
    }
    if (!search_) start();
    for (int i = 0; i < stubborn; ++i) {
      request_ = std::make_unique<dlib::function_evaluation_request>(search_->get_next_x());
      const int number = nearest(task_, request_->function_idx(), request_->x());
      const auto found = known_.find(number);
      if (found == known_.end()) return number;
      request_->set(found->second);
    }
    return -1;
  }

  void tell(int number, double value) {
    if (!search_) return remember(number, value);
    known_[number] = value;
    if (request_) request_->set(value);
    request_.reset();
  }

 private:
  void remember(int number, double value) {
    known_[number] = value;
    const Row& row = task_.rows[static_cast<std::size_t>(number)];
    const std::size_t function = function_of(task_, row);
    dlib::matrix<double, 0, 1> x(static_cast<long>(task_.counts[function].size()));
    for (std::size_t i = 0; i < task_.counts[function].size(); ++i) {
      const std::size_t parameter = task_.counts[function][i];
      x(static_cast<long>(i)) = static_cast<double>(place_of(task_, parameter, row[parameter]));
    }
    evaluations_[function].emplace_back(x, value);
  }

  void start() {
    std::vector<dlib::function_spec> functions;
    for (const auto& parameters : task_.counts) {
      const auto size = static_cast<long>(parameters.size());
      dlib::matrix<double, 0, 1> low(size), high(size);
      for (long i = 0; i < size; ++i) {
        low(i) = 0;
        high(i) =
            static_cast<double>(task_.values[parameters[static_cast<std::size_t>(i)]].size() - 1);
      }
      functions.emplace_back(low, high, std::vector<bool>(parameters.size(), true));
    }
    search_ = std::make_unique<dlib::global_function_search>(functions, evaluations_);
    search_->set_seed(static_cast<time_t>(task_.seed));
  }

  Task task_;
  std::map<int, double> known_;  ///< number -> minus the score: dlib looks for the greatest
  std::vector<std::vector<dlib::function_evaluation>> evaluations_;  ///< before it starts
  std::unique_ptr<dlib::global_function_search> search_;
  std::unique_ptr<dlib::function_evaluation_request> request_;
};

void answer(Peer& peer, const json& order) {
  if (order.contains("ask")) {
    const int number = peer.ask();
    json numbers = json::array();
    if (number >= 0) numbers.push_back(number);
    std::cout << json{{"candidates", numbers}, {"why", "it proposes nothing new"}} << std::endl;
    return;
  }
  for (const json& told : order.at("tell")) {
    const json& score = told.at("score");
    peer.tell(told.at("candidate"), score.is_null() ? failed : -score.get<double>());
  }
}

}  // namespace

int main() {
  std::unique_ptr<Peer> peer;
  for (std::string line; std::getline(std::cin, line);) {
    const json order = json::parse(line);
    if (order.contains("task")) {
      peer = std::make_unique<Peer>(read_task(order.at("task")));
      std::cout << json{{"ready", true}} << std::endl;
    } else {
      answer(*peer, order);
    }
  }
}
