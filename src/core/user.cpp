// SPDX-License-Identifier: Apache-2.0
#include "core/user.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <ranges>
#include <string_view>

#include "core/number.hpp"

namespace moderato {
namespace {

constexpr std::string_view standard_path = "/usr/local/bin:/usr/bin:/bin";

constexpr auto passed_on = std::to_array<std::string_view>(
    {"LANG", "LANGUAGE", "TZ", "TERM", "TMPDIR", "NO_COLOR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
     "LSAN_OPTIONS", "TSAN_OPTIONS", "MODERATO_DOOR", "HOSTNAME"});

constexpr auto passed_on_by_start = std::to_array<std::string_view>(
    {"LC_",  "OMPI_", "OPAL_", "PRTE_",  "PMIX_",  "UCX_",  "UCC_", "HCOLL_", "SHARP_",
     "MV2_", "MVP_",  "MPIR_", "MPICH_", "HYDRA_", "FI_",   "OMP_", "GOMP_",  "KMP_",
     "IBV_", "MLX4_", "MLX5_", "RDMAV_", "PSM2_",  "PSM3_", "HFI_", "NCCL_",  "SLURM_"});

/// A token of the scheduler; and what is said for mpirun as root alone.
constexpr auto kept_back = std::to_array<std::string_view>(
    {"SLURM_JWT", "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"});

bool goes_on(std::string_view name) {
  if (std::ranges::find(kept_back, name) != kept_back.end()) return false;
  return std::ranges::find(passed_on, name) != passed_on.end() ||
         std::ranges::any_of(passed_on_by_start,
                             [&](std::string_view start) { return name.starts_with(start); });
}

/// An empty or relative folder of a search path is the one where somebody happens to be.
std::string absolute_folders(std::string_view path) {
  std::string kept;
  for (const auto part : std::views::split(path, ':')) {
    const std::string folder(part.begin(), part.end());
    if (folder.starts_with('/')) kept += (kept.empty() ? "" : ":") + folder;
  }
  return kept;
}

bool lets_in(const std::string& shell) {
  return !shell.empty() && !shell.ends_with("/nologin") && !shell.ends_with("/false");
}

/// `look_up` is getpwnam_r or getpwuid_r.
template <typename LookUp, typename Key>
std::optional<User> entry(LookUp look_up, Key key) {
  std::vector<char> texts(16384);
  passwd found{};
  passwd* result = nullptr;
  while (look_up(key, &found, texts.data(), texts.size(), &result) == ERANGE)
    texts.resize(2 * texts.size());
  if (result == nullptr) return std::nullopt;
  const std::string shell = found.pw_shell;
  return User{found.pw_name, found.pw_uid, found.pw_gid, found.pw_dir,
              lets_in(shell) ? shell : "/bin/sh"};
}

}  // namespace

Result<User> find_user(const std::string& name_or_number) {
  auto user = entry(::getpwnam_r, name_or_number.c_str());
  const auto uid = whole_number<uid_t>(name_or_number);
  if (!user && uid) user = entry(::getpwuid_r, *uid);
  if (user) return std::move(*user);
  return fail(Fault::usage, fmt::format("there is no user '{}' here", name_or_number),
              "name one that `getent passwd` lists, by name or number");
}

std::string own_user_name() {
  const auto user = entry(::getpwuid_r, ::geteuid());
  return user ? user->name : std::to_string(::geteuid());
}

std::vector<std::string> environment_for(const User& user,
                                         const std::vector<std::string>& entries) {
  std::string path(standard_path), libraries;
  std::vector<std::string> result;
  for (const std::string& one : entries) {
    const auto equals = one.find('=');
    if (equals == std::string::npos) continue;
    const std::string_view name = std::string_view(one).substr(0, equals);
    const std::string folders = absolute_folders(std::string_view(one).substr(equals + 1));
    if (name == "PATH" && !folders.empty()) path = folders;
    if (name == "LD_LIBRARY_PATH") libraries = folders;
    if (goes_on(name)) result.push_back(one);
  }
  result.push_back("PATH=" + path);
  if (!libraries.empty()) result.push_back("LD_LIBRARY_PATH=" + libraries);
  result.push_back("HOME=" + user.home);
  result.push_back("USER=" + user.name);
  result.push_back("LOGNAME=" + user.name);
  result.push_back("SHELL=" + user.shell);
  return result;
}

}  // namespace moderato
