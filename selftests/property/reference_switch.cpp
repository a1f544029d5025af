// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/reference_switch.h"

#include <algorithm>

namespace bvs::property {

namespace {

bool contains(const std::vector<std::uint16_t> &vlans, std::uint16_t vlan) {
    return std::ranges::find(vlans, vlan) != vlans.end();
}

// An empty list in the database means every VLAN.
bool listed(const fixture::PortSettings &port, std::uint16_t vlan) {
    return port.vlans.empty() || contains(port.vlans, vlan);
}

std::uint64_t number(const Bytes &bytes, std::size_t from, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < from + size; ++i)
        value = value << 8 | bytes.at(i);
    return value;
}

bool is_tag(std::uint64_t type) {
    return type == 0x8100 || type == 0x88a8;
}

// IEEE 802.1D, table 7-10, and Cisco's.
bool is_reserved(std::uint64_t mac) {
    if (mac >= 0x0180c2000000 && mac <= 0x0180c200000f)
        return true;
    if (mac >= 0x01000cccccc0 && mac <= 0x01000cccccc7)
        return true;
    return mac == 0x01000cccccccULL || mac == 0x01000ccccccdULL || mac == 0x01000ccdcdcdULL ||
           mac == 0x01000c000000ULL;
}

bool is_group(std::uint64_t mac) {
    return mac >> 40 & 1;
}

} // namespace

struct ReferenceSwitch::Frame {
    std::uint64_t dst = 0;
    std::uint64_t src = 0;
    std::vector<bvs_vlan_tag> tags; // outermost first; those that belong to the body
    Bytes rest;                     // from the Ethernet type on

    std::uint16_t bridge = 0;
    std::uint16_t vlan = 0;
    std::uint16_t tpid = ETH_P_8021Q; // of the tag for the VLAN, where it gets one
    std::uint16_t priority = 0;       // the upper four bits of that tag

    // What has to fit: all but the tag for its VLAN.
    std::size_t size() const { return 12 + 4 * tags.size() + rest.size(); }
    std::uint16_t first_vlan() const { return tags.empty() ? 0 : tags[0].tci % 4096; }

    // At most two tags are looked at. Nothing if the frame ends in the middle of one.
    static std::optional<Frame> parse(const Bytes &bytes) {
        Frame frame = {.dst = number(bytes, 0, 6),
                       .src = number(bytes, 6, 6),
                       .rest = Bytes(bytes.begin() + 12, bytes.end())};
        while (frame.tags.size() < 2 && is_tag(number(frame.rest, 0, 2))) {
            if (frame.rest.size() < 6)
                return std::nullopt;
            frame.tags.push_back({.tpid = static_cast<std::uint16_t>(number(frame.rest, 0, 2)),
                                  .tci = static_cast<std::uint16_t>(number(frame.rest, 2, 2))});
            frame.rest.erase(frame.rest.begin(), frame.rest.begin() + 4);
        }
        return frame;
    }
};

ReferenceSwitch::ReferenceSwitch(Ports ports, Bridges bridges)
    : ports_(std::move(ports)), bridges_(std::move(bridges)), counters_(ports_.size()) {}

void ReferenceSwitch::set_port(std::uint32_t number, const fixture::PortSettings &settings) {
    ports_.at(number - 1) = settings;
}

void ReferenceSwitch::add_static(std::uint32_t number, std::uint64_t address, std::uint16_t vlan) {
    addresses_[{port(number).bridge, vlan, address}] = {.port = number, .is_static = true};
}

std::map<std::uint32_t, Bytes> ReferenceSwitch::receive(std::uint32_t in, const Bytes &bytes) {
    auto &counters = counters_.at(in - 1);
    ++counters.rx_packets;
    counters.rx_bytes += bytes.size();
    ++counters.normal_packets; // there are no rules
    counters.normal_bytes += bytes.size();
    auto frame = Frame::parse(bytes);
    if (!frame)
        return drop(BVS_DROP_RUNT, in), std::map<std::uint32_t, Bytes>{};
    if (!admit(in, *frame))
        return drop(BVS_DROP_INPUT_VLAN, in), std::map<std::uint32_t, Bytes>{};
    if (is_reserved(frame->dst) && !(port(in).flags & BVS_PORT_FORWARD_BPDU))
        return drop(BVS_DROP_RESERVED_ADDRESS, in), std::map<std::uint32_t, Bytes>{};
    if (contains(bridges_.at(frame->bridge).flood_vlans, frame->vlan))
        return flood(in, *frame);
    learn(in, *frame);
    const auto known = addresses_.find({frame->bridge, frame->vlan, frame->dst});
    if (is_group(frame->dst) || known == addresses_.end())
        return flood(in, *frame);
    return send(in, known->second.port, *frame);
}

// The VLAN of a frame; false if the port does not let it in.
bool ReferenceSwitch::admit(std::uint32_t number, Frame &frame) const {
    const auto &in = port(number);
    const auto vlan = frame.first_vlan();
    frame.bridge = in.bridge;
    if (in.mode == BVS_VLAN_DOT1Q_TUNNEL) {
        frame.vlan = in.tag;
        frame.tpid = in.tunnel_tpid;
        return listed(in, vlan);
    }
    if (!frame.tags.empty()) {
        frame.tpid = frame.tags[0].tpid;
        frame.priority = frame.tags[0].tci & 0xf000;
        frame.tags.erase(frame.tags.begin());
    }
    frame.vlan = vlan;
    if (in.mode == BVS_VLAN_TRUNK)
        return listed(in, vlan);
    if (vlan != 0)
        return in.mode != BVS_VLAN_ACCESS && listed(in, vlan);
    frame.vlan = in.tag;
    return true;
}

