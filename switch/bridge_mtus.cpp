// SPDX-License-Identifier: Apache-2.0
#include "switch/bridge_mtus.h"

namespace bvs::daemon {

void BridgeMtus::set(const std::string &port, const std::string &bridge,
                     std::optional<std::uint32_t> mtu) {
    if (const auto known = ports_.find(port); known != ports_.end()) {
        const auto &[home, value] = known->second;
        if (mtu == value && bridge == home)
            return;
        auto &there = mtus_[home];
        there.erase(there.find(value));
        if (there.empty())
            mtus_.erase(home);
        touched_.insert(home);
        ports_.erase(known);
    }
    if (!mtu)
        return;
    ports_[port] = {.bridge = bridge, .mtu = *mtu};
    mtus_[bridge].insert(*mtu);
    touched_.insert(bridge);
}

std::uint32_t BridgeMtus::smallest(const std::string &bridge) const {
    const auto place = mtus_.find(bridge);
    return place == mtus_.end() ? k_default : *place->second.begin();
}

std::map<std::string, std::uint32_t> BridgeMtus::take_changed() {
    std::map<std::string, std::uint32_t> changed;
    for (const auto &bridge : touched_) {
        const auto known = former_.find(bridge);
        const auto before = known == former_.end() ? k_default : known->second;
        const auto now = smallest(bridge);
        if (now != before)
            changed[bridge] = before;
        if (now == k_default)
            former_.erase(bridge);
        else
            former_[bridge] = now;
    }
    touched_.clear();
    return changed;
}

} // namespace bvs::daemon
