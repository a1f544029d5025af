// SPDX-License-Identifier: Apache-2.0
#include "switch/flood_list.h"

namespace bvs::daemon {

void FloodLists::link(std::uint32_t bridge, std::uint32_t port) {
    const auto first = maps_.bridges.get(bridge).first_port;
    set_next(bridge, port, first);
    previous_[port] = 0;
    if (first)
        previous_[first] = port;
    set_next(bridge, 0, port);
}

void FloodLists::unlink(std::uint32_t bridge, std::uint32_t port) {
    const auto next = maps_.ports.get(port).next;
    set_next(bridge, previous_[port], next);
    if (next)
        previous_[next] = previous_[port];
}

std::vector<std::uint32_t> FloodLists::restore(std::uint32_t bridge) {
    std::vector<std::uint32_t> members;
    std::uint32_t previous = 0;
    auto port = maps_.bridges.get(bridge).first_port;
    while (port && port < maps_.ports.size() && maps_.ports.get(port).bridge == bridge &&
           members.size() < maps_.ports.size()) {
        members.push_back(port);
        previous_[port] = previous;
        previous = port;
        port = maps_.ports.get(port).next;
    }
    if (port)
        set_next(bridge, previous, 0);
    return members;
}

void FloodLists::set_next(std::uint32_t bridge, std::uint32_t previous, std::uint32_t next) {
    if (previous) {
        auto entry = maps_.ports.get(previous);
        entry.next = next;
        maps_.ports.set(previous, entry);
    } else {
        auto entry = maps_.bridges.get(bridge);
        entry.first_port = next;
        maps_.bridges.set(bridge, entry);
    }
}

} // namespace bvs::daemon
