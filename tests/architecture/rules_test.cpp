// SPDX-License-Identifier: Apache-2.0
// The rules themselves: planted violations are found, and what is right is left alone.
#include "architecture/rules.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace {

const std::string readme = R"(# Source

| other | table |
|---|---|
| trap | PURE |

| module | kind | may include | what it is |
|---|---|---|---|
| core | vocabulary | | words |
| space | PURE | core | points |
| knobs | EFFECTS | core | hands |
| tune | joins | core space knobs | loop |
)";

const std::vector<Module> table = parse_table(readme);

Violations includes(const std::string& path, const std::string& text) {
  return check_includes({path, text}, table);
}

}  // namespace

TEST_CASE("the table is read row by row, and no other table is") {
  REQUIRE(table.size() == 4);
  CHECK(table[0].name == "core");
  CHECK(table[0].may_include.empty());
  CHECK(table[1].kind == "PURE");
  CHECK(table[3].may_include == std::set<std::string>{"core", "knobs", "space"});
  CHECK(parse_table("no table").empty());
}

TEST_CASE("a table that lets PURE and EFFECTS meet, or runs in a circle, is found") {
  CHECK(check_table(table).empty());
  CHECK(check_table({{"core", "vocabulary", {}}, {"a", "PURE", {}}, {"b", "EFFECTS", {"a"}}}) ==
        Violations{"src/README.md: b (EFFECTS) may include a (PURE)"});
  CHECK(check_table({{"j", "joins", {}}, {"a", "PURE", {"j"}}}).size() == 1);
  CHECK(check_table({{"a", "PURE", {"b"}}, {"b", "PURE", {"a"}}}) ==
        Violations{"src/README.md: a may include b, which is no row above"});
  CHECK(check_table({{"a", "PURE", {"a"}}}).size() == 1);
}

TEST_CASE("a folder without a row and a row without a folder are found") {
  CHECK(check_folders({"core", "space", "knobs", "tune"}, table).empty());
  CHECK(check_folders({"core", "space", "knobs", "tune", "misc"}, table) ==
        Violations{"src/misc: no row in the table of src/README.md"});
  CHECK(check_folders({"core", "space", "knobs"}, table) ==
        Violations{"src/README.md: no folder src/tune"});
}

TEST_CASE("a forbidden include is found with its file and line") {
  CHECK(includes("src/space/x.cpp", "// x\n\n#include \"knobs/y.hpp\"\n") ==
        Violations{"src/space/x.cpp:3: space may not include \"knobs/y.hpp\" (table in "
                   "src/README.md)"});
  CHECK(includes("src/core/x.hpp", "#include \"space/y.hpp\"").size() == 1);
  CHECK(includes("src/core/x.hpp", "  #  include <space/y.hpp> // hidden").size() == 1);
  CHECK(includes("src/stray/x.hpp", "#include \"core/y.hpp\"").size() == 1);
  CHECK(includes("src/core/x.hpp", "#include \"y.hpp\"").size() == 1);
  CHECK(includes("src/core/x.hpp", "#include \"../space/y.hpp\"").size() == 1);
}

TEST_CASE("allowed includes, own ones and those of the system are left alone") {
  CHECK(includes("src/tune/x.cpp",
                 "#include \"tune/x.hpp\"\n#include \"core/a.hpp\"\n#include \"knobs/b.hpp\"\n"
                 "#include <vector>\n#include <sys/stat.h>\n// #include \"cli/x.hpp\"\n")
            .empty());
}

TEST_CASE("third-party types are found in headers, and left alone in .cpp files") {
  for (const char* include :
       {"<nlohmann/json.hpp>", "<netlink/msg.h>", "<CLI/CLI.hpp>", "<mpi.h>", "\"mpi.h\"",
        "<infiniband/verbs.h>", "<boost/math/tools/roots.hpp>"}) {
    const std::string text = std::string("#pragma once\n#include ") + include + "\n";
    CHECK_MESSAGE(check_third_party({"src/core/x.hpp", text}, {}).size() == 1, include);
    CHECK_MESSAGE(check_third_party({"src/core/x.cpp", text}, {}).empty(), include);
  }
  CHECK(check_third_party({"src/core/x.hpp", "#include <vector>\n"}, {}).empty());
  CHECK(check_third_party({"src/core/x.hpp", "\n#include <mpi.h>\n"}, {})[0].starts_with(
      "src/core/x.hpp:2: "));
}

