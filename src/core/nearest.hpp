// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace moderato {

/// The entry of `names` that `name` is most likely a slip of: smallest edit distance, regardless of
/// case and of '-' against '_'. Empty if none is near enough to be worth suggesting.
std::string nearest(std::string_view name, const std::vector<std::string>& names);

/// "did you mean 'x'?", or `otherwise` if nothing is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& names,
                         std::string otherwise = {});

}  // namespace moderato
