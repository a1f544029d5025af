// SPDX-License-Identifier: Apache-2.0
#include "switch/model/frame.h"

#include <algorithm>

namespace bvs::model {

namespace {

constexpr std::uint16_t k_ipv4 = 0x0800, k_arp = 0x0806, k_rarp = 0x8035, k_vlan = 0x8100,
                        k_service_vlan = 0x88a8, k_ipv6 = 0x86dd, k_mpls = 0x8847, k_mplsm = 0x8848,
                        k_802_3 = 0x0600;
constexpr std::uint8_t k_icmp = 1, k_tcp = 6, k_udp = 17, k_fragment = 44, k_icmpv6 = 58,
                       k_no_next_header = 59, k_sctp = 132;
constexpr std::uint64_t k_default_ttl = 64;
constexpr std::size_t k_shortest = 60; // of a frame, less its check sequence

class Writer {
  public:
    Writer &number(std::uint64_t value, unsigned bytes) {
        while (bytes--)
            out_.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
        return *this;
    }
    Writer &append(const Bytes &bytes) {
        out_.insert(out_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    Writer &fill_to(std::size_t size) {
        out_.resize(std::max(out_.size(), size));
        return *this;
    }
    Bytes take() { return std::move(out_); }

  private:
    Bytes out_;
};

void put16(Bytes &bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
}

class Composer {
  public:
    explicit Composer(const Match &match) {
        const auto words = match.words();
        std::ranges::copy(words.value, flow_.word);
        std::ranges::copy(words.mask, said_.word);
    }

    Bytes frame() const {
        Writer frame;
        const auto type = bvs_flow_get(&flow_, eth_type);
        frame.number(bvs_flow_get(&flow_, eth_dst), 6).number(bvs_flow_get(&flow_, eth_src), 6);
        add_tags(frame);
        const auto payload = network(static_cast<std::uint16_t>(type));
        frame.number(type >= k_802_3 ? type : payload.size(), 2).append(payload);
        return frame.fill_to(k_shortest).take();
    }

  private:
    void add_tags(Writer &frame) const {
        const auto outer = bvs_flow_get(&flow_, vlan_tci);
        const auto inner = bvs_flow_get(&flow_, inner_vlan_tci);
        const auto tpid = bvs_flow_get(&flow_, vlan_tpid);
        const auto add = [&](std::uint64_t tci, std::uint64_t type) {
            if (tci & BVS_VLAN_PRESENT)
                frame.number(type, 2).number(tci & ~std::uint64_t{BVS_VLAN_PRESENT}, 2);
        };
        add(outer, tpid ? tpid : inner ? k_service_vlan : k_vlan);
        add(inner, k_vlan);
    }

    Bytes network(std::uint16_t type) const {
        switch (type) {
        case k_ipv4:
            return ipv4();
        case k_ipv6:
            return ipv6();
        case k_arp:
        case k_rarp:
            return arp();
        case k_mpls:
        case k_mplsm:
            return mpls();
        default:
            return {};
        }
    }

    std::uint64_t ttl() const {
        return bvs_flow_get(&said_, ip_ttl) ? bvs_flow_get(&flow_, ip_ttl) : k_default_ttl;
    }

    // Bit 0 of the field: a fragment; bit 1: not the first.
    std::uint64_t fragment() const { return bvs_flow_get(&flow_, ip_frag); }

    Bytes ipv4() const {
        constexpr std::size_t header_bytes = 20, checksum_at = 10;
        constexpr std::uint64_t more = 0x2000, later_offset = 185;
        const auto addresses = Writer()
                                   .number(bvs_flow_get(&flow_, ipv4_src), 4)
                                   .number(bvs_flow_get(&flow_, ipv4_dst), 4)
                                   .take();
        const auto payload = transport(addresses, k_icmp);
        const auto offset = fragment() & 2 ? later_offset : fragment() & 1 ? more : 0;
        auto header = Writer()
                          .number(0x45, 1)
                          .number(bvs_flow_get(&flow_, ip_tos), 1)
                          .number(header_bytes + payload.size(), 2)
                          .number(0, 2)
                          .number(offset, 2)
                          .number(ttl(), 1)
                          .number(bvs_flow_get(&flow_, ip_proto), 1)
                          .number(0, 2)
                          .append(addresses)
                          .take();
        put16(header, checksum_at, internet_checksum(header));
        return Writer().append(header).append(payload).take();
    }

    Bytes ipv6() const {
        const auto addresses = Writer()
                                   .number(flow_.word[BVS_WORD_ipv6_src_high], 8)
                                   .number(flow_.word[BVS_WORD_ipv6_src_low], 8)
                                   .number(flow_.word[BVS_WORD_ipv6_dst_high], 8)
                                   .number(flow_.word[BVS_WORD_ipv6_dst_low], 8)
                                   .take();
        const auto protocol =
            bvs_flow_get(&said_, ip_proto) ? bvs_flow_get(&flow_, ip_proto) : k_no_next_header;
        auto payload = transport(addresses, k_icmpv6);
        if (fragment())
            payload = Writer()
                          .number(protocol, 1)
                          .number(0, 1)
                          .number(fragment() & 2 ? 185 << 3 : 1, 2)
                          .number(0, 4)
                          .append(payload)
                          .take();
        return Writer()
            .number(6ULL << 28 | bvs_flow_get(&flow_, ip_tos) << 20 |
                        (bvs_flow_get(&flow_, ipv6_label) & 0xfffff),
                    4)
            .number(payload.size(), 2)
            .number(fragment() ? k_fragment : protocol, 1)
            .number(ttl(), 1)
            .append(addresses)
            .append(payload)
            .take();
    }

    Bytes arp() const {
        return Writer()
            .number(1, 2)
            .number(k_ipv4, 2)
            .number(6, 1)
            .number(4, 1)
            .number(bvs_flow_get(&flow_, arp_op), 2)
            .number(bvs_flow_get(&flow_, arp_sha), 6)
            .number(bvs_flow_get(&flow_, ipv4_src), 4)
            .number(bvs_flow_get(&flow_, arp_tha), 6)
            .number(bvs_flow_get(&flow_, ipv4_dst), 4)
            .take();
    }

    // One label; if it is not the last of the stack, an empty last one follows.
    Bytes mpls() const {
        constexpr std::uint64_t bottom = 1 << 8;
        auto entry = bvs_flow_get(&flow_, mpls_lse);
        const auto said = bvs_flow_get(&said_, mpls_lse);
        if (!(said & bottom))
            entry |= bottom;
        if (!(said & 0xff))
            entry |= k_default_ttl;
        Writer stack;
        stack.number(entry, 4);
        if (!(entry & bottom))
            stack.number(bottom | k_default_ttl, 4);
        return stack.take();
    }

    // What follows the IP header. `icmp`: the protocol that is ICMP here.
    Bytes transport(const Bytes &addresses, std::uint8_t icmp) const {
        const auto protocol = static_cast<std::uint8_t>(bvs_flow_get(&flow_, ip_proto));
        const auto source = bvs_flow_get(&flow_, tp_src), target = bvs_flow_get(&flow_, tp_dst);
        Writer header;
        if (fragment() & 2)
            return header.number(0, 8).take();
        if (protocol == icmp)
            return icmp_message(addresses, icmp == k_icmpv6);
        header.number(source, 2).number(target, 2);
        switch (protocol) {
        case k_tcp:
            header.number(0, 8).number(5 << 12 | bvs_flow_get(&flow_, tcp_flags), 2);
            return checked(header.number(0, 6).take(), addresses, protocol, 16);
        case k_udp:
            return checked(header.number(8, 2).number(0, 2).take(), addresses, protocol, 6);
        case k_sctp:
            return header.number(0, 8).take();
        default:
            return {};
        }
    }

    Bytes icmp_message(const Bytes &addresses, bool ipv6) const {
        constexpr std::size_t checksum_at = 2;
        constexpr std::uint64_t solicitation = 135, advertisement = 136;
        const auto type = bvs_flow_get(&flow_, tp_src), code = bvs_flow_get(&flow_, tp_dst);
        Writer message;
        message.number(type, 1).number(code, 1).number(0, 6);
        if (ipv6 && (type == solicitation || type == advertisement)) {
            message.number(flow_.word[BVS_WORD_nd_target_high], 8)
                .number(flow_.word[BVS_WORD_nd_target_low], 8);
            const auto option = [&](std::uint64_t kind, std::uint64_t mac, std::uint64_t said) {
                if (said)
                    message.number(kind, 1).number(1, 1).number(mac, 6);
            };
            option(1, bvs_flow_get(&flow_, arp_sha), bvs_flow_get(&said_, arp_sha));
            option(2, bvs_flow_get(&flow_, arp_tha), bvs_flow_get(&said_, arp_tha));
        }
        if (ipv6)
            return checked(message.take(), addresses, k_icmpv6, checksum_at);
        auto bytes = message.take();
        put16(bytes, checksum_at, internet_checksum(bytes));
        return bytes;
    }

    // With the checksum over the pseudo header: RFC 793, RFC 8200 8.1.
    static Bytes checked(Bytes segment, const Bytes &addresses, std::uint8_t protocol,
                         std::size_t checksum_at) {
        const auto pseudo = Writer()
                                .append(addresses)
                                .number(segment.size(), 4)
                                .number(protocol, 4)
                                .append(segment)
                                .take();
        const auto sum = internet_checksum(pseudo);
        put16(segment, checksum_at, protocol == k_udp && !sum ? 0xffff : sum);
        return segment;
    }

    bvs_flow flow_{};
    bvs_flow said_{}; // the mask
};

// What a packet has when it comes in, besides what is in its frame.
bool comes_with(Field field) {
    return field == Field::in_port || field == Field::pkt_mark || field == Field::skb_priority ||
           field == Field::tunnel_id || field == Field::tunnel_src || field == Field::tunnel_dst ||
           is_option(field) || info(field).word >= BVS_FLOW_TUNNEL;
}

bool in_frame(Field field) {
    return info(field).word < BVS_FLOW_PACKET_WORDS && field != Field::ipv6_exthdr &&
           field != Field::pbb_isid && field != Field::pbb_uca;
}

} // namespace

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes, std::uint32_t sum) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
        sum += i % 2 ? bytes[i] : static_cast<std::uint32_t>(bytes[i]) << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

Result<Bytes> compose(const Match &match) {
    for (const auto &[field, value, mask, tlv] : match.fields())
        if (!comes_with(field) && !in_frame(field) && !value.zero())
            return fail(
                "no packet comes in with {}: it begins as zero, and rules may set it; leave "
                "it out",
                info(field).name);
    return Composer(match).frame();
}

} // namespace bvs::model
