// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/place.h"

#include <arpa/inet.h>
#include <ctime>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <sched.h>
#include <sys/socket.h>

namespace bvs::bench {

namespace {

double seconds_of(clockid_t clock) {
    timespec now = {};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

} // namespace

Result<> enter_netns(const std::string &name) {
    const auto path = "/run/netns/" + name;
    const Descriptor place(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!place || setns(place.get(), CLONE_NEWNET))
        return fail_errno(errno, "cannot enter the network namespace {}", path);
    return {};
}

Result<> pin_to_cpu(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set))
        return fail_errno(errno, "cannot stay on CPU {}", cpu);
    return {};
}

Result<Descriptor> socket_in(const std::string &netns, int type, int protocol) {
    if (auto entered = enter_netns(netns); !entered)
        return std::unexpected(entered.error());
    Descriptor made(socket(AF_INET, type | SOCK_CLOEXEC, protocol));
    if (!made)
        return fail_errno(errno, "cannot open a socket in {}", netns);
    return made;
}

Result<std::uint32_t> netdev(const std::string &name) {
    const auto ifindex = if_nametoindex(name.c_str());
    if (!ifindex)
        return fail_errno(errno, "no netdev {} in this network namespace", name);
    return ifindex;
}

Result<std::uint64_t> mac_of(const std::string &text) {
    ether_addr address = {};
    if (!ether_aton_r(text.c_str(), &address))
        return fail("{} is no MAC address", text);
    std::uint64_t mac = 0;
    for (const auto byte : address.ether_addr_octet)
        mac = mac << 8 | byte;
    return mac;
}

Result<sockaddr_in> address_of(const std::string &text, std::uint16_t port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1)
        return fail("{} is not an IPv4 address", text);
    return address;
}

double monotonic_seconds() {
    return seconds_of(CLOCK_MONOTONIC);
}

double thread_cpu_seconds() {
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

} // namespace bvs::bench
