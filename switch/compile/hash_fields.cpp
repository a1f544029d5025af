// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/hash_fields.h"

namespace bvs::compile {

namespace {

void add(FlowMask &mask, unsigned word, unsigned lowest, unsigned bits) {
    mask[word] |= bvs_low_bits(bits) << lowest;
}
#define ADD(name) add(mask, BVS_WORD_##name, BVS_LOWEST_##name, BVS_BITS_##name)

void add_sources(FlowMask &mask) {
    ADD(ipv4_src);
    ADD(ipv6_src_high);
    ADD(ipv6_src_low);
}

void add_destinations(FlowMask &mask) {
    ADD(ipv4_dst);
    ADD(ipv6_dst_high);
    ADD(ipv6_dst_low);
}

void add_link(FlowMask &mask) {
    ADD(eth_src);
    ADD(eth_dst);
    ADD(eth_type);
    ADD(vlan_tci);
}

void add_transport(FlowMask &mask) {
    ADD(ip_proto);
    ADD(tp_src);
    ADD(tp_dst);
}

} // namespace

void add_hash_fields(FlowMask &mask, model::action::HashFields fields) {
    using enum model::action::HashFields;
    switch (fields) {
    case eth_src:
        ADD(eth_src);
        return;
    case nw_src:
        ADD(eth_type);
        return add_sources(mask);
    case nw_dst:
        ADD(eth_type);
        return add_destinations(mask);
    case symmetric_l4:
        add_link(mask);
        [[fallthrough]];
    case symmetric_l3l4:
    case symmetric_l3l4_udp:
        add_transport(mask);
        [[fallthrough]];
    case symmetric_l3:
        ADD(eth_type);
        add_sources(mask);
        add_destinations(mask);
    }
}

FlowMask default_hash() {
    FlowMask mask{};
    ADD(eth_src);
    ADD(eth_dst);
    add_sources(mask);
    add_destinations(mask);
    add_transport(mask);
    return mask;
}

} // namespace bvs::compile
