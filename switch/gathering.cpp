// SPDX-License-Identifier: Apache-2.0
#include "switch/gathering.h"

#include "switch/model/settings.h"

namespace bvs::daemon {

Gathering::Gathering(loader::Datapath &datapath, const host::LinkTable &links,
                     VlanParsing &vlan_parsing, Logger log)
    : datapath_(datapath), links_(links), vlan_parsing_(vlan_parsing), log_(std::move(log)) {}

void Gathering::wish(const std::string &wish) {
    const auto wanted = wish.empty() ? "auto" : wish;
    if (wanted == wish_)
        return;
    if (wanted != "auto" && wanted != "on" && wanted != "off")
        log_.warn("other_config:tunnel-aggregation={} is none of auto, on, off; using auto",
                  wanted);
    wish_ = wanted;
    refused_.clear();
}

void Gathering::note(const host::LinkEvent &event) {
    const bool vanished = event.kind == host::LinkEvent::Kind::vanished;
    if (vanished || (event.before.xdp_prog_id && !event.link.xdp_prog_id))
        refused_.erase(event.link.ifindex);
    if (vanished)
        vlan_parsing_.forget(static_cast<std::uint32_t>(event.link.ifindex));
}

bool Gathering::should(const host::Link &link) const {
    if (wish_ == "off" || link.mac == host::Mac{})
        return false;
    return wish_ == "on" || link.physical();
}

void Gathering::follow(const std::set<int> &underlays) {
    for (const auto ifindex : underlays) {
        const auto *link = links_.find(ifindex);
        if (!link || !should(*link)) {
            datapath_.stop_gathering(static_cast<std::uint32_t>(ifindex));
            continue;
        }
        if (refused_.contains(ifindex))
            continue;
        if (const auto started = start(*link); !started) {
            refused_.insert(ifindex);
            log_.info("streams of tunnels that come in at {} are not put together: {}", link->name,
                      started.error().message);
        }
    }
}

// A tag that the netdev hides from XDP would bring a packet in that is another VLAN's.
Result<> Gathering::start(const host::Link &link) {
    const auto ifindex = static_cast<std::uint32_t>(link.ifindex);
    if (!datapath_.gathers(ifindex))
        if (auto off = vlan_parsing_.turn_off(link); !off)
            return off;
    return datapath_.gather(ifindex, model::to_number(link.mac));
}

bool Gathering::gathers(int ifindex) const {
    return datapath_.gathers(static_cast<std::uint32_t>(ifindex));
}

} // namespace bvs::daemon
