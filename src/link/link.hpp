// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "core/link.hpp"
#include "core/result.hpp"

namespace moderato {

/// Reads a link document, schema "moderato-link/1":
///   {"schema": "moderato-link/1", "name": "lab",
///    "endpoints": [{"host": "node7", "launch_prefix": ["ssh", "node7"], "netdev": "eth2",
///                   "address": "10.1.0.7", "rdma": "mlx5_0"}, ...]}
/// `rdma` may be left out.
Result<Link> parse_link(const std::string& text, const std::string& source);
std::string to_json(const Link& link);
/// Reads the file of one. It names programs to be run, so root takes it only if nobody else can
/// write it.
Result<Link> read_link(const std::filesystem::path& file);

/// The embedded default link: two network namespaces, each a host, joined by a veth pair in which
/// NAPI deferral truly moderates (GRO on, TSO off at both ends). A keeper process of its own makes
/// it and removes it when its input closes, so nothing remains however this process ends.
class Loopback {
 public:
  /// `moderato`: the program that serves as keeper ("loopback-keeper"). Needs root.
  static Result<Loopback> create(const std::filesystem::path& moderato);
  Loopback(Loopback&&) noexcept;
  Loopback& operator=(Loopback&&) noexcept;
  /// Closes the keeper's input and waits until the link is gone.
  ~Loopback();
  const Link& link() const;

 private:
  struct State;
  explicit Loopback(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The stated, vendor-like window that a fresh loopback link starts with: up to 50 us per
/// interrupt.
inline constexpr int loopback_napi_defer_hard_irqs = 1;
inline constexpr int loopback_gro_flush_timeout_ns = 50'000;

/// The keeper: makes the link, prints its document as one line on `out`, waits for the end of `in`,
/// lets the agents inside finish, removes the link. Returns the exit status.
int keep_loopback(int in, int out, const Interrupt& interrupt);

/// The namespaces of loopback links whose keeper is dead (it was killed with -9).
std::vector<std::string> stale_loopbacks();
/// Ends what still runs in such a namespace, and removes it.
Result<void> remove_stale_loopback(const std::string& name);

}  // namespace moderato
