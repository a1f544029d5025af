// SPDX-License-Identifier: Apache-2.0
#include "switch/reconciler.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace bvs::daemon {

namespace {

// Of ports without netdev: the way that a frame takes decides, and BPF asks that.
constexpr std::uint32_t k_longest_frame = 65535;

// Whose OpenFlow number is not up to us comes first, so that nobody else is given it.
int precedence(const model::Interface &interface) {
    return interface.ofport_request ? 0 : interface.former_ofport ? 1 : 2;
}

// What one end of a pair sends is for the other end, whatever its address.
bool filters_addresses(const host::Link &link) {
    return link.kind != "veth" && link.kind != "tun";
}

// Another bvsd that has the netdev, by its pin folder, and what can be done about it.
std::string description(const std::string &rival, const std::string &netdev) {
    if (rival.empty())
        return fmt::format("the program of another bvsd has it, whose pin folder is not beside "
                           "ours; delete the port there, or, if there is no such daemon, `tc qdisc "
                           "del dev {} clsact`",
                           netdev);
    return fmt::format("the bvsd with --pin-dir={0} has it; delete the port there, or, if that "
                       "daemon is gone, `bvsd --cleanup --pin-dir={0}`",
                       rival);
}

} // namespace

Reconciler::Reconciler(PortTable &table, InternalDevices &internal, OnwardDevice &onward_device,
                       const host::LinkTable &links, host::LinkControl &control,
                       VlanParsing &vlan_parsing, Shaping &shaping, Logger log)
    : table_(table), onward_ports_(table), internal_(internal), onward_device_(onward_device),
      links_(links), control_(control), vlan_parsing_(vlan_parsing), shaping_(shaping),
      log_(std::move(log)) {}

void Reconciler::apply(const Config &config, const Touched &touched) {
    const auto names = onward_ports_.with_peers(config, touched.interfaces);
    for (const auto &name : names)
        remove_unwanted(config, name);
    apply_bridges(config, touched.bridges);

    std::vector<Wanted> all;
    for (const auto &name : names)
        if (const auto one = wanted(config, name))
            all.push_back(*one);
    std::ranges::stable_sort(all, {}, [](const Wanted &one) { return precedence(*one.interface); });
    for (const auto &one : all)
        note_mtu(*one.interface);
    for (const auto &one : all)
        apply_interface(config, one);
    for (const auto &one : all)
        if (one.interface->device == model::Device::patch)
            apply_interface(config, one); // its peer may have come after it
    give_ends_another_chance(config);
    follow_mtus(config, std::move(all));
    table_.finish_round();
    remove_unused_onward_device();
}

// Of tunnel ports that could not be made, one may have waited for what another has just given up.
void Reconciler::give_ends_another_chance(const Config &config) {
    if (!table_.take_ends_released())
        return;
    for (const auto &name : in_error())
        if (const auto one = wanted(config, name); one && one->interface->tunnel)
            apply_interface(config, *one);
}

void Reconciler::remove_unused_onward_device() {
    if (std::exchange(onward_ports_left_, false) && !mirrors_need_onward_ &&
        std::ranges::none_of(std::views::values(table_.ports()),
                             [](const LivePort &port) { return !port.has_netdev(); }))
        onward_device_.remove();
}

Result<> Reconciler::keep_onward_device(bool wanted) {
    onward_ports_left_ = onward_ports_left_ || (mirrors_need_onward_ && !wanted);
    mirrors_need_onward_ = wanted;
    if (!wanted) {
        remove_unused_onward_device();
        return {};
    }
    if (const auto device = onward_device_.ensure(); !device)
        return std::unexpected(device.error());
    return {};
}

// Before internal ports are made, so that they are made with the right one.
void Reconciler::note_mtu(const model::Interface &interface) {
    if (interface.device != model::Device::existing)
        return;
    const auto *link = links_.find(interface.name);
    mtus_.set(interface.name, interface.bridge,
              link && !link->master_ifindex ? std::optional(link->mtu) : std::nullopt);
}

void Reconciler::follow_mtus(const Config &config, std::vector<Wanted> looked_at) {
    const auto changed = mtus_.take_changed();
    if (!changed.empty())
        for (const auto &[name, interface] : config.interfaces())
            if (changed.contains(interface.bridge))
                if (const auto one = wanted(config, name))
                    looked_at.push_back(*one);
    for (const auto &[interface, bridge] : looked_at) {
        if (interface->device != model::Device::internal || interface->mtu)
            continue;
        const auto now = mtus_.smallest(bridge->name);
        const auto place = changed.find(bridge->name);
        const auto before = place == changed.end() ? now : place->second;
        if (const auto set = internal_.follow_mtu(interface->name, before, now); !set)
            log_.warn("interface {}: {}", interface->name, set.error().message);
    }
}

