// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "../temporary_folder.hpp"
#include "links.hpp"

using namespace moderato;
namespace fs = std::filesystem;

namespace {

const fs::path catalogue = fs::path(MODERATO_SOURCE_DIR) / "workloads/catalogue";

/// The faults of a document of these fields, a line each.
std::string faults(const std::string& fields) {
  const auto parsed = parse_workload(R"({"schema": "moderato-workload/1", )" + fields + "}", "w");
  return parsed ? "" : parsed.error().message;
}

/// A sound document but for these fields.
std::string faults_beside(const std::string& fields) {
  return faults(R"("name": "x", "command": ["true"], )" + fields);
}

std::string faults_of_pattern(const std::string& pattern) {
  return faults_beside(R"("result": {"format": "lines", "pattern": ")" + pattern + R"("})");
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void write(const fs::path& path, const std::string& content) {
  std::ofstream(path) << content;
}

std::string descriptor(const std::string& name) {
  return R"({"schema": "moderato-workload/1", "name": ")" + name +
         R"(", "command": ["true"], "result": {"format": "wall_time"}})";
}

/// A user's folder and an installed catalogue, each in a folder of its own.
struct Folders {
  TemporaryFolder root;
  WorkloadPaths paths{root.path() / "own", root.path() / "catalogue", "", ""};
  Folders() {
    fs::create_directory(paths.own);
    fs::create_directory(paths.catalogue);
  }
};

}  // namespace

TEST_CASE("every shipped descriptor is read, under its file's name, and says what it measures") {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(catalogue)) {
    if (entry.path().extension() != ".json") continue;
    CAPTURE(entry.path().string());
    const auto found = find_workload(entry.path().stem(), {"/none", catalogue, "", ""});
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    CHECK(found->name == entry.path().stem());
    CHECK_FALSE(found->description.empty());
    CHECK(build_command(*found, {}, two_namespaces(), installed()).has_value());
    ++count;
  }
  CHECK(count >= 16);
}

TEST_CASE("what is left out has its documented default") {
  const auto w = parse_workload(R"json({"schema": "moderato-workload/1", "name": "x", "comment": 5,
      "command": ["prog"], "result": {"format": "lines", "pattern": "(.*)"}})json",
                                "w");
  REQUIRE(w);
  CHECK(w->description.empty());
  CHECK(w->launcher == WorkloadDescriptor::Launcher::mpirun);
  CHECK(w->ranks == 2);
  CHECK(w->mca.empty());
  CHECK(w->environment.empty());
  CHECK(w->parameters.empty());
  CHECK(w->result.unit == "us");
}

TEST_CASE("every field is read") {
  const auto w = parse_workload(R"json({"schema": "moderato-workload/1", "name": "x",
      "description": "d", "launcher": "mpirun", "ranks": 4, "mca": {"btl": "tcp,self"},
      "command": ["prog", "{n}"], "environment": {"A_1": "b c"},
      "parameters": {"n": 7, "f": 0.5, "yes": true, "t": "t"},
      "result": {"format": "lines", "pattern": "t=([0-9]+)", "unit": "ms"}})json",
                                "w");
  REQUIRE_MESSAGE(w.has_value(), (w ? "" : w.error().message));
  CHECK(w->description == "d");
  CHECK(w->ranks == 4);
  CHECK(w->mca == std::map<std::string, std::string>{{"btl", "tcp,self"}});
  CHECK(w->command == Argv{"prog", "{n}"});
  CHECK(w->environment == std::map<std::string, std::string>{{"A_1", "b c"}});
  CHECK(w->parameters ==
        std::map<std::string, std::string>{{"n", "7"}, {"f", "0.5"}, {"yes", "true"}, {"t", "t"}});
  CHECK(w->result.kind == ResultFormat::Kind::lines);
  CHECK(w->result.pattern == "t=([0-9]+)");
  CHECK(w->result.unit == "ms");
}

TEST_CASE("all faults are reported at once, each with its path") {
  const std::string text =
      faults(R"json("name": 5, "description": [], "launcher": "slurm", "ranks": 0, "mca": {"a": []},
                "command": "prog", "environment": {"A=B": "c"}, "parameters": {"libexec": 1},
                "result": {"format": "json", "pattern": "("}, "rank": 2)json");
  for (const char* part :
       {"w: name: 5 is not a text", "w: description: an array is not a text",
        "w: launcher: \"slurm\" is not known here (one of: mpirun, first_host)",
        "w: ranks: 0 is out of range (write an integer from 1 to 4096)",
        "w: mca.a: an array is not a text", "w: command: \"prog\" is not an array",
        "w: environment[\"A=B\"]: this is no name of a variable",
        "w: parameters.libexec: a parameter cannot be called so",
        "w: result.format: \"json\" is not known here (one of: samples, wall_time, lines)",
        "w: rank: "})
    CHECK_MESSAGE(contains(text, part), part, "\nnot in\n", text);
  CHECK(std::ranges::count(text, '\n') == 9);
}

