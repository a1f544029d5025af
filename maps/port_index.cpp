// SPDX-License-Identifier: Apache-2.0
#include "maps/port_index.h"

namespace bvs::maps {

namespace {
std::size_t bucket_of(std::uint32_t ifindex) {
    return ifindex & (BVS_PORT_INDEX_BUCKETS - 1);
}
} // namespace

std::uint32_t PortIndex::find(std::uint32_t ifindex) const {
    for (const auto &slot : table_.get(bucket_of(ifindex)).slot)
        if (slot.ifindex == ifindex)
            return slot.port;
    return 0;
}

Result<> PortIndex::set(std::uint32_t ifindex, std::uint32_t port) {
    auto bucket = table_.get(bucket_of(ifindex));
    bvs_port_slot *place = nullptr;
    for (auto &slot : bucket.slot) {
        if (slot.ifindex == ifindex)
            place = &slot;
        else if (!slot.ifindex && !place)
            place = &slot;
    }
    if (!place)
        return fail("no place for ifindex {} among the ports: {} others share its bucket; make the "
                    "netdev anew to give it another ifindex",
                    ifindex, BVS_PORT_INDEX_WAYS);
    *place = {.ifindex = ifindex, .port = port};
    table_.set(bucket_of(ifindex), bucket);
    return {};
}

void PortIndex::remove(std::uint32_t ifindex) {
    auto bucket = table_.get(bucket_of(ifindex));
    for (auto &slot : bucket.slot)
        if (slot.ifindex == ifindex)
            slot = {};
    table_.set(bucket_of(ifindex), bucket);
}

} // namespace bvs::maps
