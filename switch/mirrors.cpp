// SPDX-License-Identifier: Apache-2.0
#include "switch/mirrors.h"

#include <algorithm>
#include <bit>

namespace bvs::daemon {

namespace {

using ovsdb::Replica;
using ovsdb::Row;
using ovsdb::Uuid;

// Of the port's interfaces; a port of another bridge has none here.
std::set<std::string> interfaces_of(const Uuid &port, const Row &bridge, const Replica &replica) {
    std::set<std::string> names;
    const auto row = replica.row("Port", port);
    if (!row || !bridge["ports"].contains(port))
        return names;
    for (const auto &uuid : (*row)["interfaces"].uuids())
        if (const auto interface = replica.row("Interface", uuid))
            names.insert((*interface)["name"].string());
    return names;
}

std::set<std::string> interfaces_of(const ovsdb::Datum &ports, const Row &bridge,
                                    const Replica &replica) {
    std::set<std::string> names;
    for (const auto &port : ports.uuids())
        names.merge(interfaces_of(port, bridge, replica));
    return names;
}

std::uint64_t count_of(const Row &row, std::string_view key) {
    const auto *count = row["statistics"].find(std::string(key));
    const auto *number = count ? std::get_if<std::int64_t>(count) : nullptr;
    return number ? static_cast<std::uint64_t>(*number) : 0;
}

std::uint32_t end_of(const bvs_port_mirrors &mirrors) {
    return static_cast<std::uint32_t>(std::bit_width(mirrors.received | mirrors.sent));
}

} // namespace

model::Mirror mirror_of(const Row &row, const Row &bridge, const Replica &replica) {
    const auto output = interfaces_of(row["output_port"], bridge, replica);
    return model::settle({.name = row["name"].string(),
                          .select_all = row["select_all"].boolean().value_or(false),
                          .select_src_port = interfaces_of(row["select_src_port"], bridge, replica),
                          .select_dst_port = interfaces_of(row["select_dst_port"], bridge, replica),
                          .select_vlan = row["select_vlan"].integers(),
                          .output_port = output.empty() ? "" : *output.begin(),
                          .lost_output_port = !row["output_port"].empty() && output.empty(),
                          .output_vlan = row["output_vlan"].integer(),
                          .snaplen = row["snaplen"].integer()});
}

Mirrors::Mirrors(PortTable &table, Reconciler &reconciler, Logger log)
    : table_(table), reconciler_(reconciler), log_(std::move(log)) {
    for (const auto &[key, one] : table_.maps().mirror_vlans.all()) // a former daemon's
        told_.vlans.insert(key);
}

void Mirrors::follow(const Replica &replica) {
    read(replica);
    const auto wanted = this->wanted();
    if (const auto kept = reconciler_.keep_onward_device(wanted.onward); !kept)
        log_.warn("mirrors have no copies that are cut off or in a VLAN: {}", kept.error().message);
    write(wanted);
}

void Mirrors::read(const Replica &replica) {
    std::map<Uuid, Live> now;
    for (const auto &[uuid, row] : replica.rows("Bridge"))
        if (!(*row)["mirrors"].empty())
            read_bridge(*row, replica, now);
    live_ = std::move(now);
}

void Mirrors::read_bridge(const Row &bridge, const Replica &replica, std::map<Uuid, Live> &now) {
    const auto name = bridge["name"].string();
    const auto *home = table_.bridge(name);
    if (!home)
        return;
    for (const auto &uuid : bridge["mirrors"].uuids()) {
        const auto row = replica.row("Mirror", uuid);
        if (!row)
            continue;
        Live live{.mirror = mirror_of(*row, bridge, replica), .bridge = name};
        place(live, *row, home->number, now);
        const auto before = live_.find(uuid);
        if (!live.mirror.refusal.empty() &&
            (before == live_.end() || before->second.mirror.refusal != live.mirror.refusal))
            log_.warn("bridge {}: mirror {} has no copies: {}", name, live.mirror.name,
                      live.mirror.refusal);
        now[uuid] = std::move(live);
    }
}

// Where it was, or in the first place that neither one that is there nor one that was may have.
void Mirrors::place(Live &live, const Row &row, std::uint32_t bridge,
                    const std::map<Uuid, Live> &others) {
    if (const auto before = live_.find(row.uuid());
        before != live_.end() && before->second.bridge == live.bridge) {
        live.place = before->second.place;
        return;
    }
    const auto is_taken = [](const std::map<Uuid, Live> &mirrors, std::uint32_t place) {
        return std::ranges::any_of(
            mirrors, [place](const auto &other) { return other.second.place == place; });
    };
    for (std::uint32_t index = 0; index < BVS_BRIDGE_MIRRORS; ++index) {
        const auto place = bvs_mirror_place(static_cast<std::uint16_t>(bridge), index);
        if (is_taken(live_, place) || is_taken(others, place))
            continue;
        live.place = place;
        table_.maps().mirror_counts.set(
            place, {.packets = count_of(row, "tx_packets"), .bytes = count_of(row, "tx_bytes")});
        return;
    }
    live.mirror.refusal = fmt::format("its bridge has {} mirrors already", BVS_BRIDGE_MIRRORS);
}

Mirrors::Wanted Mirrors::wanted() {
    Wanted wanted;
    for (const auto &[uuid, live] : live_)
        if (live.mirror.refusal.empty())
            want(live, wanted);
    for (const auto number : wanted.outputs)
        wanted.ports.erase(number);
    return wanted;
}

void Mirrors::want(const Live &live, Wanted &wanted) {
    const auto &mirror = live.mirror;
    bvs_mirror entry{.output = 0,
                     .output_vlan = mirror.output_vlan,
                     .snaplen = mirror.snaplen,
                     .listed = mirror.vlans ? 1U : 0U,
                     .reserved = 0};
    if (!mirror.output_port.empty()) {
        const auto *output = table_.port(mirror.output_port);
        if (!output)
            return; // it could not be made
        entry.output = output->number();
        wanted.outputs.insert(output->number());
    }
    wanted.mirrors[live.place] = entry;
    wanted.onward = wanted.onward || !entry.output || entry.snaplen;
    if (mirror.vlans)
        for (std::size_t vid = 0; vid < mirror.vlans->size(); ++vid)
            if ((*mirror.vlans)[vid])
                wanted.vlans.insert(bvs_mirror_vlan(live.place, static_cast<std::uint16_t>(vid)));
    select(live, wanted);
}

void Mirrors::select(const Live &live, Wanted &wanted) {
    const auto bit = 1U << live.place % BVS_BRIDGE_MIRRORS;
    for (const auto &[name, port] : table_.ports()) {
        if (port.bridge != live.bridge)
            continue;
        const bool received = live.mirror.selects_received(name);
        const bool sent = live.mirror.selects_sent(name);
        if (!received && !sent)
            continue;
        auto &mirrors = wanted.ports[port.number()];
        mirrors.received |= received ? bit : 0;
        mirrors.sent |= sent ? bit : 0;
        mirrors.end = end_of(mirrors);
    }
}

// What is asked for is there before somebody asks, and longer.
void Mirrors::write(const Wanted &wanted) {
    auto &maps = table_.maps();
    for (const auto &[place, mirror] : wanted.mirrors)
        maps.mirrors.set(place, mirror);
    for (const auto key : wanted.vlans)
        if (const auto set = maps.mirror_vlans.set(key, 1); !set && !told_.vlans.contains(key))
            log_.warn("{}", set.error().message);
    for (const auto &[name, port] : table_.ports()) {
        const auto number = port.number();
        const auto selected = wanted.ports.find(number);
        const bool mirrored = selected != wanted.ports.end();
        if (mirrored)
            maps.port_mirrors.set(number, selected->second);
        std::uint32_t flags = mirrored ? std::uint32_t{BVS_PORT_MIRRORED} : 0;
        if (wanted.outputs.contains(number))
            flags |= BVS_PORT_MIRROR;
        if (auto *live = table_.port(name))
            table_.mirror(*live, flags);
    }
    for (const auto &[number, mirrors] : told_.ports)
        if (!wanted.ports.contains(number))
            maps.port_mirrors.set(number, {});
    for (const auto &[place, mirror] : told_.mirrors)
        if (!wanted.mirrors.contains(place))
            maps.mirrors.set(place, {});
    for (const auto key : told_.vlans)
        if (!wanted.vlans.contains(key))
            (void)maps.mirror_vlans.erase(key);
    told_ = wanted;
}

bvs_mirror_counts Mirrors::counts(const Live &live) const {
    return table_.maps().mirror_counts.get(live.place);
}

void Mirrors::report(WriteBack &write_back) const {
    for (const auto &[uuid, live] : live_) {
        const auto counts = this->counts(live);
        const std::map<std::string, std::int64_t> statistics = {
            {"tx_packets", static_cast<std::int64_t>(counts.packets)},
            {"tx_bytes", static_cast<std::int64_t>(counts.bytes)}};
        write_back.set("Mirror", uuid, {{"statistics", statistics}});
    }
}

} // namespace bvs::daemon
