// SPDX-License-Identifier: Apache-2.0
// install, uninstall, and the files that an installation consists of.
#include <unistd.h>

#include "cases/cluster.hpp"

#include "boot/installed_profile.hpp"

namespace moderato {
namespace {

/// An administrator with two profiles, and a systemctl that only writes down what it is asked for.
struct Desk {
  Desk() {
    put(path("micro.json"), to_json(plain_profile("fast", "micro", {.driver = "igb"})));
    put(path("macro.json"), to_json(plain_profile("wide", "macro", {.driver = "igb"})));
    put(path("bin/systemctl"), "#!/bin/sh\necho \"$*\" >>'" + path("asked").string() + "'\n");
    fs::permissions(path("bin/systemctl"), fs::perms(0755));
    fs::create_directory(path("image"));
  }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)).value_or(""); }
  RunResult run(const std::vector<std::string>& words) const {
    Command command{{"env", "-C", folder.path(), binary_dir / "bin/moderato"},
                    {{"MODERATO_STATE_DIR", path("state")},
                     {"MODERATO_CONFIG_DIR", path("etc")},
                     {"PATH", path("bin").string() + ":/usr/bin:/bin"}}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    auto ran = moderato::run(command, {});
    REQUIRE(ran);
    return *ran;
  }

  TemporaryFolder folder;
};

/// A time of a unit; without it systemd waits 90 s.
int seconds_of(const std::string& unit, const std::string& key) {
  const auto at = unit.find("\n" + key + "=");
  return at == std::string::npos ? 90 : std::stoi(unit.substr(at + key.size() + 2));
}

}  // namespace

TEST_CASE(
    "install into an image puts profiles in place and enables the unit; uninstall undoes it") {
  const Desk desk;
  const auto installed =
      desk.run({"install", "micro.json", "macro.json", "--class", "micro", "--root", "image"});
  CHECK_MESSAGE(installed.status == 0, installed.err);
  const std::string at = "image/etc/moderato/";
  CHECK(contains(installed.out, at + "profiles.d/micro-fast-igb.json: written"));
  CHECK(contains(installed.out, "moderato.service: enabled"));
  CHECK(desk.text(at + "profiles.d/macro-wide-igb.json") == desk.text("macro.json"));
  CHECK(desk.text(at + "class") == "micro\n");
  CHECK(desk.text("asked") == "--root=image --no-reload enable moderato.service\n");
  const auto undone = desk.run({"uninstall", "--root", "image"});
  CHECK(undone.status == 0);
  CHECK(contains(desk.text("asked"), "--root=image --no-reload disable moderato.service\n"));
  CHECK_FALSE(fs::exists(desk.path(at)));
}

TEST_CASE("what cannot be installed is refused with status 2, and changes nothing") {
  const Desk desk;
  put(desk.path("bad.json"), R"({"schema": "moderato-profile/1", "name": "x"})");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"install", "micro.json", "bad.json"},
        {"install", "micro.json", "nowhere.json"},
        {"install", "micro.json", "macro.json"},
        {"install", "micro.json", "--class", "mini"},
        {"install", "micro.json", "--stale", "never"},
        {"install", "micro.json", "--root", "nowhere"},
        {"install"},
        {"uninstall", "micro"}}) {
    CAPTURE(words.back());
    const auto ran = desk.run(words);
    CHECK(ran.status == 2);
    CHECK(ran.err != "");
  }
  CHECK_FALSE(fs::exists(desk.path("etc")));
  CHECK(desk.text("asked") == "");
}

TEST_CASE("apply takes either a profile or what is installed") {
  const Desk desk;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"apply", "micro.json", "--boot"},
        {"apply", "micro.json", "--class", "micro"},
        {"apply", "--boot", "--link", "x"},
        {"apply", "--boot", "--hosts", "x"},
        {"apply", "--boot", "--deadline", "0"},
        {"apply", "--set-default", "--boot"},
        {"apply", "--class", "micro"}}) {
    CAPTURE(words.back());
    CHECK(desk.run(words).status == 2);
  }
  CHECK_FALSE(fs::exists(desk.path("etc")));
}

