// SPDX-License-Identifier: Apache-2.0
#include "maps/counters.h"

#include "maps/description.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

namespace bvs::maps {

static_assert(sizeof(bvs_port_counters) % sizeof(std::uint64_t) == 0);

Result<PortCounters> PortCounters::open(int map_fd) {
    const auto map = describe(map_fd);
    if (!map)
        return std::unexpected(map.error());
    if (map->value_size != sizeof(bvs_port_counters))
        return fail("map {} holds values of {} bytes, not {}: it is another build's", map->name,
                    map->value_size, sizeof(bvs_port_counters));
    const int cpus = libbpf_num_possible_cpus();
    if (cpus < 0)
        return fail_errno(-cpus, "cannot read the number of CPUs");
    return PortCounters(map_fd, cpus);
}

Result<bvs_port_counters> PortCounters::get(std::uint32_t port) const {
    std::vector<bvs_port_counters> each(static_cast<std::size_t>(cpus_));
    if (bpf_map_lookup_elem(fd_, &port, each.data()))
        return fail_errno(errno, "cannot read the counters of port number {}", port);
    bvs_port_counters sum = {};
    for (const auto &one : each) {
        const auto *from = reinterpret_cast<const std::uint64_t *>(&one);
        auto *to = reinterpret_cast<std::uint64_t *>(&sum);
        for (std::size_t i = 0; i < sizeof sum / sizeof *to; ++i)
            to[i] += from[i];
    }
    return sum;
}

Result<> PortCounters::clear(std::uint32_t port) {
    const std::vector<bvs_port_counters> zero(static_cast<std::size_t>(cpus_));
    if (bpf_map_update_elem(fd_, &port, zero.data(), BPF_ANY))
        return fail_errno(errno, "cannot clear the counters of port number {}", port);
    return {};
}

} // namespace bvs::maps
