// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/knob.hpp"
#include "core/launch.hpp"
#include "workload/workload.hpp"

namespace moderato {

/// With what the flavour has to be started so that its processes have the values of `process`.
/// Pure. No knob is left out: those that do not reach it are named with the reason.
Result<LaunchAdvice> launch_advice(const MpiFlavour& flavour, const Settings& process);

}  // namespace moderato
