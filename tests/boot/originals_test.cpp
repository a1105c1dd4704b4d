// SPDX-License-Identifier: Apache-2.0
#include "boot/originals.hpp"

#include <doctest/doctest.h>

#include "boot/installed_profile.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

TEST_CASE("a knob keeps its original however many profiles set it, until one does not") {
  KnobHistories histories;
  histories = remembered(histories, {{"rx-usecs", 8}, {"rx-frames", 1}},
                         {{"rx-usecs", 16}, {"rx-frames", 44}});
  histories = remembered(histories, {{"rx-usecs", 9}}, {{"rx-usecs", 8}, {"rx-frames", 1}});
  CHECK(histories.size() == 1);
  CHECK(histories.front().original == 16);
  CHECK(histories.front().ours == 9);
}

TEST_CASE("what others have set meanwhile is the new original") {
  KnobHistories histories;
  histories = remembered(histories, {{"rx-usecs", 8}}, {{"rx-usecs", 16}});
  histories = remembered(histories, {{"rx-usecs", 9}}, {{"rx-usecs", 30}});
  CHECK(histories.front().original == 30);
}

TEST_CASE("while a profile is being written both what was and what will be count as ours") {
  KnobHistories histories{{"rx-usecs", 16, 8}, {"rx-frames", 44, 1}};
  histories = remembered_ahead(histories, {{"rx-usecs", 9}, {"tx-usecs", 3}},
                               {{"rx-usecs", 8}, {"rx-frames", 1}, {"tx-usecs", 50}});
  const Settings was{{"rx-usecs", 16}, {"rx-frames", 44}},
      was_too{{"rx-usecs", 16}, {"tx-usecs", 50}};
  CHECK(with_originals({}, histories, {{"rx-usecs", 8}, {"rx-frames", 1}, {"tx-usecs", 50}}) ==
        was);
  CHECK(with_originals({}, histories, {{"rx-usecs", 9}, {"rx-frames", 44}, {"tx-usecs", 3}}) ==
        was_too);
}

TEST_CASE("of a value that was ours twice the newest original counts, also after a reading") {
  const TemporaryFolder folder;
  const Here now{{.inode = 5}, "this boot"};
  Originals originals{{"eth0", {{"rx-usecs", 16, 8}}}};
  originals["eth0"] = remembered_ahead(originals["eth0"], {{"rx-usecs", 8}}, {{"rx-usecs", 30}});
  REQUIRE(save_originals(folder.path(), now, originals));
  CHECK(with_originals({}, load_originals(folder.path(), now).at("eth0"), {{"rx-usecs", 8}}) ==
        Settings{{"rx-usecs", 30}});
  originals["eth0"] = remembered(originals["eth0"], {{"rx-usecs", 8}}, {{"rx-usecs", 30}});
  CHECK(originals.at("eth0") == KnobHistories{{"rx-usecs", 30, 8}});
}

TEST_CASE("only what has still the value of a profile goes back") {
  const KnobHistories histories{{"rx-usecs", 16, 8}, {"rx-frames", 44, 1}};
  const Settings settings{{"tx-usecs", 3}};
  CHECK(with_originals(settings, histories, {{"rx-usecs", 8}, {"rx-frames", 2}}) ==
        Settings{{"tx-usecs", 3}, {"rx-usecs", 16}});
  CHECK(with_originals({{"rx-usecs", 9}}, histories, {{"rx-usecs", 8}}) ==
        Settings{{"rx-usecs", 9}});
}

TEST_CASE("a value of the moment is no original, nor is it put back") {
  const Settings adaptive{{"adaptive-rx", 1}, {"rx-usecs", 8}};
  KnobHistories histories;
  histories = remembered(histories, {{"rx-usecs", 9}}, adaptive);
  CHECK(histories.empty());
  CHECK(with_originals({}, {{"rx-usecs", 16, 8}}, adaptive).empty());
}

TEST_CASE("the record is read as it was written, in the same boot and namespace only") {
  const TemporaryFolder folder;
  const Here now{{.inode = 5}, "this boot"};
  REQUIRE(save_originals(folder.path(), now, {{"eth0", {{"rx-usecs", 16, -8}}}}));
  const Originals read = load_originals(folder.path(), now);
  REQUIRE(read.size() == 1);
  CHECK(read.at("eth0") == KnobHistories{{"rx-usecs", 16, -8}});
  CHECK(load_originals(folder.path(), {{.inode = 5}, "the next"}).empty());
  CHECK(load_originals(folder.path(), {{.inode = 6}, "this boot"}).empty());
  put(folder.path() / "originals-5", "moderato-originals/1 this boot\neth0 rx-usecs x 3\n");
  CHECK(load_originals(folder.path(), now).empty());
}
