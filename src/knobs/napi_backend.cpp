// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "core/fd.hpp"
#include "core/file.hpp"
#include "knobs/backend.hpp"
#include "knobs/catalogue.hpp"
#include "knobs/write_error.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

struct NapiFile {
  std::string_view knob, file;
};
constexpr std::array napi_files{NapiFile{"napi-defer-hard-irqs", "napi_defer_hard_irqs"},
                                NapiFile{"gro-flush-timeout", "gro_flush_timeout"}};

std::string_view file_of(std::string_view knob) {
  for (const NapiFile& entry : napi_files) {
    if (entry.knob == knob) return entry.file;
  }
  return {};
}

KnobState state_of(std::string_view knob, const fs::path& path) {
  KnobState state{std::string(knob), {}, {}};
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    state.why_not = "the kernel does not have it (before 5.8)";
    return state;
  }
  auto text = read_file(path, 4096);
  std::int64_t value = 0;
  if (!text) {
    state.why_not = text.error().message;
  } else if (std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) {
    state.why_not = fmt::format("{} holds no number", path.string());
  } else {
    state.value = value;
  }
  return state;
}

/// 0 or an errno value.
int write_number(const fs::path& path, std::int64_t value) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file.valid()) return errno;
  const auto text = std::to_string(value);
  return ::write(file.get(), text.data(), text.size()) < 0 ? errno : 0;
}

class NapiBackend : public Backend {
 public:
  explicit NapiBackend(std::string sysfs_net) : sysfs_net_(std::move(sysfs_net)) {}

  bool handles(std::string_view knob) const override { return !file_of(knob).empty(); }

  Result<std::vector<KnobState>> read(const std::string& netdev) override {
    auto folder = folder_of(netdev);
    if (!folder) return fail(folder);
    std::vector<KnobState> states;
    for (const NapiFile& entry : napi_files)
      states.push_back(state_of(entry.knob, *folder / entry.file));
    return states;
  }

  Result<void> write(const std::string& netdev, const Settings& settings) override {
    auto folder = folder_of(netdev);
    if (!folder) return fail(folder);
    for (const auto& [id, value] : settings) {
      const Knob* knob = find_knob(id);
      if (knob == nullptr || !handles(id))
        return fail(Fault::usage, fmt::format("'{}' is no NAPI knob", id));
      if (value < knob->min || value > knob->max)
        return fail(Fault::usage, fmt::format("{} of {}: {} is outside {} to {}", id, netdev, value,
                                              knob->min, knob->max));
    }
    for (const auto& [id, value] : settings) {
      const auto path = *folder / file_of(id);
      if (const int failed = write_number(path, value); failed != 0)
        return std::unexpected(write_error(netdev, {{id, value}}, failed, path.string()));
    }
    return {};
  }

  /// The kernel tells nobody when these files are written; compare read-backs instead.
  std::vector<Change> changes() override { return {}; }

 private:
  Result<fs::path> folder_of(const std::string& netdev) const {
    const bool is_name =
        !netdev.empty() && netdev.find('/') == std::string::npos && netdev != "." && netdev != "..";
    auto folder = fs::path(sysfs_net_) / netdev;
    std::error_code ignored;
    if (!is_name || !fs::is_directory(folder, ignored))
      return fail(Fault::runtime, fmt::format("no netdev '{}' in {}", netdev, sysfs_net_),
                  "`moderato probe` lists the devices of this network namespace");
    return folder;
  }

  std::string sysfs_net_;
};

}  // namespace

std::unique_ptr<Backend> napi_backend(std::string sysfs_net) {
  return std::make_unique<NapiBackend>(std::move(sysfs_net));
}

}  // namespace moderato