TEST_CASE("what is required and missing is a fault") {
  const std::string text = faults(R"("comment": 1)");
  CHECK(contains(text, "w: name: the field is missing"));
  CHECK(contains(text, "w: command: the field is missing"));
  CHECK(contains(text, "w: result: the field is missing"));
  CHECK(
      contains(faults_beside(R"("result": {"format": "lines"})"), "w: result.pattern: the field"));
}

TEST_CASE("a command needs a program") {
  CHECK(contains(faults(R"("name": "x", "command": [], "result": {"format": "samples"})"),
                 "w: command: there is no program"));
}

TEST_CASE("a pattern is short enough to be compiled") {
  const std::string deep = std::string(50'000, '(') + "a" + std::string(50'000, ')');
  CHECK(contains(faults_of_pattern(deep), "w: result.pattern: a pattern of 100001 bytes"));
  CHECK(faults_of_pattern(std::string(499, '(') + "a" + std::string(499, ')')).empty());
}

TEST_CASE("a pattern is a regular expression with a group") {
  CHECK(faults_of_pattern("time=([0-9.]+)").empty());
  CHECK(contains(faults_of_pattern("time=(["), "w: result.pattern: 'time=([' is no regular"));
  CHECK(contains(faults_of_pattern("time=[0-9]+"), "w: result.pattern: the pattern has no group"));
  CHECK(contains(faults_of_pattern("(?:no group)"), "w: result.pattern: the pattern has no group"));
}

TEST_CASE("fields of another kind of result or launcher are unknown") {
  CHECK(contains(faults_beside(R"("result": {"format": "samples", "unit": "ms"})"),
                 "w: result.unit: "));
  CHECK(contains(faults_beside(R"("result": {"format": "wall_time", "pattern": "x"})"),
                 "w: result.pattern: "));
  const std::string text =
      faults_beside(R"("launcher": "first_host", "ranks": 2, "result": {"format": "samples"})");
  CHECK(contains(text, "w: ranks: "));
}

TEST_CASE("a parameter has a name of its own") {
  for (const char* name : {"addresses", "rdma", "libexec", "mpi", "address:0", "a{b", "a}b", ""}) {
    CAPTURE(name);
    const auto text = faults_beside(std::string(R"("parameters": {")") + name +
                                    R"(": 1}, "result": {"format": "samples"})");
    CHECK(contains(text, "a parameter cannot be called so"));
  }
}

TEST_CASE("another schema is refused") {
  const auto parsed = parse_workload(R"({"schema": "moderato-workload/2"})", "w");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().fault == Fault::document);
  CHECK(contains(parsed.error().message, "moderato-workload/1"));
}

TEST_CASE("the user's folder comes before the catalogue") {
  const Folders folders;
  write(folders.paths.own / "both.json", descriptor("own"));
  write(folders.paths.catalogue / "both.json", descriptor("shipped"));
  write(folders.paths.catalogue / "one.json", descriptor("shipped"));
  CHECK(find_workload("both", folders.paths)->name == "own");
  CHECK(find_workload("one", folders.paths)->name == "shipped");
}

TEST_CASE("an unknown workload is refused with the names there are") {
  const Folders folders;
  write(folders.paths.own / "mine.json", descriptor("mine"));
  write(folders.paths.own / "notes.txt", "no descriptor");
  write(folders.paths.catalogue / "shipped.json", descriptor("shipped"));
  const auto found = find_workload("other", folders.paths);
  REQUIRE_FALSE(found);
  CHECK(found.error().message == "no workload is called 'other'");
  CHECK(found.error().remedy == "one of: mine, shipped; or put other.json into ./workloads");
}

TEST_CASE("without a catalogue the installation is blamed") {
  const auto found = find_workload("any", {"/none", "/none/either", "", ""});
  REQUIRE_FALSE(found);
  CHECK(contains(found.error().remedy, "is moderato installed completely?"));
}

TEST_CASE("a name is not a path") {
  const Folders folders;
  write(folders.root.path() / "outside.json", descriptor("outside"));
  CHECK_FALSE(find_workload("../outside", folders.paths));
  CHECK_FALSE(find_workload((folders.root.path() / "outside").string(), folders.paths));
}

TEST_CASE("a bad descriptor is named by its file") {
  const Folders folders;
  const fs::path file = folders.paths.own / "bad.json";
  write(file, "{");
  const auto found = find_workload("bad", folders.paths);
  REQUIRE_FALSE(found);
  CHECK(found.error().message.starts_with(file.string() + ": "));
}

TEST_CASE("root runs no program that others can name") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: only root refuses, and this is another user\n");
    return;
  }
  const Folders folders;
  const fs::path file = folders.paths.own / "mine.json";
  write(file, descriptor("mine"));
  CHECK(find_workload("mine", folders.paths));
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  const auto found = find_workload("mine", folders.paths);
  REQUIRE_FALSE(found);
  CHECK(contains(found.error().message, "mine.json can be written by others"));
  fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);
  fs::permissions(folders.paths.own, fs::perms::others_write, fs::perm_options::add);
  CHECK_FALSE(find_workload("mine", folders.paths));
}
