// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cases/cluster.hpp"
#include "core/user.hpp"

namespace moderato {
namespace {

RunResult in_shell(const std::string& redirection, Command command) {
  command.argv.insert(command.argv.begin(), {"sh", "-c", "exec \"$@\" " + redirection, "sh"});
  auto ran = run(command, {.timeout = std::chrono::minutes(20)});
  REQUIRE(ran);
  return *ran;
}

}  // namespace

TEST_CASE("every command teaches with --help, on stdout, with status 0") {
  const Cluster cluster;
  for (const std::string command :
       {"tune", "probe", "apply", "verify", "install", "uninstall", "restore", "report", "agent"}) {
    CAPTURE(command);
    const auto ran = cluster.run({command, "--help"});
    CHECK(ran.status == 0);
    CHECK(ran.err == "");
    CHECK(contains(ran.out, "Usage: moderato " + command));
  }
  const auto general = cluster.run({"--help"});
  CHECK(general.status == 0);
  CHECK(contains(general.out, "Exit status:"));
}

TEST_CASE("a bad command line has status 2 and says what is wrong, on stderr") {
  const Cluster cluster;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"tuna"},
        {"tune", "--polcy", "x"},
        {"apply"},
        {"probe", "--format", "yaml"},
        {"tune", "--seed", "many"},
        {"tune", "--seed", "-1"},
        {"tune", "--study", "x", "--resume", "y"},
        {"tune", "--resume", "y", "--policy", "policy.json"},
        {"tune", "--resume", "y", "--link", "link.json"},
        {"tune", "--resume", "y", "--seed", "2"},
        {"report", "no-such-folder"},
        {"tune", "--policy", "no-such-policy", "--link", "link.json"},
        {"tune", "--policy", "policy.json", "--link", "no-such-link.json"}}) {
    CAPTURE(words.back());
    const auto ran = cluster.run(words);
    CHECK(ran.status == 2);
    CHECK(ran.err != "");
    CHECK(ran.out == "");
  }
}

TEST_CASE(
    "a user that there is not, or that one cannot become, is refused before anything is done") {
  const Cluster cluster;
  const auto unknown = cluster.tune({"--run-as", "no-such-user"});
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.err, "there is no user 'no-such-user' here"));
  CHECK(contains(unknown.err, "getent passwd"));
  const auto inner = cluster.run({"run-as", "root", "--", "true"});
  CHECK(inner.status == 2);
  CHECK(contains(inner.err, "user 'root' is root here"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"run-as"},
                                                {"run-as", "nobody", "true"},
                                                {"run-as", "nobody", "--"},
                                                {"door", "--", "true"},
                                                {"door", "nobody"},
                                                {"knock"},
                                                {"knock", "10.0.0.1"}}) {
    CAPTURE(words.front());
    CHECK(cluster.run(words).status == 2);
  }
  CHECK_FALSE(fs::exists(cluster.path("study")));
  CHECK(cluster.device("a").journal.empty());
}

TEST_CASE("as whom workloads run is told beforehand, and root is told how to change it") {
  const Cluster cluster;
  const bool root = ::geteuid() == 0;
  CHECK(contains(cluster.tune({"--dry-run", "--run-as", std::to_string(::geteuid())}).out,
                 root ? "workloads run as: root\n" : "workloads run as: "));
  const auto ran = cluster.tune();
  CHECK((ran.status == 0 || ran.status == 3));
  CHECK(contains(ran.err, "workloads run as root; --run-as USER") == root);
}

TEST_CASE("root takes a policy of its own, or of the user who starts the policy's programs") {
  if (::geteuid() != 0) {
    fmt::print("SKIPPED: only root is that careful\n");
    return;
  }
  const Cluster cluster;
  const auto nobody = find_user("nobody");
  REQUIRE(nobody);
  REQUIRE(::chown(cluster.path("policy.json").c_str(), nobody->uid, nobody->gid) == 0);
  for (const char* user : {"root", "daemon"}) {
    const auto refused = cluster.tune({"--dry-run", "--run-as", user});
    CHECK(refused.status == 2);
    CHECK_MESSAGE(contains(refused.err, "policy.json belongs to user"), refused.err);
  }
  CHECK(cluster.tune({"--dry-run", "--run-as", "nobody"}).status == 0);
  Command by_sudo = cluster.command({"tune", "--policy", "policy.json", "--dry-run"});
  by_sudo.environment["SUDO_UID"] = std::to_string(nobody->uid);
  const auto ran = run(by_sudo, {.timeout = std::chrono::minutes(20)});
  REQUIRE(ran);
  CHECK_MESSAGE(ran->status == 0, ran->err);
}

