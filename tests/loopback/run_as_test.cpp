// SPDX-License-Identifier: Apache-2.0
// Workloads that run as somebody else than the root who tunes.
#include <sys/stat.h>

#include <map>
#include <sstream>

#include "core/user.hpp"
#include "lab.hpp"
#include "tune/study.hpp"
#include "workload/workload.hpp"

namespace moderato {
namespace {

using Launcher = WorkloadDescriptor::Launcher;

/// For whatever ends by itself, however busy the machine.
constexpr auto patient = 300s;

/// A link, and an installation that anybody may read, wherever the build tree lies.
class Stage {
 public:
  Stage() {
    open_to_all(lab_.folder());
    fs::create_directory(lab_.folder() / "bin");
    open_to_all(lab_.folder() / "bin");
    fs::copy_file(moderato_binary, moderato());
    open_to_all(moderato());
    fs::create_directory_symlink(MODERATO_BINARY_DIR "/share", lab_.folder() / "share");
    fs::create_directory(results());
    fs::permissions(results(), fs::perms::all | fs::perms::sticky_bit);
  }

  const Lab& lab() const { return lab_; }
  fs::path moderato() const { return lab_.folder() / "bin/moderato"; }
  fs::path results() const { return lab_.folder() / "results"; }  ///< which anybody may write

  Argv inside(std::size_t endpoint, const Argv& words) const {
    return behind(lab_.link().endpoints[endpoint].launch_prefix, words);
  }

  /// `script` for sh on both hosts or on the first one, with the folder of results as $1.
  Command command(Launcher launcher, const std::string& script, const std::string& user) const {
    const WorkloadDescriptor workload{.name = "script",
                                      .launcher = launcher,
                                      .mca = {{"btl", "tcp,self"}},
                                      .command = {"sh", "-c", script, "sh", results().string()}};
    auto command = build_command(workload, {}, lab_.link(), {"", "", "", moderato()}, user);
    REQUIRE(command);
    return *command;
  }

  /// What each process of a run left behind, by the endpoint's netdev that it sees.
  std::map<std::string, std::string> told() const {
    std::map<std::string, std::string> texts;
    for (const auto& entry : fs::directory_iterator(results()))
      texts[entry.path().filename()] = read_file(entry.path()).value_or("");
    return texts;
  }

 private:
  static void open_to_all(const fs::path& path) { fs::permissions(path, fs::perms(0755)); }

  Lab lab_;
};

/// Writes who it is into a file that is named after the netdev which it finds. (Braces are doubled:
/// it stands in a descriptor.)
const std::string tell_who = R"(
netdev=$(ls /sys/class/net | grep ^moderato-)
{{ id -u; id -g; id -G; echo "$HOME $USER $LOGNAME"; ulimit -l
  grep -E '^Cap(Inh|Prm|Eff|Amb):' /proc/self/status | tr -d '\n\t'; echo
  env | grep -c -E '^(SUDO_|A_SECRET)'
  for fd in 3 4 5 6 7 8 9; do readlink /proc/$$/fd/$fd; done | grep -c '^/'
  touch "here-$$" && rm "here-$$" && echo writable; }} > "$1/$netdev")";

std::string out_of(const Argv& argv) {
  const auto ran = run({argv, {}}, {.timeout = patient});
  REQUIRE(ran);
  return ran->out;
}

/// What tell_who has to say of `user`.
std::string identity(const User& user) {
  return fmt::format(
      "{0}\n{1}\n{2}{3} {4} {4}\n{5}"
      "CapInh:0000000000000000CapPrm:0000000000000000CapEff:0000000000000000CapAmb:"
      "0000000000000000\n0\n0\nwritable\n",
      user.uid, user.gid, out_of({"id", "-G", user.name}), user.home, user.name,
      out_of({"sh", "-c", "ulimit -l"}));
}

std::string environment_of(pid_t pid) {
  std::string text = read_file(fs::path("/proc") / std::to_string(pid) / "environ").value_or("");
  std::ranges::replace(text, '\0', '\n');
  return text;
}

/// The name of the door in the environment of a process on the first host; "" while there is none.
std::string door_in(const Lab& lab) {
  for (const pid_t pid : processes_in(lab.link().endpoints[0].launch_prefix.back())) {
    std::istringstream lines(environment_of(pid));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("MODERATO_DOOR=")) return line;
  }
  return "";
}

}  // namespace

