// SPDX-License-Identifier: Apache-2.0
#include "ctl/pcap.h"

#include <fstream>
#include <iterator>

namespace bvs::ctl {

namespace {

constexpr std::uint32_t k_microseconds = 0xa1b2c3d4, k_nanoseconds = 0xa1b23c4d;
constexpr std::size_t k_header = 24, k_link_type_at = 20, k_record = 16, k_captured_at = 8;
constexpr std::uint32_t k_ethernet = 1, k_link_type_bits = 0xffff;

std::uint32_t number_at(std::string_view bytes, std::size_t at, bool big_endian) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8 | static_cast<std::uint8_t>(bytes[at + (big_endian ? i : 3 - i)]);
    return number;
}

bool is_magic(std::uint32_t number) {
    return number == k_microseconds || number == k_nanoseconds;
}

} // namespace

Result<std::vector<Packet>> read_pcap(std::string_view bytes) {
    if (bytes.size() < k_header)
        return fail("it has {} bytes, less than the header of a capture file", bytes.size());
    const bool big_endian = is_magic(number_at(bytes, 0, true));
    if (!big_endian && !is_magic(number_at(bytes, 0, false)))
        return fail("it is no capture file of libpcap's classic format; 'tcpdump -r FILE -w NEW' "
                    "makes one of a pcapng file");
    const auto link_type = number_at(bytes, k_link_type_at, big_endian) & k_link_type_bits;
    if (link_type != k_ethernet)
        return fail("its packets are of link type {}, not Ethernet (1)", link_type);
    std::vector<Packet> packets;
    bytes.remove_prefix(k_header);
    while (!bytes.empty()) {
        const auto captured =
            bytes.size() < k_record ? 0 : number_at(bytes, k_captured_at, big_endian);
        if (bytes.size() < k_record || bytes.size() - k_record < captured)
            return fail("it ends in the middle of packet {}", packets.size() + 1);
        const auto packet = bytes.substr(k_record, captured);
        packets.emplace_back(packet.begin(), packet.end());
        bytes.remove_prefix(k_record + captured);
    }
    return packets;
}

Result<std::vector<Packet>> read_pcap_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail_errno(errno, "cannot open {}", path);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto packets = read_pcap(bytes);
    if (!packets)
        return fail("cannot read {}: {}", path, packets.error().message);
    return packets;
}

} // namespace bvs::ctl