TEST_CASE("a file that lies here does not hide the shipped policy of its name") {
  const Cluster cluster;
  for (const char* name : {"quickstart", "quickstart.json"})
    cluster.write(name, cluster.text("policy.json"));
  CHECK(contains(cluster.run({"tune", "--dry-run"}).out, "policy 'quickstart'"));
  CHECK(contains(cluster.run({"tune", "--dry-run", "--policy", "./quickstart"}).out,
                 "policy 'case'"));
}

TEST_CASE("the faults of a policy are told all at once, and nothing is touched") {
  const Cluster cluster;
  cluster.write("policy.json",
                R"({"schema": "moderato-policy/1", "name": "case", "class": "latency",
    "workloads": [{"use": "fake"}], "objektive": {},
    "space": {"parameters": [{"knob": "rx-usec", "values": [1]}, {"knob": "rx-frames", "values": [-1]}]},
    "measurement": {"search_rounds": "three"}})");
  const auto ran = cluster.tune();
  CHECK(ran.status == 2);
  for (const char* fault :
       {"objektive", "did you mean 'objective'", "space.parameters[0].knob",
        "did you mean 'rx-usecs'", "space.parameters[1].values[0]", "measurement.search_rounds"})
    CHECK_MESSAGE(contains(ran.err, fault), ran.err);
  CHECK_FALSE(fs::exists(cluster.path("study")));
  CHECK(cluster.device("a").journal.empty());
}

TEST_CASE("an unknown workload and an unknown parameter of one are told before anything is armed") {
  const Cluster cluster;
  for (const auto& [use, fault] :
       {std::pair{R"("use": "faka")", "no workload is called 'faka'"},
        std::pair{R"("use": "fake", "parameters": {"sead": 2})", "did you mean 'seed'"}}) {
    std::string policy = cluster.text("policy.json");
    const std::string now = R"("use": "fake")";
    policy.replace(policy.find(now), now.size(), use);
    cluster.write("other.json", policy);
    const auto ran = cluster.run({"tune", "--policy", "other.json", "--link", "link.json"});
    CHECK(ran.status == 2);
    CHECK_MESSAGE(contains(ran.err, fault), ran.err);
  }
  CHECK(cluster.device("a").journal.empty());
}

TEST_CASE("results go to stdout, progress to stderr in plain lines with the time left") {
  const Cluster cluster;
  const auto ran = cluster.tune({"--format", "json"});
  CHECK(ran.status == 0);
  const auto json = nlohmann::json::parse(ran.out);
  CHECK(json.contains("schema"));
  CHECK(contains(ran.err, "confirm round 15/15"));
  CHECK(contains(ran.err, " left"));
  CHECK_FALSE(contains(ran.err, "\x1b"));
  CHECK_FALSE(contains(ran.err, "\r"));
}

TEST_CASE("report tells of a study again what tune told of it") {
  const Cluster cluster;
  const auto tuned = cluster.tune();
  const auto told = cluster.run({"report", "study"});
  CHECK(told.status == 0);
  const auto verdict = tuned.out.substr(tuned.out.find("Verdict"));
  REQUIRE(verdict.size() > 100);
  CHECK(contains(told.out, verdict));
  CHECK(contains(cluster.run({"report", "study", "--format", "html"}).out, "<!DOCTYPE html>"));
  CHECK(nlohmann::json::parse(cluster.run({"report", "study", "--format", "json"}).out)
            .contains("schema"));
  const auto lost =
      in_shell(">/dev/full", cluster.command({"report", "study", "--format", "json"}));
  CHECK(lost.status == 1);
  CHECK_MESSAGE(contains(lost.err, "could be written to stdout"), lost.err);
  const std::string journal = cluster.text("study/trials.jsonl");
  CHECK(in_shell("<&- >&- 2>&-", cluster.command({"tune", "--resume", "study"})).status == 1);
  CHECK(cluster.text("study/trials.jsonl") == journal);
}

TEST_CASE("a study needs nobody who reads its messages") {
  const Cluster cluster;
  cluster.write_workload("--crash-when rx-usecs=8");  // the baseline, so it ends with an error soon
  const auto ran =
      in_shell("2>/dev/full", cluster.command({"tune", "--policy", "policy.json", "--link",
                                               "link.json", "--study", "study"}));
  CHECK(ran.status == 1);
  CHECK(cluster.untouched());
}

