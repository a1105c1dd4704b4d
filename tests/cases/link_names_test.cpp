// SPDX-License-Identifier: Apache-2.0
// Links that are called by their name.
#include <unistd.h>

#include "cases/cluster.hpp"

namespace moderato {
namespace {

/// The link of the cluster lies in links/lab.json, and nowhere else.
struct NamedCluster : Cluster {
  NamedCluster() {
    fs::create_directory(path("links"));
    fs::rename(path("link.json"), path("links/lab.json"));
  }
  RunResult run_in(const std::string& other_folder, const std::vector<std::string>& words) const {
    Command command = this->command(words);
    command.argv[2] = path(other_folder);
    auto ran = moderato::run(command, {.timeout = std::chrono::minutes(20)});
    REQUIRE(ran);
    return *ran;
  }
};

}  // namespace

TEST_CASE("every command takes a link by name, and a study of it is resumed from any folder") {
  const NamedCluster cluster;
  const auto probed = cluster.run({"probe", "--link", "lab"});
  CHECK(probed.status == 0);
  CHECK(contains(probed.out, "eth-b"));
  const auto tuned = cluster.run({"tune", "--policy", "policy.json", "--link", "lab", "--study",
                                  "study", "--profile", "profile.json"});
  REQUIRE_MESSAGE(tuned.status == 0, tuned.err);

  const auto record = read_study(cluster.folder() / "study");
  REQUIRE(record);
  CHECK(record->header.link_source == cluster.path("links/lab.json"));
  fs::create_directory(cluster.path("elsewhere"));
  fs::create_directory_symlink(cluster.path("workloads"), cluster.path("elsewhere/workloads"));
  const auto resumed = cluster.run_in("elsewhere", {"tune", "--resume", cluster.path("study")});
  CHECK_MESSAGE(resumed.status == 0, resumed.err);

  CHECK(cluster.run({"apply", "profile.json", "--link", "lab"}).status == 0);
  CHECK(cluster.device("b").settings.at("rx-usecs") == 2);
  CHECK(cluster.run({"verify", "profile.json", "--link", "lab"}).status == 0);
  CHECK(cluster.run({"restore", "--link", "lab"}).status == 0);
}

TEST_CASE("an unknown name of a link has status 2, lists the known ones, and touches nothing") {
  const NamedCluster cluster;
  cluster.write("profile.json", "{}");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"tune", "--policy", "policy.json", "--link", "laab"},
        {"probe", "--link", "laab"},
        {"restore", "--link", "laab"}}) {
    CAPTURE(words.front());
    const auto ran = cluster.run(words);
    CHECK(ran.status == 2);
    CHECK(contains(ran.err, "no link 'laab'"));
    CHECK_MESSAGE(contains(ran.err, "did you mean 'lab'? give a file, or one of: "), ran.err);
    CHECK(ran.out == "");
  }
  CHECK(cluster.device("a").journal.empty());
}

TEST_CASE("loopback is a link to tune only, and said where it is missed") {
  const NamedCluster cluster;
  CHECK(cluster.run({"probe", "--link", "loopback"}).status == 2);
  const auto ran = cluster.run({"tune", "--policy", "policy.json", "--link", "nowhere"});
  CHECK(ran.status == 2);
  CHECK(contains(ran.err, "'loopback'"));
}

TEST_CASE("root takes a link by name only if nobody else can write it") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: only root is that careful\n");
    return;
  }
  const NamedCluster cluster;
  fs::permissions(cluster.path("links"), fs::perms::others_write, fs::perm_options::add);
  const auto ran = cluster.run({"probe", "--link", "lab"});
  CHECK(ran.status == 2);
  CHECK(contains(ran.err, "can be written by others"));
}

}  // namespace moderato
