// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_ports.h"

namespace bvs::ctl {

// OpenFlow 1.0 to 1.2 describe ports among the switch's features.
Result<std::vector<model::PortDescription>> describe_ports(OpenFlowClient &peer) {
    if (peer.dialect().version >= wire::Version::of13)
        return peer.list(wire::PortDescRequest{}, &wire::PortDescReply::ports);
    auto features = peer.ask_for<wire::FeaturesReply>(wire::FeaturesRequest{});
    if (!features)
        return std::unexpected(features.error());
    return std::move(features->ports);
}

void BridgePorts::ask() const {
    if (std::exchange(asked_, true))
        return;
    auto ports = describe_ports(peer_);
    if (!ports) {
        error_ = ports.error();
        return;
    }
    for (auto &port : *ports) {
        numbers_[port.name] = port.number;
        names_[port.number] = std::move(port.name);
    }
}

std::optional<std::uint32_t> BridgePorts::number(std::string_view name) const {
    ask();
    auto found = numbers_.find(name);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::string BridgePorts::name(std::uint32_t number) const {
    ask();
    auto found = names_.find(number);
    return found == names_.end() ? "" : found->second;
}

} // namespace bvs::ctl