TEST_CASE("a boot where nothing is installed has nothing to do, and says so") {
  const Desk desk;
  const auto ran = desk.run({"apply", "--boot"});
  CHECK(ran.status == 0);
  CHECK(contains(ran.out, "no profiles in " + desk.path("etc").string()));
}

TEST_CASE("a boot names a broken profile, and goes on") {
  const Desk desk;
  put(desk.path("etc/profiles.d/broken.json"), "{");
  put(desk.path("etc/profiles.d/micro.json"), desk.text("micro.json"));
  put(desk.path("etc/stale"), "sometimes\n");
  const auto ran = desk.run({"apply", "--boot", "--dry-run"});
  CHECK(ran.status == 2);
  CHECK(contains(ran.err, "profiles.d/broken.json"));
  CHECK(contains(ran.err, "no stale policy 'sometimes'; warn is taken"));
  put(desk.path("etc/profiles.d/macro.json"), desk.text("macro.json"));
  CHECK(contains(desk.run({"apply", "--boot"}).err, "several classes"));
}

TEST_CASE("a boot warns of a class without a profile, unless there is no profile at all") {
  const Desk desk;
  put(desk.path("etc/profiles.d/macro.json"), desk.text("macro.json"));
  put(desk.path("etc/class"), "micro\n");
  const auto ran = desk.run({"apply", "--boot"});
  CHECK(ran.status == 2);
  CHECK_MESSAGE(contains(ran.err, "no profile of class 'micro' is installed"), ran.err);
  CHECK_MESSAGE(contains(ran.err, "--class macro"), ran.err);
  CHECK_FALSE(contains(ran.out, "0 of 0"));
  fs::remove(desk.path("etc/profiles.d/macro.json"));
  const auto none = desk.run({"apply", "--boot"});
  CHECK(none.status == 0);
  CHECK(contains(none.out, "no profiles in"));
}

TEST_CASE("a boot goes on although nothing can be written to stderr") {
  const Desk desk;
  put(desk.path("etc/profiles.d/broken.json"), "{");
  const auto ran = moderato::run(
      {{"sh", "-c", "exec \"$0\" apply --boot --dry-run 2>/dev/full", binary_dir / "bin/moderato"},
       {{"MODERATO_STATE_DIR", desk.path("state")}, {"MODERATO_CONFIG_DIR", desk.path("etc")}}},
      {});
  REQUIRE(ran);
  CHECK(ran->status == 2);
  CHECK(contains(ran->out, "no profiles in " + desk.path("etc").string()));
}

TEST_CASE("the next boot is promised only where systemd will start the unit") {
  const Desk desk;
  const auto ran = desk.run({"install", "micro.json"});
  CHECK_MESSAGE(ran.status == 0, ran.err);
  CHECK(contains(ran.out, "In force from the next boot on") ==
        fs::is_directory("/run/systemd/system"));
}

TEST_CASE("where stderr is the journal, lines carry their priority; elsewhere they do not") {
  const Desk desk;
  put(desk.path("etc/profiles.d/broken.json"), "{");
  const auto lines = [&](const std::string& stream) {
    const std::string script = fmt::format(
        "exec 2>{0}; JOURNAL_STREAM={1} MODERATO_CONFIG_DIR={2} {3} apply --boot --dry-run; cat "
        "{0}",
        desk.path("err").string(), stream, desk.path("etc").string(),
        (binary_dir / "bin/moderato").string());
    const auto ran = moderato::run({{"sh", "-c", script}, {}}, {});
    REQUIRE(ran);
    return ran->out;
  };
  const std::string in_the_journal = lines("$(stat -L -c %d:%i /dev/fd/2)");
  CHECK(contains(in_the_journal, "<3>" + desk.path("etc/profiles.d/broken.json").string()));
  CHECK(contains(in_the_journal, "<6>no profiles"));
  const std::string elsewhere = lines("1:1");
  CHECK(contains(elsewhere, "moderato: " + desk.path("etc/profiles.d/broken.json").string()));
  CHECK(contains(elsewhere, "no profiles"));
  CHECK_FALSE(contains(elsewhere, "<"));
}