// Only what can be made is wanted; of the rest the error is noted.
std::optional<Reconciler::Wanted> Reconciler::wanted(const Config &config,
                                                     const std::string &name) {
    const auto *interface = config.interface(name);
    if (!interface) {
        errors_.erase(name);
        return std::nullopt;
    }
    const auto *bridge = config.bridge(interface->bridge);
    if (!interface->refusal.empty() || !bridge || !bridge->refusal.empty()) {
        set_error(name,
                  !interface->refusal.empty() || !bridge ? interface->refusal : bridge->refusal);
        return std::nullopt;
    }
    return Wanted{.interface = interface, .bridge = bridge};
}

void Reconciler::apply_bridges(const Config &config, const std::set<std::string> &names) {
    for (const auto &name : names) {
        const auto *bridge = config.bridge(name);
        if (!bridge || !bridge->refusal.empty())
            table_.remove_bridge(name);
        else if (auto added = table_.add_bridge(*bridge); !added)
            log_.err("{}", added.error().message);
    }
}

void Reconciler::remove_unwanted(const Config &config, const std::string &name) {
    const auto *port = table_.port(name);
    if (!port)
        return;
    const auto one = wanted(config, name);
    if (!one || one->bridge->name != port->bridge ||
        one->interface->has_netdev() != port->has_netdev())
        remove_port(name);
    if (!one || one->interface->device != model::Device::internal)
        internal_.remove(name);
}

void Reconciler::remove_port(const std::string &name) {
    auto *port = table_.port(name);
    if (!port)
        return;
    onward_ports_left_ = onward_ports_left_ || !port->has_netdev();
    mtus_.set(name, port->bridge, std::nullopt);
    if (promiscuous_.erase(name))
        (void)control_.set_promiscuous(static_cast<int>(port->entry().ifindex), false);
    shaping_.release(name);
    table_.remove_port(name);
}

void Reconciler::apply_interface(const Config &config, const Wanted &wanted) {
    const auto made = make(config, wanted);
    set_error(wanted.interface->name, made ? std::string() : made.error().message);
    const auto *port = table_.port(wanted.interface->name);
    shaping_.follow(*wanted.interface, port && port->has_netdev() ? netdev(*port) : nullptr);
}

Result<> Reconciler::make(const Config &config, const Wanted &wanted) {
    const auto &interface = *wanted.interface;
    if (!interface.has_netdev())
        return make_without_netdev(config, wanted);
    const auto found = port_of(wanted);
    if (!found)
        return std::unexpected(found.error());
    auto &port = **found;
    const auto link = find_netdev(wanted);
    if (link && interface.device == model::Device::existing)
        listen_to_all(*link, port);

    const auto refused_before = port.xdp_refused_ifindex;
    auto netdev = link ? facts(interface, *link, port) : compile::Netdev();
    if (netdev.xdp && !port.state.port.xdp)
        netdev.xdp = prepare_xdp(interface, *link, port);
    const auto changed = change(port, wanted, netdev, 0);
    if (port.xdp_refused_ifindex && port.xdp_refused_ifindex != refused_before)
        tell_of_no_xdp(interface, port.xdp_error);
    if (!link)
        return std::unexpected(link.error());
    return changed;
}

Result<> Reconciler::make_without_netdev(const Config &config, const Wanted &wanted) {
    const auto &interface = *wanted.interface;
    if (auto may = onward_ports_.may_have_end(interface); !may) {
        remove_port(interface.name);
        return may;
    }
    const auto port = port_of(wanted);
    if (!port)
        return std::unexpected(port.error());
    const auto onward = onward_device_.ensure();
    compile::Netdev netdev;
    if (onward)
        netdev = {.ifindex = *onward, .up = true, .mtu = k_longest_frame};
    const auto changed = change(**port, wanted, netdev, onward_ports_.peer(config, interface));
    if (!onward)
        return std::unexpected(onward.error());
    return changed;
}

Result<> Reconciler::change(LivePort &port, const Wanted &wanted, const compile::Netdev &netdev,
                            std::uint32_t peer) {
    const auto *home = table_.bridge(port.bridge);
    std::uint32_t bond = 0;
    if (wanted.interface->bonded) {
        const auto found = table_.bond(port.bridge, wanted.interface->port);
        if (!found)
            return std::unexpected(found.error());
        bond = (*found)->number();
    }
    return table_.change_port(port, compile::compile_port(*wanted.interface, *wanted.bridge,
                                                          {.port = port.number(),
                                                           .peer = peer,
                                                           .bridge = home->number,
                                                           .ofport = port.ofport,
                                                           .pipeline = home->pipeline,
                                                           .openflow = port.openflow,
                                                           .mirrors = port.mirrors,
                                                           .bond = bond,
                                                           .unreachable = port.unreachable,
                                                           .exports = port.exports},
                                                          netdev));
}

