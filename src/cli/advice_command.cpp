// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/installation.hpp"
#include "core/file.hpp"
#include "core/printing.hpp"
#include "report/advice.hpp"
#include "workload/launch_advice.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

/// The format may say for whom the file is.
std::string flavour_name(const AdviceArguments& arguments) {
  if (!arguments.flavour.empty()) return arguments.flavour;
  if (arguments.format == "mvapich2") return "mvapich2";
  return arguments.format == "ucx" ? "openmpi-ucx" : "";
}

Result<MpiFlavour> flavour_of(const AdviceArguments& arguments) {
  const std::string name = flavour_name(arguments);
  auto flavour = find_flavour(name, find_installation().workloads());
  if (flavour || !name.empty()) return flavour;
  const std::string& names = flavour.error().remedy;  // "one of: ...; or put ..."
  return fail(Fault::usage, "knobs reach each MPI flavour in a way of its own",
              "choose with --flavour " + names.substr(0, names.find(';')));
}

/// Only over what this command has written: the file may be the cluster's only one.
Result<void> write_advice(const fs::path& path, const std::string& text) {
  if (std::error_code none; fs::exists(path, none)) {
    auto old = read_file(path);
    if (!old) return fail(old);
    if (!old->starts_with(advice_heading))
      return fail(Fault::usage, fmt::format("{} was written by somebody else", path.string()),
                  "choose another file, and take over its lines by hand");
  }
  return write_file_durably(path, text);
}

Result<std::string> advice_of(const AdviceArguments& arguments) {
  auto profile = load_profile(arguments.profile);
  if (!profile) return fail(profile);
  auto flavour = flavour_of(arguments);
  if (!flavour) return fail(flavour);
  auto advice = launch_advice(*flavour, profile->process);
  if (!advice) return fail(advice);
  return advice_text(*profile, *advice, advice_format(arguments.format).value_or(AdviceFormat::sh));
}

}  // namespace

int advice_command(const AdviceArguments& arguments) {
  auto text = advice_of(arguments);
  if (!text) return report_error(text.error());
  if (arguments.output.empty()) {
    put(stdout, *text);
    return exit_done;
  }
  if (auto written = write_advice(arguments.output, *text); !written)
    return report_error(written.error());
  return exit_done;
}

}  // namespace moderato