TEST_CASE("a header is private as long as no other module includes it, be it through another one") {
  const std::vector<SourceFile> files{
      {"src/search/a.hpp", "#include \"search/b.hpp\"\n"},
      {"src/search/b.hpp", ""},
      {"src/search/c.hpp", "#include <Eigen/Core>\n"},
      {"src/search/a.cpp", "#include \"search/a.hpp\"\n#include \"search/c.hpp\"\n"},
      {"src/tune/t.cpp", "#include \"search/a.hpp\"\n"}};
  CHECK(private_headers(files) == std::set<std::string>{"src/search/c.hpp"});
  CHECK(check_third_party(files[2], private_headers(files)).empty());
  CHECK(check_third_party(files[2], {}).size() == 1);
}

TEST_CASE("a source file without its licence on top is found") {
  const std::string mark = "SPDX-License-Identifier: Apache-2.0\n";  // not on top of this file
  CHECK(check_licence({"src/a.cpp", "// " + mark}).empty());
  CHECK(check_licence({"tests/a.sh", "#!/bin/sh\n# " + mark}).empty());
  CHECK(check_licence({"src/CMakeLists.txt", "project(x)\n"}).size() == 1);
  CHECK(check_licence({"src/a.hpp", ""}).size() == 1);
  CHECK(check_licence({"src/a.hpp", "\n\n\n// " + mark}).size() == 1);
  CHECK(check_licence({"src/a.hpp", "// SPDX-License-Identifier: MIT\n"}).size() == 1);
  CHECK(check_licence({"tests/cases/expected.txt", "data\n"}).empty());
}

TEST_CASE("exit is found outside main, however it is written") {
  for (const char* call : {"exit", "quick_exit", "_Exit", "_exit"}) {
    for (const char* before : {"", "std::", "::", "\n;"}) {
      const std::string text = std::string("void f() {") + before + call + " (1); }";
      const auto found = check_exit({"src/tune/x.cpp", text});
      REQUIRE_MESSAGE(found.size() == 1, text);
      CHECK(found[0].find(std::string(": ") + call + "() outside main") != std::string::npos);
    }
  }
  CHECK(check_exit({"src/tune/x.cpp", "\n\n  exit(1);"})[0].starts_with("src/tune/x.cpp:3: "));
  CHECK(check_exit({"src/cli/main.cpp", "std::exit(1);"}).empty());
  CHECK(check_exit({"src/core/process.cpp", "::_exit(127);"}).empty());
  CHECK(check_exit({"src/core/process.cpp", "::exit(127);"}).size() == 1);
}

TEST_CASE("fmt::print is found, in code alone") {
  const auto found = check_print({"src/tune/x.cpp", "\n  fmt::print(stderr, \"x\");\n"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("src/tune/x.cpp:2: "));
  CHECK(check_print({"src/tune/x.cpp", "// fmt::print(\nauto s = \"fmt::print(\";"}).empty());
}

TEST_CASE("names, comments and texts that hold the word exit are no calls of it") {
  CHECK(check_exit({"src/cli/x.cpp",
                    "int on_exit(int);\n// exit(1)\n/* exit(2)\n exit(3) */\n"
                    "auto s = \"exit(4)\"; auto t = \"\\\"exit(5)\"; auto r = R\"(exit(6) \")\";\n"
                    "auto n = 1'000; int exit_status();\napp.exit(7); app->exit(8);\n"})
            .empty());
  CHECK(check_exit({"src/cli/x.cpp", "auto n = 1'000; /* \" */ exit(1); // '\n"}).size() == 1);
}

TEST_CASE("the libraries that a program needs are read from readelf") {
  CHECK(needed_libraries(" 0x01 (NEEDED)   Shared library: [libfmt.so.9]\n"
                         " 0x0e (SONAME)   Library soname: [libmpi.so.40]\n"
                         " 0x01 (NEEDED)   Shared library: [libc.so.6]\n") ==
        std::vector<std::string>{"libfmt.so.9", "libc.so.6"});
}

TEST_CASE("files are found in folders below, with their path from the root") {
  const TemporaryFolder root;
  std::filesystem::create_directories(root.path() / "src/core");
  std::ofstream(root.path() / "src/core/a.hpp") << "x\n";
  const auto files = files_under(root.path(), "src");
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == "src/core/a.hpp");
  CHECK(files[0].text == "x\n");
}
