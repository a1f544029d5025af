// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bfd_packet.h"

#include "switch/model/frame.h"

#include <array>

namespace bvs::protocol {

namespace {

constexpr std::uint16_t k_port = 3784, k_ipv4 = 0x0800;
constexpr std::uint8_t k_udp = 17, k_ttl = 255, k_internetwork_control = 0xc0;
constexpr std::size_t k_ip = 20, k_udp_header = 8, k_length = 24;
constexpr std::uint8_t k_poll = 32, k_final = 16, k_independent = 8, k_authenticated = 4,
                       k_demand = 2, k_multipoint = 1;

void put16(Bytes &bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
}

std::uint32_t pseudo_header(std::uint32_t source, std::uint32_t destination, std::size_t size) {
    return (source >> 16) + (source & 0xffff) + (destination >> 16) + (destination & 0xffff) +
           k_udp + static_cast<std::uint32_t>(size);
}

Result<BfdPacket> read_packet(ByteSpan bytes) {
    Reader reader(bytes);
    const unsigned first = reader.u8();
    const unsigned second = reader.u8();
    BfdPacket packet;
    packet.multiplier = reader.u8();
    const std::size_t length = reader.u8();
    packet.my_discriminator = reader.u32();
    packet.your_discriminator = reader.u32();
    packet.desired_min_tx = Microseconds(reader.u32());
    packet.required_min_rx = Microseconds(reader.u32());
    packet.required_min_echo_rx = Microseconds(reader.u32());
    if (!reader.ok() || length < k_length || length > bytes.size())
        return fail("a BFD packet of length {} in {} bytes; the shortest has {}", length,
                    bytes.size(), k_length);
    if (first >> 5 != 1)
        return fail("a BFD packet of version {}, not 1", first >> 5);
    if (second & k_authenticated)
        return fail("a BFD packet with authentication, which is not in use");
    if (second & k_multipoint)
        return fail("a BFD packet with the multipoint bit, which has to be zero");
    if (packet.multiplier == 0)
        return fail("a BFD packet with a detection multiplier of 0");
    if (packet.my_discriminator == 0)
        return fail("a BFD packet whose sender has discriminator 0");
    packet.diagnostic = static_cast<BfdDiagnostic>(first & 31);
    packet.state = static_cast<BfdState>(second >> 6);
    packet.poll = second & k_poll;
    packet.final = second & k_final;
    packet.control_plane_independent = second & k_independent;
    packet.demand = second & k_demand;
    if (packet.your_discriminator == 0 && packet.state >= BfdState::init)
        return fail("a BFD packet in state {} for discriminator 0", to_string(packet.state));
    return packet;
}

void write_packet(Writer &writer, const BfdPacket &packet) {
    unsigned flags = static_cast<unsigned>(packet.state) << 6;
    const auto put = [&](bool holds, std::uint8_t flag) { flags |= holds ? flag : 0u; };
    put(packet.poll, k_poll);
    put(packet.final, k_final);
    put(packet.control_plane_independent, k_independent);
    put(packet.demand, k_demand);
    writer.u8(static_cast<std::uint8_t>(1 << 5 | static_cast<unsigned>(packet.diagnostic)));
    writer.u8(static_cast<std::uint8_t>(flags)).u8(packet.multiplier).u8(k_length);
    writer.u32(packet.my_discriminator).u32(packet.your_discriminator);
    writer.u32(static_cast<std::uint32_t>(packet.desired_min_tx.count()));
    writer.u32(static_cast<std::uint32_t>(packet.required_min_rx.count()));
    writer.u32(static_cast<std::uint32_t>(packet.required_min_echo_rx.count()));
}

Result<BfdFrame> read_udp(BfdFrame frame, ByteSpan datagram) {
    Reader reader(datagram);
    frame.source_port = reader.u16();
    const unsigned port = reader.u16();
    const std::size_t length = reader.u16();
    const unsigned checksum = reader.u16();
    if (!reader.ok() || length < k_udp_header || length > datagram.size())
        return fail("a UDP header of length {} in {} bytes", length, datagram.size());
    if (port != k_port)
        return fail("a datagram for port {}; that of BFD is {}", port, k_port);
    const auto sum = pseudo_header(frame.source_ip, frame.destination_ip, length);
    if (checksum && model::internet_checksum(datagram.first(length), sum) != 0)
        return fail("a datagram with a wrong checksum");
    const auto packet = read_packet(datagram.subspan(k_udp_header, length - k_udp_header));
    if (!packet)
        return std::unexpected(packet.error());
    frame.packet = *packet;
    return frame;
}

} // namespace

Result<BfdFrame> decode_bfd_frame(ByteSpan bytes) {
    Reader reader(bytes);
    BfdFrame frame;
    frame.destination = reader.mac();
    frame.source = reader.mac();
    unsigned type = reader.u16();
    for (int tags = 0; tags < 2 && (type == 0x8100 || type == 0x88a8); tags++) {
        reader.skip(2);
        type = reader.u16();
    }
    if (type != k_ipv4)
        return fail("a frame of EtherType {:#06x}, which is not IPv4", type);
    const auto ip = reader.rest();
    const unsigned first = reader.u8();
    const std::size_t header = (first & 15) * std::size_t{4};
    reader.skip(1);
    const std::size_t total = reader.u16();
    reader.skip(2);
    const unsigned fragment = reader.u16() & 0x3fff;
    const unsigned ttl = reader.u8();
    const unsigned protocol = reader.u8();
    reader.skip(2);
    frame.source_ip = reader.u32();
    frame.destination_ip = reader.u32();
    if (first >> 4 != 4 || header < k_ip || total < header || total > ip.size())
        return fail("an IPv4 header whose lengths, {} and {}, do not fit {} bytes", header, total,
                    ip.size());
    if (model::internet_checksum(ip.first(header)) != 0)
        return fail("an IPv4 header with a wrong checksum");
    if (fragment || protocol != k_udp)
        return fail("an IPv4 packet that is no whole datagram of UDP");
    if (ttl != k_ttl)
        return fail("a packet with a TTL of {}; that of BFD over one hop is {}", ttl, k_ttl);
    return read_udp(frame, ip.subspan(header, total - header));
}

Bytes encode_bfd_frame(const BfdFrame &frame) {
    constexpr std::size_t k_datagram = k_udp_header + k_length;
    Writer ip;
    ip.u8(0x45).u8(k_internetwork_control).u16(k_ip + k_datagram).u16(0).u16(0x4000);
    ip.u8(k_ttl).u8(k_udp).u16(0).u32(frame.source_ip).u32(frame.destination_ip);
    auto header = ip.take();
    put16(header, 10, model::internet_checksum(header));
    Writer udp;
    udp.u16(frame.source_port).u16(k_port).u16(k_datagram).u16(0);
    write_packet(udp, frame.packet);
    auto datagram = udp.take();
    const auto sum = pseudo_header(frame.source_ip, frame.destination_ip, datagram.size());
    const auto checksum = model::internet_checksum(datagram, sum);
    put16(datagram, 6, checksum ? checksum : 0xffff);
    Writer writer;
    writer.mac(frame.destination).mac(frame.source).u16(k_ipv4).bytes(header).bytes(datagram);
    return writer.fill().take();
}

std::string_view to_string(BfdState state) {
    static constexpr std::array<std::string_view, 4> k_names = {"admin_down", "down", "init", "up"};
    return k_names.at(static_cast<std::size_t>(state));
}

std::string_view to_string(BfdDiagnostic diagnostic) {
    static constexpr std::array<std::string_view, 9> k_names = {"No Diagnostic",
                                                                "Control Detection Time Expired",
                                                                "Echo Function Failed",
                                                                "Neighbor Signaled Session Down",
                                                                "Forwarding Plane Reset",
                                                                "Path Down",
                                                                "Concatenated Path Down",
                                                                "Administratively Down",
                                                                "Reverse Concatenated Path Down"};
    const auto number = static_cast<std::size_t>(diagnostic);
    return number < k_names.size() ? k_names[number] : "Reserved";
}

} // namespace bvs::protocol