// A driver that has none is a matter of course, unless somebody asked for it.
void Reconciler::tell_of_no_xdp(const model::Interface &interface, const Error &reason) {
    if (interface.hook == model::Hook::xdp || reason.code == EBUSY)
        log_.warn("interface {}: no XDP: {}", interface.name, reason.message);
    else
        log_.info("interface {}: no XDP: {}", interface.name, reason.message);
}

// The port as it is, or newly numbered.
Result<LivePort *> Reconciler::port_of(const Wanted &wanted) {
    const auto &interface = *wanted.interface;
    auto *port = table_.port(interface.name);
    if (!port) {
        std::vector<std::uint32_t> wishes;
        if (interface.is_local())
            wishes = {model::k_local_ofport};
        else
            for (const auto wish : {interface.ofport_request, interface.former_ofport})
                if (wish)
                    wishes.push_back(*wish);
        return table_.add_port(interface.bridge, interface.name, wishes);
    }
    if (const auto request = interface.ofport_request;
        request && !interface.is_local() && *request != port->ofport)
        (void)table_.renumber(*port, *request);
    return port;
}

Result<host::Link> Reconciler::find_netdev(const Wanted &wanted) {
    const auto &interface = *wanted.interface;
    if (interface.device == model::Device::internal)
        return internal_.ensure(interface.name,
                                interface.is_local() && wanted.bridge->mac ? wanted.bridge->mac
                                                                           : interface.mac,
                                interface.mtu, mtus_.smallest(interface.bridge));
    const auto *link = links_.find(interface.name);
    if (!link)
        return fail("could not open network device {} (No such device)", interface.name);
    if (internal_.is_hidden_end(*link))
        return fail("could not add network device {} to a bridge (it belongs to an internal port)",
                    interface.name);
    if (link->master_ifindex)
        return fail("could not add network device {} to a bridge (Device or resource busy: it "
                    "belongs to {}; `ip link set {} nomaster` frees it)",
                    interface.name, name_of_link(link->master_ifindex), interface.name);
    if (const auto rival = table_.datapath().rival_at(static_cast<std::uint32_t>(link->ifindex)))
        return fail("could not add network device {} to a bridge (Device or resource busy: {})",
                    interface.name, description(*rival, interface.name));
    auto found = *link;
    if (interface.mtu && found.mtu != *interface.mtu) {
        if (const auto set = control_.set_mtu(found.ifindex, *interface.mtu))
            found.mtu = *interface.mtu;
        else
            log_.warn("interface {}: {}", interface.name, set.error().message);
    }
    return found;
}

std::string Reconciler::name_of_link(int ifindex) const {
    const auto *link = links_.find(ifindex);
    return link ? link->name : fmt::format("device {}", ifindex);
}

compile::Netdev Reconciler::facts(const model::Interface &interface, const host::Link &link,
                                  const LivePort &port) {
    compile::Netdev netdev{.ifindex = static_cast<std::uint32_t>(link.ifindex),
                           .up = link.up,
                           .carrier = link.carrier,
                           .mtu = link.mtu};
    // The end of a pair that is ours is always up; what counts is the other.
    if (interface.device == model::Device::internal)
        netdev.up = link.up && link.carrier;
    if (link.direct())
        if (const auto mac = control_.peer_mac(link))
            netdev.peer_mac = model::to_number(*mac);
    netdev.xdp = (interface.hook == model::Hook::xdp ||
                  (interface.hook == model::Hook::automatic && link.physical())) &&
                 port.xdp_refused_ifindex != netdev.ifindex && !interface.is_shaped() &&
                 !interface.bonded && !link.queues();
    return netdev;
}

// A network card takes only frames to its own address unless told otherwise. Where it was told so
// before, it was an administrator, or the daemon before this one.
void Reconciler::listen_to_all(const host::Link &link, const LivePort &port) {
    if (!filters_addresses(link))
        return;
    if (link.promiscuous) {
        if (port.entry().ifindex == static_cast<std::uint32_t>(link.ifindex) &&
            !port.state.attached)
            promiscuous_.insert(port.name);
    } else if (const auto set = control_.set_promiscuous(link.ifindex, true)) {
        promiscuous_.insert(port.name);
    } else {
        log_.warn("interface {}: {}", port.name, set.error().message);
    }
}

