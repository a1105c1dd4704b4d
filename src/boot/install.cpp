// SPDX-License-Identifier: Apache-2.0
#include "boot/install.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <utility>

#include "boot/apply_installed.hpp"
#include "core/fd.hpp"
#include "core/file.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// Nobody but its owner may write it, whatever the umask: what lies there is applied by root.
Result<void> make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST)
    return std::unexpected(
        system_error(fmt::format("create {}", folder.string()), errno, "run as root"));
  const Fd above(::open((folder / "..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (above.valid() && ::fsync(above.get()) == 0) return {};
  return std::unexpected(system_error(fmt::format("sync {}", folder.string()), errno));
}

Result<void> make_folders(const ConfigPlaces& places) {
  // /etc is there on a host, and need not be in an image that is being built.
  std::error_code seen_below;
  fs::create_directories(places.folder.parent_path(), seen_below);
  if (auto made = make_folder(places.folder); !made) return made;
  return make_folder(places.profiles());
}

/// One file to be written, and what is there now.
struct Step {
  fs::path file;
  std::string content;
  std::optional<std::string> before;
  bool keep_before = false;

  fs::path kept() const { return file.string() + ".old"; }
};

Result<Step> step_for(const fs::path& file, std::string content) {
  Step step{file, std::move(content), {}};
  if (std::error_code none; !fs::exists(fs::symlink_status(file, none))) return step;
  if (std::error_code none; !fs::is_regular_file(file, none))
    return fail(Fault::document, fmt::format("{} is not a file", file.string()), "remove it");
  auto now = read_file(file);
  if (!now) return fail(now);
  step.before = std::move(*now);
  return step;
}

Result<std::vector<Step>> plan_profiles(const InstallRequest& request, const ConfigPlaces& places) {
  std::vector<Step> steps;
  for (const Profile& profile : request.profiles) {
    auto step = step_for(places.profiles() / installed_name(profile), to_json(profile));
    if (!step) return fail(step);
    for (const Step& other : steps) {
      if (other.file == step->file && other.content != step->content)
        return fail(Fault::usage,
                    fmt::format("two of the profiles are both '{}' of class {}, for the same match",
                                profile.name, profile.workload_class),
                    "install the one that you want");
    }
    step->keep_before = step->before && *step->before != step->content;
    if (step->keep_before && !request.replace)
      return fail(Fault::usage,
                  fmt::format("{} is installed, with other content", step->file.string()),
                  "--replace takes the new one, and keeps the old one beside it");
    steps.push_back(std::move(*step));
  }
  return steps;
}

/// The class to be in force after the installation; `classes`: those of all profiles then. The one
/// in force stays if it has a profile, or may have: a broken one tells no class.
Result<std::string> class_after(const InstallRequest& request, const ConfigPlaces& places,
                                const std::set<std::string>& classes, bool some_broken) {
  std::string chosen = request.active_class;
  if (chosen.empty()) {
    auto now = read_word(places.active_class());
    if (!now) return fail(now);
    if (*now && (some_broken || classes.contains(**now))) return std::move(**now);
    if (classes.size() == 1) return *classes.begin();
    return fail(Fault::usage,
                fmt::format("profiles of several classes, {}: which one shall be in force?",
                            fmt::join(classes, ", ")),
                "say --class NAME");
  }
  if (classes.contains(chosen)) return chosen;
  return fail(
      Fault::usage, fmt::format("no profile of class '{}'", chosen),
      classes.empty() ? "install one" : fmt::format("there is {}", fmt::join(classes, ", ")));
}

Result<void> plan_words(const InstallRequest& request, const ConfigPlaces& places,
                        const Installed& installed, std::vector<Step>& steps) {
  auto classes = installed.classes();
  for (const Profile& profile : request.profiles)
    classes.insert(profile.workload_class);
  auto chosen = class_after(request, places, classes, !installed.broken.empty());
  if (!chosen) return fail(chosen);
  auto step = step_for(places.active_class(), *chosen + "\n");
  if (!step) return fail(step);
  steps.push_back(std::move(*step));
  if (request.stale_policy.empty()) return {};
  if (!stale_policy(request.stale_policy))
    return fail(Fault::usage, fmt::format("--stale {}: no such policy", request.stale_policy),
                "apply, warn or skip");
  step = step_for(places.stale_policy(), request.stale_policy + "\n");
  if (!step) return fail(step);
  steps.push_back(std::move(*step));
  return {};
}

/// Puts back what a step has replaced. A disk that is full has no room for it a second time: the
/// file that keeps it becomes the file again. Where that was not written yet, nothing was replaced.
void take_back_replaced(const Step& step) {
  const auto kept = read_file(step.kept());
  std::error_code not_there;
  if (kept && *kept == *step.before) fs::rename(step.kept(), step.file, not_there);
}

/// Best effort: what is told is why the installation failed.
void take_back(const std::vector<Step>& done) {
  for (const Step& step : done) {
    if (step.keep_before) {
      take_back_replaced(step);
    } else if (step.before) {
      (void)write_file_durably(step.file, *step.before);
    } else {
      (void)remove_file_durably(step.file);
    }
  }
}

Result<std::string> carry_out(const Step& step) {
  if (step.before == step.content) return fmt::format("{}: there already", step.file.string());
  if (step.keep_before) {
    if (auto kept = write_file_durably(step.kept(), *step.before); !kept) return fail(kept);
  }
  if (auto written = write_file_durably(step.file, step.content); !written) return fail(written);
  if (step.keep_before)
    return fmt::format("{}: replaced; the old one is kept as {}", step.file.string(),
                       step.kept().filename().string());
  return fmt::format("{}: written", step.file.string());
}

bool is_named(const InstalledProfile& installed, const std::string& name) {
  return installed.profile.name == name || installed.file.filename() == name ||
         installed.file.stem() == name;
}

/// Which of the installed profiles are meant by `names`.
Result<std::vector<const InstalledProfile*>> named(const Installed& installed,
                                                   const std::vector<std::string>& names) {
  std::vector<const InstalledProfile*> found;
  for (const auto& name : names) {
    const std::size_t before = found.size();
    for (const InstalledProfile& one : installed.profiles) {
      if (is_named(one, name)) found.push_back(&one);
    }
    if (found.size() > before) continue;
    std::vector<std::string> known;
    for (const InstalledProfile& one : installed.profiles)
      known.push_back(one.file.filename());
    return fail(Fault::usage, fmt::format("no profile '{}' is installed", name),
                known.empty() ? "nothing is installed"
                              : fmt::format("there is {}", fmt::join(known, ", ")));
  }
  std::ranges::sort(found);
  const auto twice = std::ranges::unique(found);
  found.erase(twice.begin(), twice.end());
  return found;
}

Result<void> remove_one(const fs::path& file, std::vector<std::string>& notes) {
  if (std::error_code none; !fs::exists(file, none)) return {};
  if (auto removed = remove_file_durably(file); !removed) return removed;
  notes.push_back(fmt::format("{}: removed", file.string()));
  return {};
}

Result<void> remove_profile(const InstalledProfile& installed, std::vector<std::string>& notes) {
  if (installed.file.filename() != installed_name(installed.profile)) {
    notes.push_back(fmt::format("{}: stays, since `moderato install` did not put it there",
                                installed.file.string()));
    return {};
  }
  if (auto removed = remove_one(installed.file, notes); !removed) return removed;
  return remove_one(installed.file.string() + ".old", notes);
}

/// What is to be told where the class in force has lost its last profile: no boot applies any then.
void tell_class_without_profile(const Installed& before, const ConfigPlaces& places,
                                const KnobRanges& device_knobs, const KnobRanges& process_knobs,
                                std::vector<std::string>& notes) {
  const auto active = read_word(places.active_class());
  if (!active || !*active || !before.classes().contains(**active)) return;
  const auto left = read_installed(places.profiles(), device_knobs, process_knobs).classes();
  if (left.contains(**active)) return;
  notes.push_back(fmt::format(
      "class '{}' is in force, and has no profile any more, so no boot applies one: {}", **active,
      left.empty() ? "`moderato uninstall` disables the unit as well"
                   : fmt::format("`moderato apply --class NAME --set-default` takes another, {}",
                                 fmt::join(left, " or "))));
}

}  // namespace

std::string installed_name(const Profile& profile) {
  std::string name;
  for (const std::string* part :
       {&profile.workload_class, &profile.name, &profile.match.driver, &profile.match.kind,
        &profile.match.pci_id, &profile.match.netdev}) {
    if (!part->empty()) name += (name.empty() ? "" : "-") + *part;
  }
  for (char& c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (!plain) c = '.';
  }
  if (name.starts_with('.')) name.front() = '_';  // a hidden file would be overlooked
  return name + ".json";
}

Result<std::vector<std::string>> install_profiles(const InstallRequest& request,
                                                  const ConfigPlaces& places,
                                                  const KnobRanges& device_knobs,
                                                  const KnobRanges& process_knobs) {
  auto steps = plan_profiles(request, places);
  if (!steps) return fail(steps);
  const Installed installed = read_installed(places.profiles(), device_knobs, process_knobs);
  if (auto planned = plan_words(request, places, installed, *steps); !planned) return fail(planned);
  if (auto made = make_folders(places); !made) return fail(made);
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < steps->size(); ++i) {
    auto note = carry_out((*steps)[i]);
    if (!note) {
      steps->resize(i + 1);
      take_back(*steps);
      return fail(note);
    }
    notes.push_back(std::move(*note));
  }
  return notes;
}

