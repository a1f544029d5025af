// SPDX-License-Identifier: Apache-2.0
#include "maps/bond_bytes.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <numeric>
#include <vector>

namespace bvs::maps {

Result<BondBytes> BondBytes::open(int map_fd) {
    const int cpus = libbpf_num_possible_cpus();
    if (cpus < 0)
        return fail_errno(-cpus, "cannot read the number of CPUs");
    return BondBytes(map_fd, cpus);
}

BondBytes::Buckets BondBytes::get(std::uint32_t place) const {
    std::vector<std::uint64_t> each(static_cast<std::size_t>(cpus_));
    Buckets buckets{};
    for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
        const std::uint32_t key = place * BVS_BOND_BUCKETS + bucket;
        if (!bpf_map_lookup_elem(fd_, &key, each.data()))
            buckets[bucket] = std::accumulate(each.begin(), each.end(), std::uint64_t{0});
    }
    return buckets;
}

} // namespace bvs::maps
