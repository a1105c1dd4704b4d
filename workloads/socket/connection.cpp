// SPDX-License-Identifier: Apache-2.0
#include "socket/connection.hpp"

namespace moderato::workloads {
namespace {

/// The port of `rank`, who passes its own.
int port_of(const Exchange& exchange, int rank, int own_port) {
  return static_cast<int>(exchange.broadcast({double(own_port)}, rank).front());
}

Socket accept_one(Socket& listening) {
  Socket socket = listening.accept();
  socket.patience(silence);
  socket.no_delay();
  return socket;
}

}  // namespace

Socket connect_udp(const Exchange& exchange, const SocketArguments& arguments) {
  const int other = 1 - exchange.rank();
  Socket socket(Socket::Type::udp);
  socket.patience(silence);
  const int own_port = socket.bind_to(arguments.addresses[exchange.rank()]);
  const int ports[] = {port_of(exchange, 0, own_port), port_of(exchange, 1, own_port)};
  socket.connect_to(arguments.addresses[other], ports[other]);
  exchange.barrier();  // a datagram before the other's connect() would be lost
  return socket;
}

Socket connect_tcp(const Exchange& exchange, const SocketArguments& arguments) {
  Socket socket(Socket::Type::tcp);
  socket.patience(silence);
  const int own_port = socket.bind_to(arguments.addresses[exchange.rank()]);
  if (exchange.rank() == 1) socket.listen();
  const int port = port_of(exchange, 1, own_port);
  if (exchange.rank() == 1) return accept_one(socket);
  socket.connect_to(arguments.addresses[1], port);
  socket.no_delay();
  return socket;
}

}  // namespace moderato::workloads
