// SPDX-License-Identifier: Apache-2.0
// The rules, held against this repository.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "architecture/rules.hpp"

namespace fs = std::filesystem;

namespace {

const fs::path root = MODERATO_SOURCE_DIR;

std::vector<SourceFile> source() {
  return files_under(root, "src");
}

std::vector<Module> table() {
  for (const SourceFile& file : source())
    if (file.path == "src/README.md") return parse_table(file.text);
  return {};
}

void report(const Violations& violations) {
  for (const auto& violation : violations)
    CHECK_MESSAGE(false, violation);
}

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string output;
  std::array<char, 4096> piece{};
  while (const auto n = std::fread(piece.data(), 1, piece.size(), pipe))
    output.append(piece.data(), n);
  ::pclose(pipe);
  return output;
}

}  // namespace

TEST_CASE("the include table is sound, and has a row for every folder of src") {
  REQUIRE(table().size() > 1);
  report(check_table(table()));
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(root / "src"))
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  report(check_folders(folders, table()));
}

TEST_CASE("every include of src is in the table") {
  const auto modules = table();
  for (const SourceFile& file : source())
    report(check_includes(file, modules));
}

TEST_CASE("no header that another module includes shows a third-party type") {
  const auto private_ones = private_headers(source());
  for (const SourceFile& file : source())
    report(check_third_party(file, private_ones));
}

TEST_CASE("nothing but main exits") {
  for (const SourceFile& file : source())
    if (file.path.ends_with(".cpp") || file.path.ends_with(".hpp")) report(check_exit(file));
}

TEST_CASE("nothing prints by what throws where it cannot write") {
  for (const SourceFile& file : source())
    if (file.path.ends_with(".cpp") || file.path.ends_with(".hpp")) report(check_print(file));
}

TEST_CASE("every source file names its licence") {
  for (const char* folder : {"src", "workloads", "tests"})
    for (const SourceFile& file : files_under(root, folder))
      report(check_licence(file));
}

TEST_CASE("moderato starts on a login node: it needs neither MPI nor libibverbs") {
  const fs::path binary = fs::path(MODERATO_BINARY_DIR) / "bin/moderato";
  if (!fs::exists(binary)) {
    std::cout << "SKIPPED: " << binary.string() << " is not built\n";
    return;
  }
  const std::string dynamic = output_of("readelf -d '" + binary.string() + "' 2>/dev/null");
  if (dynamic.empty()) {
    std::cout << "SKIPPED: readelf is missing (package binutils)\n";
    return;
  }
  const auto libraries = needed_libraries(dynamic);
  REQUIRE_FALSE(libraries.empty());
  for (const auto& library : libraries) {
    CHECK_MESSAGE(!library.starts_with("libmpi"), library);
    CHECK_MESSAGE(!library.starts_with("libibverbs"), library);
  }
}