TEST_CASE("a folder that holds a study is not taken for another") {
  const Cluster cluster;
  REQUIRE(cluster.tune().status == 0);
  const auto journal = cluster.text("study/trials.jsonl");
  const auto again = cluster.tune();
  CHECK(again.status == 2);
  CHECK(contains(again.err, "--resume"));
  CHECK(cluster.text("study/trials.jsonl") == journal);
}

TEST_CASE("a dry run of tune plans, and touches nothing") {
  const Cluster cluster;
  const auto ran = cluster.tune({"--dry-run"});
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "candidates"));
  CHECK_FALSE(fs::exists(cluster.path("study")));
  CHECK(cluster.device("a").journal.empty());
}

TEST_CASE("a dry run refuses what tune refuses, as far as no host has to be asked") {
  const Cluster cluster;
  cluster.write("broken.json", "{");
  std::string policy = cluster.text("policy.json");
  policy.replace(policy.find("\"fake\""), 6, "\"faka\"");
  cluster.write("faka.json", policy);
  fs::create_directory(cluster.path("used"));
  cluster.write("used/study.json", "{}");
  for (const auto& [words, fault] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--link", "broken.json"}, "broken.json"},
           {{"--link", "link.json", "--policy", "faka.json"}, "no workload is called 'faka'"},
           {{"--from", "/nonexistent"}, "--from"},
           {{"--study", "used"}, "holds a study already"},
           {{"--format", "json"}, "--format"}}) {
    CAPTURE(words.back());
    std::vector<std::string> dry{"tune", "--dry-run"};
    dry.insert(dry.end(), words.begin(), words.end());
    const auto ran = cluster.run(dry);
    CHECK(ran.status == 2);
    CHECK_MESSAGE(contains(ran.err, fault), ran.err);
    CHECK(ran.out == "");
  }
}

TEST_CASE("probe works without any privilege, and its JSON names its schema") {
  const Cluster cluster;
  const auto program = (binary_dir / "bin/moderato").string();
  const std::vector<std::string> nobody =
      ::geteuid() == 0
          ? std::vector<std::string>{"setpriv",        "--reuid=65534",   "--regid=65534",
                                     "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"}
          : std::vector<std::string>{};
  // A build folder below a private home is out of reach for others: through its descriptor it is
  // not.
  const auto probe = [&](const std::string& words) {
    Command command{nobody, {}};
    for (const auto& word : {std::string("sh"), std::string("-c"),
                             "exec 3<" + program + "; exec /proc/self/fd/3 probe " + words})
      command.argv.push_back(word);
    if (!nobody.empty() && ::access(program.c_str(), X_OK) == 0) {
      command.argv = nobody;
      command.argv.push_back("sh");
      command.argv.push_back("-c");
      command.argv.push_back(program + " probe " + words);
    }
    auto ran = moderato::run(command, {.timeout = std::chrono::minutes(20)});
    REQUIRE(ran);
    return *ran;
  };
  const auto text = probe("");
  CHECK_MESSAGE(text.status == 0, text.err);
  CHECK(contains(text.out, "kernel"));
  const auto json = probe("--format json");
  REQUIRE(json.status == 0);
  CHECK(nlohmann::json::parse(json.out).at("schema") == "moderato-probe/1");
}

TEST_CASE("probe of a link tells of every host, and of a netdev that is not there") {
  const Cluster cluster;
  const auto ran = cluster.run({"probe", "--link", "link.json"});
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "eth-a"));
  CHECK(contains(ran.out, "eth-b"));
  CHECK(contains(ran.out, "mlx5_core"));
  CHECK(cluster.run({"probe", "no-such-netdev"}).status == 2);
}

TEST_CASE("the man page comes from the same source as the help") {
  const Cluster cluster;
  const auto page = cluster.run({"--man"});
  CHECK(page.status == 0);
  CHECK(page.out.starts_with(".\\\""));
  CHECK(contains(page.out, ".TH MODERATO 1"));
  for (const char* word : {"tune", "probe", "apply", "verify", "restore", "report", "agent",
                           "heartbeat", "MODERATO_STATE_DIR", "128"})
    CHECK_MESSAGE(contains(page.out, word), word);
  CHECK(read_file(binary_dir / "share/man/man1/moderato.1").value_or("") == page.out);
}

}  // namespace moderato
