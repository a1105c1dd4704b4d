// SPDX-License-Identifier: Apache-2.0
#include "search/benchmark/peer.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <nlohmann/json.hpp>

#include "search/benchmark/landscape.hpp"
#include "search/benchmark/shape.hpp"
#include "search/benchmark/space_json.hpp"

namespace moderato::benchmark {
namespace {

using nlohmann::json;

/// Values in the order of the parameters.
json row(const Space& space, const Settings& settings) {
  json values = json::array();
  for (const Parameter& parameter : space.parameters)
    values.push_back(settings.at(parameter.knob));
  return values;
}

/// 0, the baseline, is an anchor as well.
json anchor_numbers(const SearchTask& task) {
  json numbers = json::array();
  for (const Settings& anchor : task.anchors) {
    const Settings whole = completed(anchor, task.baseline);
    const auto found = std::ranges::find(task.candidates, whole, &Candidate::settings);
    if (found != task.candidates.end())
      numbers.push_back(found->number);
    else if (whole == task.baseline)
      numbers.push_back(0);
  }
  return numbers;
}

}  // namespace

Result<std::unique_ptr<PeerProcess>> PeerProcess::open(const std::vector<std::string>& argv) {
  // Peers may be started by any thread, so the end of their stdin has to do.
  auto process = start({argv, {}}, Stderr::share, OnParentDeath::live_on);
  if (!process) return fail(process);
  return std::unique_ptr<PeerProcess>(new PeerProcess(std::move(*process), argv.back()));
}

PeerProcess::PeerProcess(Process process, std::string name)
    : process_(std::move(process)), name_(std::move(name)) {}

PeerProcess::~PeerProcess() {
  process_.in.reset();
  while (::waitpid(process_.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<void> PeerProcess::send(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = ::write(process_.in.get(), text.data() + sent, text.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(system_error("write to peer " + name_, errno));
    sent += static_cast<std::size_t>(n);
  }
  return {};
}

Result<std::string> PeerProcess::receive() {
  std::size_t end = 0;
  while ((end = received_.find('\n')) == std::string::npos) {
    std::array<char, 4096> buffer;
    const ssize_t n = ::read(process_.out.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(system_error("read from peer " + name_, errno));
    if (n == 0)
      return fail(Fault::runtime, fmt::format("the peer {} has ended", name_),
                  "what it said is above; tests/search/compare.sh installs what peers need");
    received_.append(buffer.data(), static_cast<std::size_t>(n));
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

std::string peer_task(const std::string& peer, const SearchTask& task, int budget) {
  json document = encode_space(task.space);
  document["peer"] = peer;
  document["seed"] = task.seed;
  document["budget"] = budget;
  document["mode"] = mode_of(task.space);
  document["candidates"] = json::array({row(task.space, task.baseline)});
  for (const Candidate& candidate : task.candidates)
    document["candidates"].push_back(row(task.space, candidate.settings));
  document["anchors"] = anchor_numbers(task);
  return json{{"task", document}}.dump();
}

PeerSearcher::PeerSearcher(PeerProcess& process, const std::string& peer, const SearchTask& task,
                           int budget)
    : process_(process), candidates_(task.candidates) {
  candidates_.insert(candidates_.begin(), {0, task.baseline});
  exchange(peer_task(peer, task, budget));
}

/// The answer; empty after a failure.
std::string PeerSearcher::exchange(const std::string& line) {
  if (!failure_.empty()) return {};
  const auto sent = process_.send(line);
  const auto answer = sent ? process_.receive() : Result<std::string>(fail(sent));
  if (!answer) {
    failure_ = describe(answer.error());
    return {};
  }
  const json parsed = json::parse(*answer, nullptr, false);
  if (!parsed.is_object())
    failure_ = "the peer answered no JSON object: " + *answer;
  else if (parsed.contains("error"))
    failure_ = parsed["error"].get<std::string>();
  return *answer;
}

std::vector<Candidate> PeerSearcher::ask(std::size_t count) {
  const std::string answer = exchange(json{{"ask", count}}.dump());
  if (!failure_.empty()) return {};
  const json parsed = json::parse(answer);
  why_ = parsed.value("why", "it has nothing left to ask");
  std::vector<Candidate> asked;
  for (const int number : parsed.value("candidates", std::vector<int>{}))
    asked.push_back(candidates_.at(static_cast<std::size_t>(number)));
  return asked;
}

void PeerSearcher::tell(const Candidate& candidate, const Score& score) {
  if (!failure_.empty()) return;
  const json value = std::isnan(score.log_ratio) ? json() : json(score.log_ratio);
  const json told{{"candidate", candidate.number}, {"score", value}};
  if (const auto sent = process_.send(json{{"tell", json::array({told})}}.dump()); !sent)
    failure_ = describe(sent.error());
}

}  // namespace moderato::benchmark