TEST_CASE("an installation is complete, and its parts know where they are") {
  const Desk desk;
  const std::string prefix = desk.path("root/opt/prefix");
  const auto written = [] {
    std::error_code none;
    return fs::last_write_time(binary_dir / "profiles/boot/moderato.service", none);
  };
  const auto before = written();
  auto installed = run({{"cmake", "--install", binary_dir, "--prefix", "/opt/prefix"},
                        {{"DESTDIR", desk.path("root")}}},
                       {});
  REQUIRE(installed);
  REQUIRE_MESSAGE(installed->status == 0, installed->err);
  for (const char* file :
       {"bin/moderato", "libexec/moderato/moderato-mpi", "libexec/moderato/moderato-socket",
        "libexec/moderato/moderato-verbs", "share/moderato/policies/quickstart.json",
        "share/moderato/catalogue/udp-pingpong.json", "share/man/man1/moderato.1",
        "share/bash-completion/completions/moderato", "lib/udev/rules.d/99-moderato.rules",
        "lib/systemd/system/moderato.service", "lib/systemd/system/moderato@.service",
        "share/moderato/slurm/slurm-prolog.sh", "share/moderato/slurm/slurm-epilog.sh",
        "share/doc/moderato/README.md", "share/doc/moderato/policies/README.md",
        "share/doc/moderato/workloads/README.md", "share/doc/moderato/profiles/README.md"})
    CHECK_MESSAGE(fs::exists(fs::path(prefix) / file), file);
  for (const std::string unit : {"moderato.service", "moderato@.service"})
    CHECK(contains(desk.text("root/opt/prefix/lib/systemd/system/" + unit),
                   "ExecStart=-/opt/prefix/bin/moderato apply --boot"));
  // Root installs from the build folder of somebody else, who goes on building.
  CHECK((written() == before));
  const auto ran = run({{prefix + "/bin/moderato", "tune", "--policy", "quickstart", "--dry-run"},
                        {{"MODERATO_STATE_DIR", desk.path("state")}}},
                       {});
  REQUIRE(ran);
  CHECK_MESSAGE(ran->status == 0, ran->err);
}

TEST_CASE("NICs that come later have their profiles while moderato.service is enabled") {
  const Desk desk;
  const auto rule = read_file(MODERATO_SOURCE_DIR "/profiles/boot/99-moderato.rules");
  REQUIRE(rule);
  const std::string link = "etc/systemd/system/sysinit.target.wants/moderato.service";
  CHECK(contains(*rule, "TEST==\"/" + link + "\""));
  if (::access("/usr/bin/systemctl", X_OK) != 0) {
    fmt::print("SKIPPED: no systemctl (package systemd)\n");
    return;
  }
  const fs::path units = desk.path("image/usr/lib/systemd/system");
  fs::create_directories(units);
  fs::copy(MODERATO_SOURCE_DIR "/profiles/boot/moderato.service", units);
  fs::remove(desk.path("bin/systemctl"));
  for (const std::string verb : {"install", "uninstall"}) {
    CAPTURE(verb);
    std::vector<std::string> words{verb, "--root", desk.path("image")};
    if (verb == "install") words.emplace_back("micro.json");
    const auto ran = desk.run(words);
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(fs::is_symlink(desk.path("image") / link) == (verb == "install"));
  }
}

TEST_CASE("a purge takes all that moderato wrote, but no link, and no snapshot to be put back") {
  const Desk desk;
  const auto purge = [&] {
    const auto ran = run({{"sh", MODERATO_SOURCE_DIR "/profiles/boot/debian/postrm", "purge"},
                          {{"DPKG_ROOT", desk.path("image")}}},
                         {});
    REQUIRE(ran);
    CHECK(ran->status == 0);
    return ran->err;
  };
  for (const char* file : {"etc/moderato/profiles.d/micro.json", "etc/moderato/class",
                           "etc/moderato/links/lab.json", "var/lib/moderato/boot.lock",
                           "var/lib/moderato/snapshots/eth0.json", "run/moderato/originals-0"})
    put(desk.path("image") / file, "");
  CHECK(contains(purge(), "`moderato restore`"));
  CHECK_FALSE(fs::exists(desk.path("image/etc/moderato/profiles.d")));
  CHECK(fs::exists(desk.path("image/etc/moderato/links/lab.json")));
  CHECK(fs::exists(desk.path("image/var/lib/moderato/boot.lock")));
  fs::remove_all(desk.path("image/var/lib/moderato/snapshots"));
  fs::remove_all(desk.path("image/etc/moderato/links"));
  CHECK(purge() == "");
  CHECK_FALSE(fs::exists(desk.path("image/var/lib/moderato")));
  CHECK_FALSE(fs::exists(desk.path("image/run/moderato")));
  CHECK_FALSE(fs::exists(desk.path("image/etc/moderato")));
}

