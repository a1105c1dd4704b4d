// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace moderato {

/// What went wrong, seen from the person who has to act on it.
enum class Fault {
  usage,        ///< the command line asks for something that makes no sense       (exit status 2)
  document,     ///< a policy, profile, link or study file is bad                  (exit status 2)
  runtime,      ///< the host, a driver, an agent or a workload failed             (exit status 1)
  unsupported,  ///< the host or the driver does not offer this                    (exit status 1)
};

/// One failure. `message` names the file, field, value or device; `remedy` says what to do, and is
/// empty only where nothing sensible can be said.
struct Error {
  Fault fault = Fault::runtime;
  std::string message;
  std::string remedy;
};

template <typename T>
using Result = std::expected<T, Error>;

/// `return fail(Fault::usage, "no such link 'x'", "use ...");` works for every Result<T>.
inline std::unexpected<Error> fail(Fault fault, std::string message, std::string remedy = {}) {
  return std::unexpected(Error{fault, std::move(message), std::move(remedy)});
}

/// Passes the error of another Result on: `if (!x) return fail(x);`
template <typename T>
std::unexpected<Error> fail(const Result<T>& failed) {
  return std::unexpected(failed.error());
}

/// A failed system call: "open /x: Permission denied". `error_number` is an errno value.
Error system_error(std::string_view what, int error_number, std::string remedy = {});

/// "message (remedy)" on one line.
std::string describe(const Error& error);

}  // namespace moderato