Result<std::vector<std::string>> uninstall_profiles(const std::vector<std::string>& names,
                                                    const ConfigPlaces& places,
                                                    const KnobRanges& device_knobs,
                                                    const KnobRanges& process_knobs) {
  const Installed installed = read_installed(places.profiles(), device_knobs, process_knobs);
  auto chosen = named(installed, names);
  if (!chosen) return fail(chosen);
  if (names.empty()) {
    for (const InstalledProfile& one : installed.profiles)
      chosen->push_back(&one);
  }
  std::vector<std::string> notes;
  for (const InstalledProfile* one : *chosen) {
    if (auto removed = remove_profile(*one, notes); !removed) return fail(removed);
  }
  if (!names.empty()) {
    tell_class_without_profile(installed, places, device_knobs, process_knobs, notes);
    return notes;
  }
  for (const Error& error : installed.broken)
    notes.push_back(fmt::format("stays: {}", error.message));
  for (const fs::path& file : {places.active_class(), places.stale_policy()}) {
    if (auto removed = remove_one(file, notes); !removed) return fail(removed);
  }
  // Only where they are empty.
  std::error_code not_empty;
  fs::remove(places.profiles(), not_empty);
  fs::remove(places.folder, not_empty);
  return notes;
}

}  // namespace moderato
