// SPDX-License-Identifier: Apache-2.0
// Stands for programs of others that may not be installed:
//   fake_tool serve PORT      answers one connection and ends with status 0
//   fake_tool ask HOST PORT   connects, and prints samples as perftest does with -U
//   fake_tool osu|imb|npb|unverified   prints what such a benchmark prints; rank 0 alone
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace {

sockaddr_in address_of(const char* host, const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  ::inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}

int serve(const char* port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = address_of("0.0.0.0", port);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
  ::sleep(1);  // whoever does not wait for it to listen comes too early
  if (::listen(listener, 1) != 0) return 1;
  fmt::print("server: this is not the result\n");
  return ::close(::accept(listener, nullptr, nullptr)) == 0 ? 0 : 1;
}

int ask(const char* host, const char* port) {
  const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = address_of(host, port);
  if (::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fmt::print(stderr, "Couldn't connect to {}:{}\n", host, port);
    return 1;
  }
  fmt::print("#, usec\n1, 2.5\n2, 3.25\n");
  return 0;
}

int print_as(std::string_view benchmark) {
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (rank != nullptr && std::string_view(rank) != "0") return 0;
  if (benchmark == "osu")
    fmt::print("# OSU MPI Allreduce Latency Test v7.0\n# Size       Avg Latency(us)\n8 12.50\n");
  if (benchmark == "imb")
    fmt::print(
        "#bytes #repetitions  t_min[usec]  t_max[usec]  t_avg[usec]\n"
        "            0         1000         0.05         0.06         0.05\n"
        "            8         1000         3.25         4.75         4.00\n");
  if (benchmark == "npb" || benchmark == "unverified")
    fmt::print(" Time in seconds =                     1.25\n Verification    =  {:>14}\n",
               benchmark == "npb" ? "SUCCESSFUL" : "UNSUCCESSFUL");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3) return serve(argv[2]);
  if (argc == 4) return ask(argv[2], argv[3]);
  return argc == 2 ? print_as(argv[1]) : 2;
}
