// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "verbs/arguments.hpp"

namespace moderato::workloads {

// Each is run by all ranks; rank 0 measures, as far as nothing else is said, and prints.

/// RDMA writes to and fro; a sample is a round trip. Who polls looks at the last byte of its
/// memory. Of a plain write the other side's NIC tells nothing, so who blocks gets writes with
/// immediate.
void write_round_trips(const Exchange& exchange, const VerbsArguments& arguments);

/// Sends to and fro over RC; a sample is a round trip.
void send_round_trips(const Exchange& exchange, const VerbsArguments& arguments);

/// The same over UD. What is lost is sent again, with the time that takes in the sample, and counts
/// in "lost".
void datagram_round_trips(const Exchange& exchange, const VerbsArguments& arguments);

/// Rank 0 reads memory of rank 1, who takes no part; a sample is one read.
void reads(const Exchange& exchange, const VerbsArguments& arguments);

/// Rank 0 counts in memory of rank 1, by fetch-and-add or compare-and-swap; a sample is one
/// operation.
void fetch_adds(const Exchange& exchange, const VerbsArguments& arguments);
void compare_swaps(const Exchange& exchange, const VerbsArguments& arguments);

/// All other ranks send to rank 0, who receives through one shared queue. A sample is the time from
/// the post of a message to its completion, at its sender; those of rank 1 come first.
void shared_receive_queue(const Exchange& exchange, const VerbsArguments& arguments);

/// barrier, bcast, alltoall, allgather or allreduce between all ranks, each with a shared receive
/// queue of its own; a sample is what the rank took that took longest. As Open MPI only polls, this
/// is what shows collective operations between ranks that sleep.
void verbs_collective(const Exchange& exchange, const VerbsArguments& arguments,
                      const std::string& name);

}  // namespace moderato::workloads
