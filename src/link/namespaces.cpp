// SPDX-License-Identifier: Apache-2.0
#include "link/namespaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <thread>

#include "core/fd.hpp"
#include "core/process.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_start = "moderato-loopback-";

Result<void> set_feature(int socket, const std::string& netdev, std::uint32_t command, bool on) {
  ethtool_value value{command, on ? 1u : 0u};
  ifreq request{};
  std::strncpy(request.ifr_name, netdev.c_str(), IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (::ioctl(socket, SIOCETHTOOL, &request) == 0) return {};
  return std::unexpected(system_error(fmt::format("set GRO/TSO of {}", netdev), errno));
}

Result<void> set_features_inside(const std::string& name, const std::string& netdev) {
  const std::string path = "/run/netns/" + name;
  Fd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space.valid() || ::setns(space.get(), CLONE_NEWNET) != 0)
    return std::unexpected(system_error("enter " + path, errno));
  Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (auto done = set_feature(socket.get(), netdev, ETHTOOL_SGRO, true); !done) return done;
  return set_feature(socket.get(), netdev, ETHTOOL_STSO, false);
}

/// Through `ip netns exec`, because /sys shows the namespace in which it was mounted.
Result<void> write_sysfs_inside(const std::string& name, const std::string& path, int value) {
  const RunLimits limits{.timeout = std::chrono::seconds(10)};
  auto result = run({{"ip", "netns", "exec", name, "sh", "-c", "echo \"$1\" > \"$0\"", path,
                      std::to_string(value)},
                     {}},
                    limits);
  if (!result) return fail(result);
  if (result->end == RunEnd::exited && result->status == 0) return {};
  return fail(Fault::unsupported, fmt::format("write {} to {}: {}", value, path, result->err),
              "NAPI deferral needs Linux 5.0 or later");
}

}  // namespace

std::string namespace_name(pid_t keeper, char side) {
  return fmt::format("{}{}-{}", name_start, keeper, side);
}

std::optional<pid_t> keeper_of(std::string_view name) {
  if (!name.starts_with(name_start)) return std::nullopt;
  const std::string_view rest = name.substr(name_start.size());
  pid_t keeper = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), keeper);
  if (error != std::errc() || keeper <= 0) return std::nullopt;
  const std::string_view side(end, rest.data() + rest.size());
  return side == "-a" || side == "-b" ? std::optional(keeper) : std::nullopt;
}

std::vector<pid_t> processes_in(const std::string& name) {
  struct stat wanted {};
  if (::stat(("/run/netns/" + name).c_str(), &wanted) != 0) return {};
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    struct stat info {};
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid > 0 && ::stat((entry.path() / "ns/net").c_str(), &info) == 0 &&
        info.st_ino == wanted.st_ino)
      found.push_back(pid);
  }
  return found;
}

Result<void> prepare_moderation(const std::string& name, const std::string& netdev,
                                int napi_defer_hard_irqs, int gro_flush_timeout_ns) {
  Result<void> done;
  // A thread of its own, because setns() moves only the thread that calls it.
  std::thread([&] { done = set_features_inside(name, netdev); }).join();
  if (!done) return done;
  const std::string folder = "/sys/class/net/" + netdev;
  done = write_sysfs_inside(name, folder + "/napi_defer_hard_irqs", napi_defer_hard_irqs);
  if (!done) return done;
  return write_sysfs_inside(name, folder + "/gro_flush_timeout", gro_flush_timeout_ns);
}

}  // namespace moderato
