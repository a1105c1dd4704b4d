// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/launch.hpp"
#include "core/result.hpp"
#include "profile/profile.hpp"

namespace moderato {

/// Files from which people start MPI programs.
enum class AdviceFormat {
  sh,        ///< a shell's "export NAME=VALUE"; Open MPI parameters as OMPI_MCA_NAME
  mca,       ///< openmpi-mca-params.conf, "name = value", no quotes (Open MPI's own comment in it)
  ucx,       ///< ucx.conf, "UCX_NAME=value"
  mvapich2,  ///< mvapich2.conf, "MV2_NAME = value" (MVAPICH2 user guide, run-time parameters)
};
std::vector<std::string> advice_formats();  ///< "sh", "mca", "ucx", "mvapich2"
std::optional<AdviceFormat> advice_format(std::string_view name);

/// How every such file begins: what tells it from one that somebody else has written.
inline constexpr std::string_view advice_heading = "# Launch advice of moderato";

/// The process knobs of `profile`, as `advice` carries them, each with its evidence in a comment. A
/// knob or a setting that the file cannot carry is told in a comment too. Text from documents never
/// leaves its comment or its value. Errors: the profile holds no such knobs; the flavour has
/// nothing that the format could carry; a value that it cannot.
Result<std::string> advice_text(const Profile& profile, const LaunchAdvice& advice,
                                AdviceFormat format);

}  // namespace moderato