bool Reconciler::prepare_xdp(const model::Interface &interface, const host::Link &link,
                             LivePort &port) {
    if (const auto off = vlan_parsing_.turn_off(link); !off) {
        port.xdp_error = off.error();
        port.xdp_refused_ifindex = static_cast<std::uint32_t>(link.ifindex);
        return false;
    }
    if (link.kind == "veth")
        log_.warn(
            "interface {}: hook=xdp on a veth: what other XDP ports send to it is lost unless "
            "its other end has generic receive offload on (ethtool -K DEVICE gro on)",
            interface.name);
    return true;
}

void Reconciler::touch_onward_ports(Touched &touched) const {
    for (const auto &[name, port] : table_.ports())
        if (!port.has_netdev())
            touched.interfaces.insert(name);
}

Touched Reconciler::note(const host::LinkChanges &changes) {
    Touched touched;
    for (const auto &event : changes.events) {
        for (const auto *link : {&event.link, &event.before}) {
            if (link->name.empty())
                continue;
            touched.interfaces.insert(link->name);
            if (const auto port = internal_.port_of(*link); !port.empty())
                touched.interfaces.insert(port);
            if (onward_device_.is_end(*link))
                touch_onward_ports(touched);
        }
        const auto ifindex = static_cast<std::uint32_t>(event.link.ifindex);
        auto *port = table_.port_of_netdev(ifindex);
        if (!port)
            continue;
        touched.interfaces.insert(port->name);
        if (event.before.xdp_prog_id && !event.link.xdp_prog_id)
            port->xdp_refused_ifindex = 0; // whoever was there has left
        if (event.kind != host::LinkEvent::Kind::vanished)
            continue;
        auto without = port->state.port;
        without.entry.ifindex = 0;
        without.entry.flags &= ~std::uint32_t{BVS_PORT_UP};
        without.entry.peer_mac = 0;
        without.xdp = false;
        (void)table_.change_port(*port, without);
        port->xdp_refused_ifindex = 0;
        promiscuous_.erase(port->name);
        vlan_parsing_.forget(ifindex);
        shaping_.forget(ifindex);
    }
    return touched;
}

void Reconciler::restore_vlan_parsing() {
    vlan_parsing_.restore_unless([this](std::uint32_t ifindex) {
        const auto *port = table_.port_of_netdev(ifindex);
        return (port && port->state.port.xdp) || table_.datapath().gathers(ifindex);
    });
}

Touched Reconciler::everything() const {
    Touched touched;
    for (const auto &[name, bridge] : table_.bridges())
        touched.bridges.insert(name);
    for (const auto &[name, port] : table_.ports())
        touched.interfaces.insert(name);
    return touched;
}

void Reconciler::remove_orphans(const Config &config) {
    for (const auto &name : internal_.present())
        if (const auto *interface = config.interface(name);
            !interface || interface->device != model::Device::internal)
            internal_.remove(name);
    table_.remove_stray_ends();
    onward_device_.remove_former();
    shaping_.remove_orphans();
    for (const auto ifindex : table_.datapath().attached()) {
        const auto *port = table_.port_of_netdev(ifindex);
        if (port && port->entry().ifindex == ifindex)
            continue;
        table_.datapath().detach_xdp(ifindex);
        table_.datapath().detach_tc(ifindex);
        table_.maps().port_index.remove(ifindex);
    }
}

void Reconciler::dismantle() {
    for (const auto everything = this->everything(); const auto &name : everything.interfaces)
        remove_port(name);
    table_.finish_round();
    remove_unused_onward_device();
    for (const auto &[name, bridge] : std::map(table_.bridges()))
        table_.remove_bridge(name);
    remove_orphans({});
    restore_vlan_parsing();
}

void Reconciler::set_error(const std::string &interface, std::string error) {
    auto &known = errors_[interface];
    if (error != known && !error.empty())
        log_.warn("interface {}: {}", interface, error);
    known = std::move(error);
    if (known.empty())
        errors_.erase(interface);
}

const std::string &Reconciler::error(const std::string &interface) const {
    static const std::string none;
    const auto place = errors_.find(interface);
    return place == errors_.end() ? none : place->second;
}

std::set<std::string> Reconciler::in_error() const {
    auto names = shaping_.in_error();
    for (const auto &[name, error] : errors_)
        names.insert(name);
    return names;
}

const host::Link *Reconciler::netdev(const LivePort &port) const {
    return links_.find(static_cast<int>(port.state.port.netdev()));
}

const host::Link *Reconciler::visible_netdev(const model::Interface &interface) const {
    if (!interface.has_netdev())
        return nullptr;
    return interface.device == model::Device::internal ? internal_.visible_end(interface.name)
                                                       : links_.find(interface.name);
}

} // namespace bvs::daemon
