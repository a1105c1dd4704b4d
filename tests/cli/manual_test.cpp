// SPDX-License-Identifier: Apache-2.0
#include "cli/manual.hpp"

#include <doctest/doctest.h>

#include <CLI/CLI.hpp>

namespace moderato {
namespace {

std::string page_of_one_command() {
  CLI::App app("What it does.");
  auto* tune = app.add_subcommand("tune", "Search and prove");
  int seed = 0;
  tune->add_option("--seed", seed, "Seed of the order\\here")->type_name("N");
  app.add_subcommand("hidden-helper")->group("");
  return man_page(app);
}

}  // namespace

TEST_CASE("the man page has every command that people call, with its options and its prose") {
  const std::string page = page_of_one_command();
  CHECK(page.find("tune") != std::string::npos);
  CHECK(page.find("Search and prove") != std::string::npos);
  CHECK(page.find("seed") != std::string::npos);
  CHECK(page.find("hidden") == std::string::npos);
}

TEST_CASE("the man page has the sections that a manual has") {
  const std::string page = page_of_one_command();
  for (const char* section : {".SH NAME", ".SH SYNOPSIS", ".SH COMMANDS", "EXIT STATUS", "FILES",
                              "ENVIRONMENT", "SAFETY"})
    CHECK_MESSAGE(page.find(section) != std::string::npos, section);
}

TEST_CASE("what roff would take for its own is escaped") {
  const std::string page = page_of_one_command();
  CHECK(page.find("order\\\\here") == std::string::npos);
  CHECK(page.find("order\\ehere") != std::string::npos);
  CHECK(page.find("\\-\\-seed") != std::string::npos);
}

TEST_CASE("every command has examples or says what happens") {
  for (const char* command :
       {"tune", "probe", "apply", "verify", "install", "uninstall", "restore", "report", "agent"})
    CHECK_MESSAGE(command_manual(command).size() > 80, command);
}

}  // namespace moderato