TEST_CASE("the completion for bash is a script that knows commands, options and values") {
  const Desk desk;
  const std::string script = binary_dir / "share/bash-completion/completions/moderato";
  const auto completed = [&](const std::string& words) {
    const auto ran = run({{"bash", "-c",
                           ". " + script + "; COMP_WORDS=(" + words +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _moderato; "
                               "echo \"${COMPREPLY[*]}\""},
                          {}},
                         {});
    REQUIRE(ran);
    CHECK(ran->err == "");
    return ran->out;
  };
  CHECK(completed("moderato uninst") == "uninstall\n");
  CHECK(completed("moderato apply --bo") == "--boot\n");
  CHECK(completed("moderato apply --stale ''") == "apply warn skip\n");
  CHECK(completed("moderato apply profile") == "\n");
}

TEST_CASE("a job starts although moderato hangs and is deaf to SIGTERM") {
  const Desk desk;
  fs::create_directories(desk.path("etc/profiles.d"));
  const std::map<std::string, std::string> programs{
      {"moderato", "trap '' TERM; exec sleep 1000"},
      // The real one with less patience.
      {"timeout",
       "case $1 in -k) shift 3; set -- -k 0.1 0.1 \"$@\";; *) shift; set -- 0.1 \"$@\";; esac\n"
       "exec /usr/bin/timeout \"$@\""},
      {"logger", "echo \"$*\" >>'" + desk.path("log").string() + "'"}};
  for (const auto& [name, script] : programs) {
    put(desk.path("bin") / name, "#!/bin/sh\n" + script + "\n");
    fs::permissions(desk.path("bin") / name, fs::perms(0755));
  }
  for (const std::string name : {"prolog", "epilog"}) {
    CAPTURE(name);
    const auto ran = run({{"sh", MODERATO_SOURCE_DIR "/profiles/boot/slurm-" + name + ".sh"},
                          {{"MODERATO_CONFIG_DIR", desk.path("etc")},
                           {"SLURM_JOB_CONSTRAINTS", "moderato_micro"},
                           {"PATH", desk.path("bin").string() + ":/usr/bin:/bin"}}},
                         {});
    REQUIRE(ran);
    CHECK(static_cast<int>(ran->end) == static_cast<int>(RunEnd::exited));
    CHECK(ran->status == 0);
    CHECK(contains(desk.text("log"), "moderato-" + name));
  }
}

TEST_CASE("a boot waits at most a minute for a NIC that hangs") {
  for (const std::string name : {"moderato.service", "moderato@.service"}) {
    CAPTURE(name);
    const auto unit = read_file(MODERATO_SOURCE_DIR "/profiles/boot/" + name);
    REQUIRE(unit);
    // Once for SIGTERM to be obeyed, and once for SIGKILL.
    CHECK(seconds_of(*unit, "TimeoutStartSec") + 2 * seconds_of(*unit, "TimeoutStopSec") <= 60);
  }
}

TEST_CASE("the units are confined: systemd rates their exposure at most 2.0 of 10") {
  if (::access("/usr/bin/systemd-analyze", X_OK) != 0) {
    fmt::print("SKIPPED: no systemd-analyze (package systemd)\n");
    return;
  }
  for (const char* unit : {"moderato.service", "moderato@.service"}) {
    const auto rated =
        run({{"systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20",
              std::string(MODERATO_SOURCE_DIR "/profiles/boot/") + unit},
             {}},
            {});
    REQUIRE(rated);
    const std::string told = rated->out + rated->err;
    CHECK_MESSAGE(rated->status == 0, told);
    CHECK(contains(rated->out, "Overall exposure level for moderato"));
  }
}

}  // namespace moderato
