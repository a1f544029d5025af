// SPDX-License-Identifier: Apache-2.0
#include "switch/onward_ports.h"

#include "switch/compile/tunnel.h"

namespace bvs::daemon {

std::set<std::string> OnwardPorts::with_peers(const Config &config,
                                              const std::set<std::string> &names) {
    auto all = names;
    for (const auto &name : names) {
        if (const auto *interface = config.interface(name); interface && !interface->peer.empty())
            all.insert(interface->peer);
        if (const auto *port = table_.port(name); port && port->entry().peer)
            if (const auto *peer = table_.port_of_number(port->entry().peer))
                all.insert(peer->name);
    }
    return all;
}

std::uint32_t OnwardPorts::peer(const Config &config, const model::Interface &interface) {
    const auto *other = interface.peer.empty() ? nullptr : config.interface(interface.peer);
    const auto *port = other && other->peer == interface.name ? table_.port(other->name) : nullptr;
    return port ? port->number() : 0;
}

Result<> OnwardPorts::may_have_end(const model::Interface &interface) {
    const auto *holder =
        interface.tunnel ? table_.port_of_end(compile::compile_end(*interface.tunnel)) : nullptr;
    if (!holder || holder->name == interface.name)
        return {};
    return fail("could not add network device {} to ofproto (File exists: {} has the same key, "
                "remote_ip, local_ip and port; change one of them)",
                interface.name, holder->name);
}

} // namespace bvs::daemon