TEST_CASE("on every host a workload is nothing but the user, with mpirun and without") {
  if (!lab_possible()) return;
  const Stage stage;
  for (const char* who : {"nobody", "65534"}) {
    const auto user = find_user(who);
    REQUIRE(user);
    for (const auto launcher : {Launcher::mpirun, Launcher::first_host}) {
      CAPTURE(static_cast<int>(launcher));
      Command command = stage.command(launcher, tell_who, user->name);
      command.environment = {{"SUDO_UID", "0"}, {"A_SECRET", "x"}};
      const auto ran = run(command, {.timeout = patient});
      REQUIRE(ran);
      INFO(ran->err);
      CHECK(ran->status == 0);
      const auto told = stage.told();
      CHECK(told.size() == (launcher == Launcher::mpirun ? 2 : 1));
      for (const auto& [netdev, text] : told) {
        CHECK(netdev.starts_with("moderato-"));
        CHECK(text == identity(*user));
        struct stat info {};
        CHECK(::stat((stage.results() / netdev).c_str(), &info) == 0);
        CHECK(info.st_uid == user->uid);
        fs::remove(stage.results() / netdev);
      }
    }
  }
  CHECK(eventually(patient, [&] { return stage.lab().processes() == 0; }));
}

TEST_CASE("output, exit status and end of a workload come through the change of user") {
  if (!lab_possible()) return;
  const Stage stage;
  for (const auto launcher : {Launcher::mpirun, Launcher::first_host}) {
    const auto good =
        run(stage.command(launcher, "echo out; echo err >&2", "nobody"), {.timeout = patient});
    REQUIRE(good);
    INFO(good->err);
    CHECK(good->status == 0);
    CHECK(good->out == (launcher == Launcher::mpirun ? "out\nout\n" : "out\n"));
    CHECK(good->err.find("err\n") != std::string::npos);
    const auto bad = run(stage.command(launcher, "exit 7", "nobody"), {.timeout = patient});
    REQUIRE(bad);
    CHECK(bad->status == 7);
  }
}

TEST_CASE("a workload that hangs is ended on every host, though it is another user's") {
  if (!lab_possible()) return;
  const Stage stage;
  const std::string script = R"sh(
trap '' TERM INT HUP
echo > "$1/$(ls /sys/class/net | grep ^moderato-)"
while :; do sleep 1; done)sh";
  for (const auto launcher : {Launcher::mpirun, Launcher::first_host}) {
    for (const auto& entry : fs::directory_iterator(stage.results()))
      fs::remove(entry);
    const std::size_t hosts = launcher == Launcher::mpirun ? 2 : 1;
    // As an interrupt does, but once it is sure that it hangs, on however slow a machine.
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    std::jthread interrupter([&] {
      (void)eventually(patient, [&] { return stage.told().size() == hosts; });
      (void)!::write(ends[1], "x", 1);
    });
    const auto ran = run(stage.command(launcher, script, "nobody"),
                         {.timeout = 2 * patient, .interrupt_fd = ends[0]});
    interrupter.join();
    ::close(ends[0]);
    ::close(ends[1]);
    REQUIRE(ran);
    CHECK(ran->end == RunEnd::interrupted);
    CHECK(stage.told().size() == hosts);
    CHECK(eventually(patient, [&] { return stage.lab().processes() == 0; }));
    CHECK(stage.lab().process_names() == "");
  }
}

TEST_CASE("the door opens to its user alone, and what is behind it runs as that user") {
  if (!lab_possible()) return;
  const Stage stage;
  const Command job = stage.command(Launcher::mpirun, "touch \"$1/$$\"; sleep 1000", "nobody");
  const std::string other = stage.lab().link().endpoints[1].address;
  Background mpirun(job);
  REQUIRE(eventually(patient, [&] { return stage.told().size() == 2; }));
  const std::string door = door_in(stage.lab());
  REQUIRE(door != "");
  const auto ask = [&](const std::string& user, const Argv& words) {
    Argv argv = stage.inside(0, {stage.moderato().string()});
    if (!user.empty())
      argv.insert(argv.end(), {"run-as", user, "--", "env", door, stage.moderato()});
    if (user.empty()) argv.insert(argv.end() - 1, {"env", door});
    argv.emplace_back("knock");
    argv.insert(argv.end(), words.begin(), words.end());
    auto ran = run({argv, {}}, {.timeout = patient});
    REQUIRE(ran);
    return *ran;
  };
  const auto own = ask("nobody", {other, "id -u; ls /sys/class/net | grep ^moderato-; exit 5"});
  INFO(own.err);
  CHECK(own.status == 5);
  CHECK(own.out ==
        fmt::format("{}\n{}\n", find_user("nobody")->uid, stage.lab().link().endpoints[1].netdev));
  for (const char* somebody : {"games", ""}) {
    const auto refused = ask(somebody, {other, "id -u"});
    CHECK(refused.status == 1);
    CHECK(refused.out == "");
    CHECK(refused.err.find("the door is for user 'nobody' alone") != std::string::npos);
  }
  const auto nowhere = ask("nobody", {"10.9.9.9", "id", "-u"});
  CHECK(nowhere.status == 1);
  CHECK(nowhere.err.find("no endpoint has the address 10.9.9.9") != std::string::npos);
  mpirun.send(SIGTERM);
  mpirun.wait();
  CHECK(eventually(patient, [&] { return stage.lab().processes() == 0; }));
}

