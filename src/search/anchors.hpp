// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "space/space.hpp"

namespace moderato {

/// Settings that documents and drivers recommend, cut down to the knobs of this space; those of
/// which nothing is left are not in it, nor is any twice. A search looks at them first, since
/// one of them is often close to the best.
std::vector<Settings> documented_settings(const Space& space);

}  // namespace moderato
