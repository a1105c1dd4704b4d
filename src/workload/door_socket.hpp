// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace moderato {

// Messages through an abstract Unix socket (unix(7)). Private to the module.

using Streams = std::array<Fd, 3>;  ///< stdin, stdout, stderr

/// A socket at a name of the kernel's choice, and that name.
struct Listener {
  Fd socket;
  std::string name;
};
Result<Listener> listen_somewhere(int backlog);
Result<Fd> connect_to(const std::string& name);

/// Who made the other end; nothing: it cannot be told.
std::optional<uid_t> peer_of(const Fd& connection);

/// The bytes of one message, at most `limit`, and the streams that came with it.
struct Parcel {
  std::string bytes;
  Streams streams;
};
/// Refuses a message that is longer, or comes without just three streams.
Result<Parcel> receive_parcel(const Fd& connection, std::size_t limit);
/// With this process's own streams.
Result<void> send_parcel(const Fd& connection, const std::string& bytes);

/// Whether root may let a program of its own write there: a pipe, a socket or /dev/null. Of other
/// files a user could choose one that takes from root what it does not take from him.
bool harmless(const Fd& stream);

}  // namespace moderato
