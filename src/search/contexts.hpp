// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/trial.hpp"

namespace moderato {

// What to vary one knob in, while all others stay. Pure.

/// Candidates by what they have besides one knob; each group has two or more.
using Contexts = std::map<Settings, std::vector<const Candidate*>>;

Settings without(Settings settings, const std::set<std::string>& knobs);

Contexts contexts_of(const std::string& knob, std::span<const Candidate> candidates);

/// Up to `count` of them: the preferred one first, others in a random order of their own.
std::vector<const Contexts::value_type*> choose(const Contexts& contexts, const Settings& preferred,
                                                std::size_t count, std::mt19937_64& random);

/// Those with one of these numbers, in their order.
std::vector<Candidate> numbered(std::span<const Candidate> candidates,
                                const std::set<int>& numbers);

}  // namespace moderato
