// SPDX-License-Identifier: Apache-2.0
//
// A packet as a list of its headers, and how it is written down: the other opinion on what frames
// say. Nothing is changed in a frame; whatever a rule changes is changed here, and the frame is
// written anew, lengths and checksums included.
#pragma once

#include "selftests/fixture/frame.h"
#include "switch/model/field.h"

#include <cstdint>
#include <vector>

namespace bvs::property {

using fixture::Bytes;
using model::Value;

struct VlanTag {
    std::uint16_t tpid = 0x8100;
    std::uint16_t tci = 0; // without DEI

    bool operator==(const VlanTag &) const = default;
};

enum class Network { none, ipv4, ipv6, arp };

// Of an IP datagram that went in pieces: the first, or one of those after it.
enum class Fragment { no, first, later };

struct Packet {
    std::uint64_t eth_dst = 0;
    std::uint64_t eth_src = 0;
    std::vector<VlanTag> tags; // outermost first
    std::uint16_t type = 0;    // less than 0x600: an IEEE 802.3 frame

    Network network = Network::none; // what the type says is really there
    std::uint8_t proto = 0, tos = 0, ttl = 0;
    std::uint32_t label = 0;
    Value src, dst; // of IP; of ARP those of the protocol
    Fragment fragment = Fragment::no;
    Bytes options;         // of IPv4
    bool padded = false;   // of IPv6: destination options before what follows
    bool headless = false; // the transport header is cut off

    std::uint16_t tp_src = 0, tp_dst = 0; // ICMP: type and code
    std::uint16_t tcp_flags = 0;
    bool checksum = true; // UDP over IPv4 may go without

    std::uint16_t arp_op = 0;
    std::uint64_t sha = 0, tha = 0; // of ARP; of neighbour discovery the option's, by its kind
    Value nd_target;

    Bytes payload;
    Bytes elsewhere; // the rest of the datagram, in other fragments

    bool ip() const { return network == Network::ipv4 || network == Network::ipv6; }
    bool transport_header() const { return ip() && !headless && fragment != Fragment::later; }
    bool solicitation() const { return discovery() && tp_src == 135; }
    bool advertisement() const { return discovery() && tp_src == 136; }
    bool discovery() const {
        return network == Network::ipv6 && proto == 58 && transport_header() && tp_dst == 0 &&
               (tp_src == 135 || tp_src == 136);
    }

    Bytes frame() const;
};

} // namespace bvs::property
