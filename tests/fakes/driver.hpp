// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/knob.hpp"
#include "core/result.hpp"
#include "fakes/fake_host.hpp"

namespace moderato {

// What kernel and driver do with one request to a pretended NIC: pure, on the device as it stands.

/// What a read shows of the knob.
KnobState state_of(const FakeDevice& device, const std::string& knob);

/// A read is about to happen: a foreign writer may come first.
void before_read(FakeDevice& device);

/// One request; `writer` is the number of the backend that sends it. Every request is in the
/// journal afterwards, taken or not.
Result<void> write_to(FakeDevice& device, const Settings& settings, int writer);

}  // namespace moderato
