// SPDX-License-Identifier: Apache-2.0
#include "switch/bonds.h"
#include "switch/metrics.h"

namespace bvs::daemon {

namespace {

template <class Read>
void add_members(OpenMetrics &page, const Bonds &bonds, const MetricFamily &family, Read read) {
    page.begin(family);
    for (const auto &[port, live] : bonds.all())
        for (const auto &[id, member] : live.members)
            if (const std::optional<bool> value = read(live, id))
                page.add({{"bridge", live.bridge}, {"port", port}, {"interface", member.interface}},
                         std::uint64_t{*value});
}

} // namespace

void add_bond_metrics(OpenMetrics &page, const Bonds &bonds) {
    using Live = Bonds::Live;
    using protocol::PortId;
    add_members(page, bonds,
                {"bvs_bond_member_enabled", MetricType::gauge, "",
                 "Whether the member may carry frames of its bond."},
                [](const Live &live, PortId id) {
                    return live.bond ? std::optional(live.bond->enabled(id)) : std::nullopt;
                });
    add_members(page, bonds,
                {"bvs_bond_member_active", MetricType::gauge, "",
                 "Whether it is the active member of its bond."},
                [](const Live &live, PortId id) {
                    return live.bond ? std::optional(live.bond->active() == id) : std::nullopt;
                });
    add_members(page, bonds,
                {"bvs_lacp_current", MetricType::gauge, "",
                 "Whether the neighbour at the other end speaks LACP with us."},
                [](const Live &live, PortId id) {
                    return live.lacp ? std::optional(live.lacp->current(id)) : std::nullopt;
                });
}

} // namespace bvs::daemon
