// SPDX-License-Identifier: Apache-2.0
// install and uninstall: profiles in place, and the unit that applies them at boot.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "boot/install.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/knob_ranges.hpp"
#include "core/printing.hpp"
#include "core/process.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

constexpr const char* unit = "moderato.service";

/// Of this host, or of an image that is being built.
ConfigPlaces places_below(const std::string& root) {
  return root.empty() ? default_config() : ConfigPlaces{fs::path(root) / "etc/moderato"};
}

void print_all(const std::vector<std::string>& notes) {
  for (const auto& note : notes)
    say(stdout, fmt::format("{}\n", note));
}

bool systemd_runs() {
  std::error_code none;
  return fs::is_directory("/run/systemd/system", none);  // sd_booted(3)
}

/// `verb`: "enable" or "disable".
int systemctl(const std::string& verb, const std::string& root) {
  Command command{{"systemctl", "--no-reload", verb, unit}, {}};
  if (!root.empty()) command.argv.insert(command.argv.begin() + 1, "--root=" + root);
  const RunLimits limits;
  auto ran = run(command, limits);
  if (ran && ran->end == RunEnd::exited && ran->status == 0) {
    say(stdout, fmt::format("{}: {}d\n", unit, verb));
    return exit_done;
  }
  return report_error(
      {Fault::runtime,
       fmt::format("`systemctl {} {}`: {}", verb, unit,
                   ran ? describe(*ran, limits) + ": " + ran->err : ran.error().message),
       "the unit comes with the package, and with `cmake --install build --prefix /usr` (systemd "
       "does not look everywhere); without it, run `moderato apply --boot` from whatever starts "
       "before the network"});
}

int enable(const std::string& verb, const std::string& root) {
  if (!root.empty() || systemd_runs()) return systemctl(verb, root);
  say(stdout,
      fmt::format("systemd does not run here; where it does: systemctl {} {}\n", verb, unit));
  return exit_done;
}

Result<std::vector<Profile>> load_all(const std::vector<std::string>& files) {
  std::vector<Profile> profiles;
  for (const auto& file : files) {
    auto profile = load_profile(file);
    if (!profile) return fail(profile);
    profiles.push_back(std::move(*profile));
  }
  return profiles;
}

}  // namespace

int install_command(const InstallArguments& arguments) {
  auto profiles = load_all(arguments.profiles);
  if (!profiles) return report_error(profiles.error());
  const InstallRequest request{std::move(*profiles), arguments.workload_class, arguments.stale,
                               arguments.replace};
  auto notes = install_profiles(request, places_below(arguments.root), device_knob_ranges(),
                                process_knob_ranges());
  if (!notes) return report_error(notes.error());
  print_all(*notes);
  const int status = enable("enable", arguments.root);
  if (status == exit_done && arguments.root.empty())
    say(stdout, fmt::format("{}`moderato apply --boot` applies them now.\n",
                            systemd_runs() ? "In force from the next boot on; " : ""));
  return status;
}

int uninstall_command(const UninstallArguments& arguments) {
  auto notes = uninstall_profiles(arguments.names, places_below(arguments.root),
                                  device_knob_ranges(), process_knob_ranges());
  if (!notes) return report_error(notes.error());
  print_all(*notes);
  say(stdout, "Netdevs keep the settings that they have until their driver is loaded again.\n");
  return arguments.names.empty() ? enable("disable", arguments.root) : exit_done;
}

}  // namespace moderato