bool ReferenceSwitch::carries(std::uint32_t number, const Frame &frame) const {
    const auto &out = port(number);
    const bool own = frame.vlan == out.tag;
    switch (out.mode) {
    case BVS_VLAN_TRUNK:
        return listed(out, frame.vlan);
    case BVS_VLAN_ACCESS:
        return own && frame.first_vlan() == 0;
    case BVS_VLAN_DOT1Q_TUNNEL:
        return own && listed(out, frame.first_vlan());
    case BVS_VLAN_NATIVE_TAGGED:
    case BVS_VLAN_NATIVE_UNTAGGED:
        return own || listed(out, frame.vlan);
    }
    return false;
}

// The bytes as the port sends them.
Bytes ReferenceSwitch::leave(std::uint32_t number, const Frame &frame) const {
    const auto &out = port(number);
    const bool tagged = out.mode == BVS_VLAN_TRUNK || out.mode == BVS_VLAN_NATIVE_TAGGED ||
                        (out.mode == BVS_VLAN_NATIVE_UNTAGGED && frame.vlan != out.tag);
    const bool has_priority = frame.priority >> 13;
    const bool wants_priority =
        out.mode != BVS_VLAN_DOT1Q_TUNNEL &&
        (out.priority_tags == BVS_PRIORITY_TAGS_ALWAYS ||
         (out.priority_tags == BVS_PRIORITY_TAGS_IF_NONZERO && has_priority));
    auto tags = frame.tags;
    if (tagged && frame.vlan != 0)
        tags.insert(tags.begin(), {.tpid = frame.tpid,
                                   .tci = static_cast<std::uint16_t>(frame.priority | frame.vlan)});
    else if (wants_priority)
        tags.insert(tags.begin(), {.tpid = ETH_P_8021Q, .tci = frame.priority});
    using fixture::operator+;
    Bytes bytes = fixture::big_endian(frame.dst, 6) + fixture::big_endian(frame.src, 6);
    for (const auto &tag : tags)
        bytes = bytes + fixture::big_endian(tag.tpid, 2) + fixture::big_endian(tag.tci, 2);
    return bytes + frame.rest;
}

void ReferenceSwitch::learn(std::uint32_t number, const Frame &frame) {
    if (is_group(frame.src) || frame.src == 0)
        return;
    const Address address = {frame.bridge, frame.vlan, frame.src};
    const auto known = addresses_.find(address);
    const bool is_new = known == addresses_.end();
    if (!is_new && (known->second.is_static || known->second.port == number))
        return;
    if (has_share_left(number) && (!is_new || bridge_has_room(number)))
        addresses_[address] = {.port = number};
    else
        ++counters_.at(number - 1).learn_refused;
}

std::uint32_t ReferenceSwitch::learned(std::uint32_t number) const {
    return static_cast<std::uint32_t>(std::ranges::count_if(addresses_, [&](const auto &known) {
        return !known.second.is_static && known.second.port == number;
    }));
}

// A port may have as many as its limit says, new or moved to it.
bool ReferenceSwitch::has_share_left(std::uint32_t number) const {
    return learned(number) < port(number).mac_limit;
}

// The last places of the bridge's, an eighth as many as the port has already, are not for it.
bool ReferenceSwitch::bridge_has_room(std::uint32_t number) const {
    std::uint32_t of_bridge = 0;
    for (const auto &[address, place] : addresses_)
        of_bridge += !place.is_static && std::get<0>(address) == port(number).bridge;
    return of_bridge + learned(number) / 8 < bridges_.at(port(number).bridge).mac_limit;
}

std::optional<bvs_drop_reason> ReferenceSwitch::refusal(std::uint32_t number,
                                                        const Frame &frame) const {
    if (!(port(number).flags & BVS_PORT_UP))
        return BVS_DROP_OUTPUT_DOWN;
    if (frame.size() > port(number).mtu + 14 + 4)
        return BVS_DROP_OUTPUT_MTU;
    return std::nullopt;
}

std::map<std::uint32_t, Bytes> ReferenceSwitch::flood(std::uint32_t in, const Frame &frame) {
    std::map<std::uint32_t, Bytes> sent;
    for (std::uint32_t out = 1; out <= ports_.size(); ++out) {
        if (out == in || port(out).bridge != frame.bridge || !carries(out, frame))
            continue;
        const auto why = refusal(out, frame);
        if (!why)
            sent[out] = leave(out, frame);
        else if (*why != BVS_DROP_OUTPUT_DOWN)
            drop(*why, out);
    }
    if (sent.empty())
        drop(BVS_DROP_NO_RECEIVER, in);
    if (sent.size() > 1)
        ++counters_.at(in - 1).flooded;
    for (const auto &[out, bytes] : sent)
        count_sent(out, bytes);
    return sent;
}

std::map<std::uint32_t, Bytes> ReferenceSwitch::send(std::uint32_t in, std::uint32_t out,
                                                     const Frame &frame) {
    auto why = refusal(out, frame);
    if (!carries(out, frame))
        why = BVS_DROP_OUTPUT_VLAN;
    if (out == in)
        return drop(BVS_DROP_SAME_PORT, in), std::map<std::uint32_t, Bytes>{};
    if (why)
        return drop(*why, out), std::map<std::uint32_t, Bytes>{};
    const auto bytes = leave(out, frame);
    count_sent(out, bytes);
    return {{out, bytes}};
}

void ReferenceSwitch::count_sent(std::uint32_t number, const Bytes &frame) {
    auto &counters = counters_.at(number - 1);
    ++counters.tx_packets;
    counters.tx_bytes += frame.size();
}

} // namespace bvs::property
