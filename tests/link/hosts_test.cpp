// SPDX-License-Identifier: Apache-2.0
#include "link/hosts.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "core/file.hpp"
#include "temporary_folder.hpp"

using namespace moderato;

namespace {

using Names = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

Result<std::vector<Host>> choose(const HostChoice& choice, const Environment& environment = {}) {
  return hosts_of(choice, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  });
}

Names names_of(const Result<std::vector<Host>>& hosts) {
  REQUIRE_MESSAGE(hosts, (hosts ? "" : describe(hosts.error())));
  Names names;
  for (const Host& host : *hosts)
    names.push_back(host.name);
  return names;
}

void check_refused(const HostChoice& choice, std::string_view why) {
  const auto hosts = choose(choice);
  INFO(choice.hosts);
  REQUIRE_FALSE(hosts);
  INFO(hosts.error().message);
  CHECK(hosts.error().message.find(why) != std::string::npos);
  CHECK_FALSE(hosts.error().remedy.empty());
}

}  // namespace

TEST_CASE("a list of hosts is expanded as Slurm writes it") {
  CHECK(expand_hosts("a").value() == Names{"a"});
  CHECK(expand_hosts("a,b.example.org,user@c").value() == Names{"a", "b.example.org", "user@c"});
  CHECK(expand_hosts("node[1-3,7]").value() == Names{"node1", "node2", "node3", "node7"});
  CHECK(expand_hosts("x,n[08-10],y").value() == Names{"x", "n08", "n09", "n10", "y"});
  CHECK(expand_hosts("r[1-2]n[1-2]-ib").value() ==
        Names{"r1n1-ib", "r1n2-ib", "r2n1-ib", "r2n2-ib"});
  CHECK(expand_hosts("[9-10]").value() == Names{"9", "10"});
}

TEST_CASE("a host that stands twice counts once, in its first place") {
  CHECK(expand_hosts("b,a,b,a[1-2],a1").value() == Names{"b", "a", "a1", "a2"});
}

TEST_CASE("a list that makes no sense is refused with the reason") {
  for (const auto& [list, why] :
       std::map<std::string, std::string>{{"", "'' is no host name"},
                                          {"a,,b", "'' is no host name"},
                                          {"a,", "'' is no host name"},
                                          {"node[1-3", "not closed"},
                                          {"node1-3]", "'node1-3]' is no host name"},
                                          {"node[3-1]", "no list of ranges"},
                                          {"node[]", "no list of ranges"},
                                          {"node[1-]", "no list of ranges"},
                                          {"node[a-b]", "no list of ranges"},
                                          {"node[[1-2]]", "no list of ranges"},
                                          {"node[1-99999999999]", "no list of ranges"},
                                          {"a[0-999]b[0-999]", "too many hosts"},
                                          {"a[0-65535],b", "too many hosts"},
                                          {"a b", "'a b' is no host name"}})
    check_refused({list, ""}, why);
}

TEST_CASE("a list is bounded before it is expanded, however it is written") {
  std::string ranges = "a[0-65535", brackets = "a";
  for (int i = 0; i < 20'000; ++i) {
    ranges += ",0-65535";
    brackets += "[1]";
  }
  check_refused({ranges + "]", ""}, "is no list of ranges");
  check_refused({brackets, ""}, "too many brackets");
}

TEST_CASE("a host cannot pass for an option, a path or a piece of shell") {
  for (const char* name :
       {"-oProxyCommand=x", "--", "/no/such/file", "a;b", "$(a)", "a\nb", "{host}"})
    check_refused({name, ""}, "is no host name");
}

TEST_CASE("hosts are reached by ssh, each word of the launch prefix naming them as it says") {
  const auto by_default = choose({"a,b", ""});
  REQUIRE(by_default);
  CHECK(by_default->at(1).launch_prefix == Argv{"ssh", "b"});
  const auto namespaces = choose({"a", "ip netns  exec {host}"});
  REQUIRE(namespaces);
  CHECK(namespaces->at(0).launch_prefix == Argv{"ip", "netns", "exec", "a"});
  const auto twice = choose({"a", "x {host}-{host} $HOME;{host}"});
  REQUIRE(twice);
  CHECK(twice->at(0).launch_prefix == Argv{"x", "a-a", "$HOME;a"});
}

TEST_CASE("a launch prefix that is the same for every host is refused") {
  check_refused({"a,b", "ssh a"}, "'ssh a' does not say {host}");
}

TEST_CASE("the hosts of a Slurm allocation are reached by srun") {
  const Environment job{{"SLURM_JOB_NODELIST", "n[1-2],m"}};
  const auto hosts = choose({"slurm", ""}, job);
  CHECK(names_of(hosts) == Names{"n1", "n2", "m"});
  CHECK(hosts->at(1).launch_prefix == Argv{"srun", "--overlap", "-N1", "-n1", "-w", "n2"});
  CHECK(choose({"slurm", "ssh {host}"}, job)->at(0).launch_prefix == Argv{"ssh", "n1"});
  check_refused({"slurm", ""}, "SLURM_JOB_NODELIST");
}

TEST_CASE("an Open MPI hostfile names hosts, by its path or behind file:") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "hosts";
  REQUIRE(write_file_durably(path,
                             "# the cluster\n\nnode1 slots=4\n  node2 slots=2 max_slots=8 # old\n"
                             "node1 slots=1\nnode3"));
  CHECK(names_of(choose({path, ""})) == Names{"node1", "node2", "node3"});
  CHECK(names_of(choose({"file:" + path, ""})) == Names{"node1", "node2", "node3"});
  check_refused({"file:" + path + "-missing", ""}, "hosts-missing");
}

TEST_CASE("a word is the name of a host, whatever file of that name somebody has put here") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  REQUIRE(write_file_durably("node7", "evil"));
  REQUIRE(write_file_durably("my hosts", "node1"));
  CHECK(names_of(choose({"node7", ""})) == Names{"node7"});
  CHECK(names_of(choose({"./node7", ""})) == Names{"evil"});
  CHECK(names_of(choose({"file:node7", ""})) == Names{"evil"});
  const auto refused = choose({"my hosts", ""});
  std::filesystem::current_path(before);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy.find("./my hosts") != std::string::npos);
}

TEST_CASE("root takes no hostfile that others can write, since it says where root goes") {
  if (::geteuid() != 0) return;  // anybody else goes as himself
  const TemporaryFolder folder;
  const std::string path = folder.path() / "hosts";
  REQUIRE(write_file_durably(path, "node1"));
  CHECK(choose({path, ""}));
  std::filesystem::permissions(path, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  check_refused({path, ""}, "can be written by others");
  check_refused({"file:" + path, ""}, "can be written by others");
}

TEST_CASE("a line of a hostfile that is not understood is refused by its number") {
  for (const char* line :
       {"node2 node3", "node2 slots", "node2 slots=", "node2 colour=red", "+n1", "^node2", "-x"}) {
    const auto names = parse_hostfile(std::string("node1\n") + line + "\n", "hosts");
    INFO(line);
    REQUIRE_FALSE(names);
    CHECK(names.error().message.starts_with("hosts:2: '"));
  }
  CHECK_FALSE(parse_hostfile("# nobody\n", "hosts"));
}
