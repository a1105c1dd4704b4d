// SPDX-License-Identifier: Apache-2.0
#include "core/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace moderato {

std::unexpected<Error> failed(std::string_view doing, const std::filesystem::path& path,
                              std::string remedy) {
  return std::unexpected(
      system_error(fmt::format("{} {}", doing, path.string()), errno, std::move(remedy)));
}

Result<std::string> read_all(int fd, const std::filesystem::path& path, std::size_t limit) {
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("read", path);
    if (n == 0) return content;
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > limit)
      return fail(Fault::document, fmt::format("{} is larger than {} bytes", path.string(), limit));
  }
}

Result<struct stat> look_at_file(const Fd& found, const std::filesystem::path& path) {
  struct stat info {};
  if (::fstat(found.get(), &info) != 0) return failed("stat", path);
  if (S_ISREG(info.st_mode)) return info;
  return fail(Fault::document, fmt::format("{} is not a regular file", path.string()),
              "name a file: no folder, no device, and no pipe such as <(...)");
}

Result<std::string> read_found(const Fd& found, const std::filesystem::path& path,
                               std::size_t limit) {
  if (auto info = look_at_file(found, path); !info) return fail(info);
  const std::string found_file = fmt::format("/proc/self/fd/{}", found.get());
  const Fd fd(::open(found_file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return failed("open", path);
  return read_all(fd.get(), path, limit);
}

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("write", path, "free some space or choose another folder");
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace moderato
