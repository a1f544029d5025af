// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/steps.h"

#include <cstring>

namespace bvs::compile {

namespace {

template <class Value>
bool same(const Value &a, const Value &b) {
    static_assert(std::has_unique_object_representations_v<Value>);
    return std::memcmp(&a, &b, sizeof a) == 0;
}

// Addresses learned before such a change may be in VLANs where they are no more.
bool same_vlans(const Port &a, const Port &b) {
    return a.entry.tag == b.entry.tag && a.entry.vlan_mode == b.entry.vlan_mode &&
           a.entry.tunnel_tpid == b.entry.tunnel_tpid && a.entry.vlan_flags == b.entry.vlan_flags &&
           same(a.vlans, b.vlans);
}

void take_off_netdev(const PortState &present, std::vector<Step> &steps) {
    if (present.port.xdp)
        steps.push_back(Step::detach_xdp);
    if (present.port.netdev())
        steps.push_back(Step::detach);
}

std::vector<Step> removal(const PortState &present) {
    std::vector<Step> steps;
    if (present.port.end.type)
        steps.push_back(Step::close_end);
    if (present.linked)
        steps.push_back(Step::unlink);
    take_off_netdev(present, steps);
    steps.push_back(Step::flush);
    steps.push_back(Step::clear);
    return steps;
}

} // namespace

std::vector<Step> steps(const PortState *present, const Port *wanted) {
    const PortState nothing;
    const PortState &before = present ? *present : nothing;
    if (!wanted)
        return present ? removal(before) : std::vector<Step>();

    std::vector<Step> steps;
    const bool same_netdev = before.port.netdev() == wanted->netdev();
    if (before.port.end.type && !wanted->end.type)
        steps.push_back(Step::close_end);
    if (!same_netdev)
        take_off_netdev(before, steps);
    else if (before.port.xdp && !wanted->xdp)
        steps.push_back(Step::detach_xdp);

    if (wanted->entry.vlan_flags & BVS_VLAN_LISTED && !same(before.port.vlans, wanted->vlans))
        steps.push_back(Step::write_vlans);
    if (!same(before.port.policer, wanted->policer))
        steps.push_back(Step::write_policer);
    if (!same(before.port.tunnel, wanted->tunnel))
        steps.push_back(Step::write_tunnel);
    if (!same(before.port.entry, wanted->entry))
        steps.push_back(Step::write);
    if (wanted->end.type && !same(before.port.end, wanted->end))
        steps.push_back(Step::open_end);
    const bool same_bond = before.port.entry.bond == wanted->entry.bond;
    if (present && !(same_bond && same_vlans(before.port, *wanted)))
        steps.push_back(Step::flush);
    if (wanted->netdev() && !(same_netdev && before.attached))
        steps.push_back(Step::attach);
    if (wanted->xdp && !(same_netdev && before.port.xdp && before.attached))
        steps.push_back(Step::attach_xdp);
    if (!before.linked)
        steps.push_back(Step::link);
    if (before.port.queue_dscp != wanted->queue_dscp)
        steps.push_back(Step::write_dscp);
    return steps;
}

} // namespace bvs::compile
