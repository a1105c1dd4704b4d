// SPDX-License-Identifier: Apache-2.0
#include "core/link.hpp"

#include <doctest/doctest.h>

#include "core/process.hpp"

namespace moderato {

TEST_CASE("without a shell on the way the words stay as they are") {
  CHECK(behind({"ip", "netns", "exec", "a"}, {"run", "two words"}) ==
        Argv{"ip", "netns", "exec", "a", "run", "two words"});
  CHECK(behind({}, {"run"}) == Argv{"run"});
}

TEST_CASE("ssh hands its words to a shell, so they are quoted, wherever ssh stands") {
  CHECK(behind({"ssh", "node7"}, {"run", "two words", "plain"}) ==
        Argv{"ssh", "node7", "run", "'two words'", "plain"});
  CHECK(through_shell({"sudo", "/usr/bin/ssh", "node7"}));
  CHECK_FALSE(through_shell({"srun", "-w", "ssh-gateway"}));
}

TEST_CASE("a quoted word reaches the other side of a shell unharmed") {
  for (const std::string word :
       {"plain", "", "two words", "it's", "$HOME `id` \"x\" \\", "a;b|c&d>e", "*?[x]", "~"}) {
    CAPTURE(word);
    const auto echoed = run({{"sh", "-c", "printf %s " + shell_quoted(word)}, {}}, {});
    REQUIRE(echoed);
    CHECK(echoed->out == word);
  }
}

}  // namespace moderato
