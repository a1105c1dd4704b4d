// SPDX-License-Identifier: Apache-2.0
// A faulty MPI library, for a rank that loads it in front of the real one: MPI lets every call be
// wrapped. What is to go wrong, at which rank, stands in the environment:
//   FAULT_RANK      the rank that has the fault
//   FAULT_DELAY_MS  how much longer it takes for a collective operation, or
//   FAULT_OFFSET    which byte it gets wrong, of a collective operation, a window, or what came
//                   in exchange for a message, in
//   FAULT_CALL      how many such calls go well before
#include <mpi.h>
#include <unistd.h>

#include <cstdlib>

namespace {

int number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

bool faulty_rank() {
  int rank = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank == number("FAULT_RANK", -1);
}

/// Where the messages of a window go.
void* window_buffer = nullptr;

/// What becomes of a call that has brought data to `buffer`.
void spoil(void* buffer) {
  static int calls = 0;
  if (!faulty_rank()) return;
  ::usleep(static_cast<useconds_t>(number("FAULT_DELAY_MS", 0)) * 1000);
  const int offset = number("FAULT_OFFSET", -1);
  if (offset >= 0 && calls++ == number("FAULT_CALL", 0))
    static_cast<unsigned char*>(buffer)[offset] ^= 0x10;
}

}  // namespace

extern "C" {

int MPI_Bcast(void* buffer, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  const int result = PMPI_Bcast(buffer, count, type, root, comm);
  spoil(buffer);
  return result;
}

int MPI_Alltoall(const void* sent, int sent_count, MPI_Datatype sent_type, void* received,
                 int received_count, MPI_Datatype received_type, MPI_Comm comm) {
  const int result =
      PMPI_Alltoall(sent, sent_count, sent_type, received, received_count, received_type, comm);
  spoil(received);
  return result;
}

int MPI_Allgather(const void* sent, int sent_count, MPI_Datatype sent_type, void* received,
                  int received_count, MPI_Datatype received_type, MPI_Comm comm) {
  const int result =
      PMPI_Allgather(sent, sent_count, sent_type, received, received_count, received_type, comm);
  spoil(received);
  return result;
}

int MPI_Allreduce(const void* terms, void* sums, int count, MPI_Datatype type, MPI_Op op,
                  MPI_Comm comm) {
  const int result = PMPI_Allreduce(terms, sums, count, type, op, comm);
  spoil(sums);
  return result;
}

int MPI_Sendrecv(const void* sent, int sent_count, MPI_Datatype sent_type, int to, int sent_tag,
                 void* received, int received_count, MPI_Datatype received_type, int from,
                 int received_tag, MPI_Comm comm, MPI_Status* status) {
  const int result = PMPI_Sendrecv(sent, sent_count, sent_type, to, sent_tag, received,
                                   received_count, received_type, from, received_tag, comm, status);
  spoil(received);
  return result;
}

int MPI_Irecv(void* buffer, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request* request) {
  window_buffer = buffer;
  return PMPI_Irecv(buffer, count, type, from, tag, comm, request);
}

int MPI_Waitall(int count, MPI_Request requests[], MPI_Status statuses[]) {
  const int result = PMPI_Waitall(count, requests, statuses);
  if (window_buffer != nullptr) spoil(window_buffer);
  return result;
}
}
