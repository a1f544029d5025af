// SPDX-License-Identifier: Apache-2.0
#include "maps/ofports.h"

#include "maps/abi.h"

#include <bpf/bpf.h>
#include <vector>

namespace bvs::maps {

Result<> OfPorts::set(std::uint16_t bridge, std::uint32_t ofport, std::uint32_t port) {
    const bvs_ofport key = {.bridge = bridge, .ofport = ofport};
    if (bpf_map_update_elem(fd_, &key, &port, BPF_ANY))
        return fail_errno(errno, "cannot enter OpenFlow port {} of bridge number {}", ofport,
                          bridge);
    return {};
}

void OfPorts::remove(std::uint16_t bridge, std::uint32_t ofport) {
    const bvs_ofport key = {.bridge = bridge, .ofport = ofport};
    bpf_map_delete_elem(fd_, &key);
}

// First all, as the kernel begins anew behind an entry that has been removed.
void OfPorts::clear(std::uint16_t bridge) {
    std::vector<bvs_ofport> found;
    bvs_ofport key = {};
    for (const bvs_ofport *last = nullptr; !bpf_map_get_next_key(fd_, last, &key); last = &key)
        if (key.bridge == bridge)
            found.push_back(key);
    for (const auto &one : found)
        bpf_map_delete_elem(fd_, &one);
}

std::optional<std::uint32_t> OfPorts::find(std::uint16_t bridge, std::uint32_t ofport) const {
    const bvs_ofport key = {.bridge = bridge, .ofport = ofport};
    std::uint32_t port = 0;
    if (bpf_map_lookup_elem(fd_, &key, &port))
        return std::nullopt;
    return port;
}

} // namespace bvs::maps
