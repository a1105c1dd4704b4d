// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "core/file.hpp"
#include "workload/workload.hpp"

namespace moderato {
namespace {

namespace fs = std::filesystem;

struct Descriptor {
  std::string text;
  std::string file;  ///< where it was found
};

/// That of NAME in the user's folder, else in the catalogue; the names there are go into `names`.
Result<std::optional<Descriptor>> find_descriptor(const fs::path& subfolder,
                                                  const std::string& name,
                                                  const WorkloadPaths& paths,
                                                  std::set<std::string>& names) {
  constexpr std::size_t largest = 1u << 20;
  for (const fs::path& parent : {paths.own, paths.catalogue}) {
    const fs::path folder = parent / subfolder;
    const fs::path file = folder / (name + ".json");
    std::error_code missing;
    if (name.find('/') == std::string::npos && fs::is_regular_file(file, missing)) {
      // It names a program that root is going to run.
      auto text = parent == paths.own ? read_trusted_file(file, largest) : read_file(file, largest);
      if (!text) return fail(text);
      return Descriptor{std::move(*text), file.string()};
    }
    for (const auto& entry : fs::directory_iterator(folder, missing)) {
      if (entry.path().extension() == ".json") names.insert(entry.path().stem());
    }
  }
  return std::nullopt;
}

/// What is there already stays.
void add_missing(std::map<std::string, std::string>& texts,
                 const std::map<std::string, std::string>& more) {
  texts.insert(more.begin(), more.end());
}

}  // namespace

Result<MpiFlavour> find_flavour(const std::string& name, const WorkloadPaths& paths) {
  std::set<std::string> names;
  auto found = find_descriptor("mpi", name, paths, names);
  if (!found) return fail(found);
  if (!*found)
    return fail(Fault::document, fmt::format("no MPI flavour is called '{}'", name),
                fmt::format("one of: {}; or put {}.json into ./workloads/mpi",
                            fmt::join(names, ", "), name));
  return parse_flavour((*found)->text, (*found)->file);
}

WorkloadDescriptor with_flavour(WorkloadDescriptor workload, const MpiFlavour& flavour) {
  workload.mpi = flavour.name;
  workload.launcher = flavour.launcher;
  add_missing(workload.mca, flavour.mca);
  add_missing(workload.environment, flavour.environment);
  add_missing(workload.parameters, flavour.parameters);
  add_missing(workload.unreachable, flavour.unreachable);
  if (workload.transport == Transport::any) workload.transport = flavour.transport;
  return workload;
}

Result<WorkloadDescriptor> find_workload(const std::string& name, const WorkloadPaths& paths,
                                         const std::string& mpi) {
  std::set<std::string> names;
  auto found = find_descriptor("", name, paths, names);
  if (!found) return fail(found);
  if (!*found)
    return fail(Fault::document, fmt::format("no workload is called '{}'", name),
                names.empty() ? "no catalogue folder was found; is moderato installed completely?"
                              : fmt::format("one of: {}; or put {}.json into ./workloads",
                                            fmt::join(names, ", "), name));
  auto workload = parse_workload((*found)->text, (*found)->file);
  if (!workload || (workload->mpi.empty() && mpi.empty())) return workload;
  if (workload->mpi.empty())
    return fail(Fault::document, fmt::format("workload '{}' is no program of MPI", name),
                "leave \"mpi\" out of its parameters");
  auto flavour = find_flavour(mpi.empty() ? workload->mpi : mpi, paths);
  if (!flavour) return fail(flavour);
  return with_flavour(std::move(*workload), *flavour);
}

}  // namespace moderato