TEST_CASE("a workload has not the terminal of the root who tunes") {
  if (!lab_possible()) return;
  const TemporaryFolder folder;
  const std::string report = (folder.path() / "report").string();
  const std::string use = "sh -c '(: > /dev/tty) 2>/dev/null && echo yes || echo no' >> " + report;
  const std::string lines = fmt::format("{1}\n{0} run-as nobody -- {1}\n", moderato_binary, use);
  REQUIRE(write_file_durably(folder.path() / "lines", lines));
  const auto ran = run({{"script", "-qec", "sh " + (folder.path() / "lines").string(),
                         (folder.path() / "log").string()},
                        {}},
                       {});
  REQUIRE(ran);
  CHECK(ran->status == 0);
  CHECK(read_file(report).value_or("") == "yes\nno\n");
}

TEST_CASE("a study runs as the user who called sudo, keeps that, and does not change it") {
  if (!lab_possible()) return;
  const Stage stage;
  const fs::path folder = stage.lab().folder();
  fs::create_directory(folder / "workloads");
  REQUIRE(write_file_durably(folder / "workloads/who.json", fmt::format(R"({{
    "schema": "moderato-workload/1", "name": "who", "description": "writes who it is",
    "launcher": "first_host",
    "command": ["sh", "-c", "id -u >> \"$0/$(ls /sys/class/net | grep ^moderato-)\"", "{}"],
    "parameters": {{}}, "result": {{"format": "wall_time"}}}})",
                                                                        stage.results().string())));
  REQUIRE(write_file_durably(stage.lab().policy_file(), R"({
    "schema": "moderato-policy/1", "name": "who", "class": "any", "workloads": [{"use": "who"}],
    "space": {"parameters": [{"knob": "gro-flush-timeout", "values": [50000, 60000]}]},
    "objective": {"metric": "median"},
    "measurement": {"calibration_rounds": 2, "search_rounds": 1, "confirm_rounds": 6, "finalists": 1,
                    "trial_timeout_s": 300},
    "safety": {"heartbeat_timeout_s": 60}})"));
  const auto tune = [&](const std::vector<std::string>& words) {
    Command command = stage.lab().command(words);
    command.argv[0] = stage.moderato();
    command.argv.insert(command.argv.begin(), {"env", "-C", folder.string()});
    command.environment["SUDO_UID"] = std::to_string(find_user("nobody")->uid);
    auto ran = run(command, {.timeout = 3 * patient});
    REQUIRE(ran);
    return *ran;
  };
  const auto ran = tune({"tune", "--policy", stage.lab().policy_file(), "--link",
                         stage.lab().link_file(), "--study", "study"});
  INFO(ran.err);
  CHECK((ran.status == 0 || ran.status == 3));
  CHECK(ran.err.find("workloads run as user 'nobody'") != std::string::npos);
  CHECK(stage.told().size() == 1);
  for (const auto& [netdev, text] : stage.told()) {
    CHECK(text.starts_with("65534\n"));
    CHECK(text.find_first_not_of("65534\n") == std::string::npos);
  }
  const auto record = read_study(folder / "study");
  REQUIRE(record);
  CHECK(record->header.run_as == "nobody");
  struct stat info {};
  CHECK(::stat((folder / "study").c_str(), &info) == 0);
  CHECK(info.st_uid == 0);
  CHECK((info.st_mode & 002) == 0);
  const auto other = tune({"tune", "--resume", "study", "--run-as", "root"});
  CHECK(other.status == 2);
  CHECK(other.err.find("its workloads have run as 'nobody' so far") != std::string::npos);
}

}  // namespace moderato
