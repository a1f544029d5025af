// SPDX-License-Identifier: Apache-2.0
//
// Where a thread works: in which network namespace and on which CPU. Sockets stay in the namespace
// in which they were opened, so one process can talk to itself across two.
#pragma once

#include "base/result.h"
#include "loader/descriptor.h"

#include <cstdint>
#include <netinet/in.h>
#include <string>

namespace bvs::bench {

using loader::Descriptor;

// A namespace made by `ip netns add`; this thread only.
Result<> enter_netns(const std::string &name);
Result<> pin_to_cpu(int cpu);

// An IPv4 socket in a namespace. The thread is in that namespace afterwards.
Result<Descriptor> socket_in(const std::string &netns, int type, int protocol);
Result<std::uint32_t> netdev(const std::string &name); // its ifindex, in this thread's namespace
Result<std::uint64_t> mac_of(const std::string &text);
Result<sockaddr_in> address_of(const std::string &text, std::uint16_t port);

double monotonic_seconds();
// CPU time of this thread, packets that the kernel handled on its account included.
double thread_cpu_seconds();

} // namespace bvs::bench
