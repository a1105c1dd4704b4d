// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "core/link.hpp"
#include "core/result.hpp"
#include "workload/workload.hpp"

namespace moderato {

// What may stand in braces in a descriptor. Private to the module.

using Texts = std::map<std::string, std::string>;

/// The parameters by name (a process knob also as "NAME:number"), and what the link brings.
Texts placeholders(const Texts& parameters, const Link& link, const WorkloadPaths& paths);

/// The parameters, and each process knob among them as "NAME:number" as well.
Texts with_numbers_of_knobs(Texts parameters);

/// One text of every endpoint, with commas between.
std::string of_all(const Link& link, std::string Endpoint::*member);

/// "{{" and "}}" stand for braces, as a regular expression or a JSON argument may need them.
Result<std::string> expand(const std::string& word, const Texts& values,
                           const std::string& workload);
Result<Argv> expand_all(const Argv& words, const Texts& values, const std::string& workload);
Result<Texts> expand_values(const Texts& texts, const Texts& values, const std::string& workload);

}  // namespace moderato
