// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/process.hpp"

namespace moderato {

/// Runs a program to its end; whether it exited with 0.
inline bool succeeds(const std::vector<std::string>& argv) {
  const auto result = run({argv, {}}, {});
  return result && result->end == RunEnd::exited && result->status == 0;
}

/// A network namespace of a unique name with a tap "t0" and a veth pair "v0", "v1"; gone at the
/// end. Invalid where that is not permitted here.
class OwnNamespace {
 public:
  explicit OwnNamespace(const std::string& purpose)
      : name_(fmt::format("moderato-{}-{}", purpose, ::getpid())) {
    added_ = ::geteuid() == 0 && succeeds({"ip", "netns", "add", name_});
    valid_ = added_ && succeeds({"ip", "-n", name_, "tuntap", "add", "dev", "t0", "mode", "tap"}) &&
             succeeds({"ip", "-n", name_, "link", "add", "v0", "type", "veth", "peer", "v1"});
  }
  OwnNamespace(const OwnNamespace&) = delete;
  OwnNamespace& operator=(const OwnNamespace&) = delete;
  ~OwnNamespace() {
    if (added_) succeeds({"ip", "netns", "delete", name_});
  }

  bool valid() const { return valid_; }

  /// Calls `body` in a thread that is inside, with the /sys of this namespace; the rest of the
  /// process stays outside. False: it could not enter, and `body` was not called.
  bool inside(const std::function<void()>& body) const {
    return std::async(std::launch::async,
                      [&] {
                        const bool entered = enter();
                        if (entered) body();
                        return entered;
                      })
        .get();
  }

 private:
  bool enter() const {
    const Fd file(::open(("/run/netns/" + name_).c_str(), O_RDONLY | O_CLOEXEC));
    return file.valid() && ::setns(file.get(), CLONE_NEWNET) == 0 && ::unshare(CLONE_NEWNS) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0;
  }

  std::string name_;
  bool added_ = false;
  bool valid_ = false;
};

}  // namespace moderato
