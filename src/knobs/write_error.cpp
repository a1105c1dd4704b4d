// SPDX-License-Identifier: Apache-2.0
#include "knobs/write_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace moderato {
namespace {

std::string_view remedy_for(int error_number) {
  switch (error_number) {
    case EPERM:
    case EACCES:
      return "run as root, or with CAP_NET_ADMIN in the namespace that owns the device";
    case EROFS:
      return "mount /sys writable; containers often do not";
    case EOPNOTSUPP:
      return "leave these knobs out of the search space: this driver does not have them";
    case EINVAL:
      return "leave out the knobs that the driver does not support and values out of its range";
    case ERANGE:
      return "narrow the range of the search space to what the driver takes";
    case ENODEV:
    case ENOENT:
      return "`moderato probe` lists the devices of this network namespace";
    case EBUSY:
    case ENETDOWN:
      return "bring the device up and let its driver finish";
    default:
      return "";
  }
}

}  // namespace

Error write_error(const std::string& netdev, const Settings& settings, int error_number,
                  const std::string& detail) {
  return {error_number == EOPNOTSUPP ? Fault::unsupported : Fault::runtime,
          fmt::format("{} does not take {}: {}{}{}", netdev, describe(settings),
                      std::strerror(error_number), detail.empty() ? "" : ": ", detail),
          std::string(remedy_for(error_number))};
}

}  // namespace moderato
