// SPDX-License-Identifier: Apache-2.0
#include "architecture/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>

namespace {

namespace fs = std::filesystem;

/// Column `index` of a line of a Markdown table.
std::string cell(const std::string& line, int index) {
  std::istringstream in(line.substr(1));
  std::string text;
  for (int i = 0; i <= index; ++i)
    if (!std::getline(in, text, '|')) return {};
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::set<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> words;
  for (std::string word; in >> word;)
    words.insert(word);
  return words;
}

const Module* find(const std::vector<Module>& table, const std::string& name) {
  const auto found = std::ranges::find(table, name, &Module::name);
  return found == table.end() ? nullptr : &*found;
}

/// "knobs" of "src/knobs/plan.cpp"
std::string module_of(const std::string& path) {
  const auto begin = path.find('/') + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

struct Include {
  std::size_t line;
  bool quoted;
  std::string target;
};

std::vector<Include> includes_of(const std::string& text) {
  static const std::regex directive(R"re(^\s*#\s*include\s*(["<])([^">]+)[">].*)re");
  std::vector<Include> includes;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_match(lines[i], match, directive))
      includes.push_back({i + 1, match[1] == "\"", match[2]});
  }
  return includes;
}

std::string first_folder(const std::string& target) {
  const auto slash = target.find('/');
  return slash == std::string::npos ? std::string() : target.substr(0, slash);
}

bool may_meet(const Module& module, const Module& other) {
  if (module.kind == "joins" || other.kind == "vocabulary") return true;
  return module.kind == other.kind;
}

}  // namespace

std::vector<Module> parse_table(const std::string& readme) {
  std::vector<Module> table;
  bool inside = false;
  for (const auto& line : lines_of(readme)) {
    if (!line.starts_with("|")) {
      inside = false;
    } else if (cell(line, 0) == "module" && cell(line, 2) == "may include") {
      inside = true;
    } else if (inside && !line.starts_with("|--") && !line.starts_with("| --")) {
      table.push_back({cell(line, 0), cell(line, 1), words_of(cell(line, 2))});
    }
  }
  return table;
}

Violations check_table(const std::vector<Module>& table) {
  Violations violations;
  std::set<std::string> above;
  for (const Module& module : table) {
    for (const auto& name : module.may_include) {
      const Module* other = find(table, name);
      if (!above.contains(name)) {
        violations.push_back(fmt::format("src/README.md: {} may include {}, which is no row above",
                                         module.name, name));
      } else if (!may_meet(module, *other)) {
        violations.push_back(fmt::format("src/README.md: {} ({}) may include {} ({})", module.name,
                                         module.kind, name, other->kind));
      }
    }
    above.insert(module.name);
  }
  return violations;
}

Violations check_folders(const std::set<std::string>& folders, const std::vector<Module>& table) {
  Violations violations;
  for (const auto& folder : folders)
    if (find(table, folder) == nullptr)
      violations.push_back(fmt::format("src/{}: no row in the table of src/README.md", folder));
  for (const Module& module : table)
    if (!folders.contains(module.name))
      violations.push_back(fmt::format("src/README.md: no folder src/{}", module.name));
  return violations;
}

Violations check_includes(const SourceFile& file, const std::vector<Module>& table) {
  const std::string own = module_of(file.path);
  const Module* module = find(table, own);
  Violations violations;
  for (const Include& include : includes_of(file.text)) {
    const std::string other = first_folder(include.target);
    const bool ours = find(table, other) != nullptr;
    if (!ours && !include.quoted) continue;
    if (!ours) {
      violations.push_back(fmt::format("{}:{}: \"{}\" is in no module (write \"module/file.hpp\")",
                                       file.path, include.line, include.target));
    } else if (other != own && (module == nullptr || !module->may_include.contains(other))) {
      violations.push_back(fmt::format("{}:{}: {} may not include \"{}\" (table in src/README.md)",
                                       file.path, include.line, own, include.target));
    }
  }
  return violations;
}

std::set<std::string> private_headers(const std::vector<SourceFile>& files) {
  std::map<std::string, const SourceFile*> headers;
  for (const SourceFile& file : files)
    if (file.path.ends_with(".hpp")) headers[file.path] = &file;
  std::vector<std::string> seen;  // from outside, still to be followed
  for (const SourceFile& file : files)
    for (const Include& include : includes_of(file.text))
      if (!file.path.starts_with("src/" + first_folder(include.target) + "/"))
        seen.push_back("src/" + include.target);
  std::map<std::string, const SourceFile*> rest = headers;
  while (!seen.empty()) {
    const auto header = rest.find(seen.back());
    seen.pop_back();
    if (header == rest.end()) continue;
    for (const Include& include : includes_of(header->second->text))
      seen.push_back("src/" + include.target);
    rest.erase(header);
  }
  std::set<std::string> result;
  for (const auto& [path, file] : rest)
    result.insert(path);
  return result;
}

Violations check_third_party(const SourceFile& file, const std::set<std::string>& private_ones) {
  static const std::set<std::string> folders{"nlohmann", "netlink", "CLI", "infiniband",
                                             "boost",    "Eigen",   "fmt", "rdma"};
  static const std::set<std::string> files{"mpi.h"};
  Violations violations;
  if (!file.path.ends_with(".hpp") || private_ones.contains(file.path)) return violations;
  for (const Include& include : includes_of(file.text))
    if (folders.contains(first_folder(include.target)) || files.contains(include.target))
      violations.push_back(
          fmt::format("{}:{}: {} belongs into a .cpp file, or a header of this module alone",
                      file.path, include.line, include.target));
  return violations;
}

Violations check_licence(const SourceFile& file) {
  static const std::set<std::string> kinds{".cpp", ".hpp", ".sh", ".cmake"};
  const fs::path path = file.path;
  if (!kinds.contains(path.extension().string()) && path.filename() != "CMakeLists.txt") return {};
  const auto lines = lines_of(file.text);
  const auto top = std::min<std::size_t>(lines.size(), 2);  // behind the #! of a script
  for (std::size_t i = 0; i < top; ++i)
    if (lines[i].ends_with(" SPDX-License-Identifier: Apache-2.0")) return {};
  return {fmt::format("{}:1: no SPDX-License-Identifier line", file.path)};
}

Violations check_exit(const SourceFile& file) {
  // A member function of that name ends no process.
  static const std::regex call(R"((?:^|[^\w.>])(exit|quick_exit|_Exit|_exit)\s*\()");
  if (file.path == "src/cli/main.cpp") return {};
  Violations violations;
  const auto lines = lines_of(code_only(file.text));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(lines[i], match, call)) continue;
    if (match[1] == "_exit" &&
        (file.path == "src/core/process.cpp" || file.path == "src/core/supervise.cpp"))
      continue;
    violations.push_back(fmt::format("{}:{}: {}() outside main", file.path, i + 1, match[1].str()));
  }
  return violations;
}

Violations check_print(const SourceFile& file) {
  Violations violations;
  const auto lines = lines_of(code_only(file.text));
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].find("fmt::print(") != std::string::npos)
      violations.push_back(
          fmt::format("{}:{}: fmt::print() throws; see core/printing.hpp", file.path, i + 1));
  return violations;
}

std::vector<std::string> needed_libraries(const std::string& readelf) {
  static const std::regex needed(R"(.*\(NEEDED\).*\[(.+)\].*)");
  std::vector<std::string> libraries;
  for (const auto& line : lines_of(readelf)) {
    std::smatch match;
    if (std::regex_match(line, match, needed)) libraries.push_back(match[1]);
  }
  return libraries;
}
