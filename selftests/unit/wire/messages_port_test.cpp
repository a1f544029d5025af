// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

const model::PortDescription k_port{
    .number = 3,
    .address = {2, 0, 0, 0, 0, 3},
    .name = "eth3",
    .config = {.down = true, .no_forward = true},
    .state = {.link_down = true},
    .current = 0x2840,
    .advertised = 0x20,
    .supported = 0x60,
    .peer = 0x40,
};
model::PortDescription fast() {
    auto port = k_port;
    port.speed_kbps = 10'000'000;
    port.max_speed_kbps = 40'000'000;
    return port;
}
const model::PortStats k_stats{.number = 3,
                               .rx_packets = 1,
                               .tx_packets = 2,
                               .rx_bytes = 3,
                               .tx_bytes = 4,
                               .rx_dropped = 5,
                               .tx_dropped = 6,
                               .rx_errors = 7,
                               .tx_errors = 8,
                               .rx_frame_errors = 9,
                               .rx_over_errors = 10,
                               .rx_crc_errors = 11,
                               .collisions = ~0ULL};
model::PortStats timed() {
    auto stats = k_stats;
    stats.duration = std::chrono::nanoseconds(12'000'000'034);
    return stats;
}
const model::PortMod k_mod{.number = 3,
                           .address = {2, 0, 0, 0, 0, 3},
                           .config = {.down = true},
                           .mask = {.down = true, .no_packet_in = true},
                           .advertise = 0x2840};

TEST(MessagesPort, BothWays) {
    const Case k_cases[] = {
        {"status, 1.0", k_of10, PortStatus{model::PortChange::added, k_port},
         "010c0040112233440000000000000000000302000000000365746833000000000000000000000000"
         "0000002100000001000002c0000000200000006000000040"},
        {"status, 1.3", k_of13, PortStatus{model::PortChange::modified, fast()},
         "040c0050112233440200000000000000000000030000000002000000000300006574683300000000"
         "00000000000000000000002100000001000028400000002000000060000000400098968002625a00"},
        {"status, 1.4", k_of14, PortStatus{model::PortChange::modified, fast()},
         "050c0058112233440200000000000000000000030048000002000000000300006574683300000000"
         "00000000000000000000002100000001000000200000000000002840000000200000006000000040"
         "0098968002625a00"},
        {"status, 1.5", k_of15, PortStatus{model::PortChange::modified, fast()},
         "060c0058112233440200000000000000000000030048000002000000000300006574683300000000"
         "00000000000000000000002100000001000000200000000000002840000000200000006000000040"
         "0098968002625a00"},
        {"mod, 1.0", k_of10, k_mod,
         "010f00201122334400030200000000030000000100000041000002c000000000"},
        {"mod, 1.3", k_of13, k_mod,
         "04100028112233440000000300000000020000000003000000000001000000410000284000000000"},
        {"mod, 1.4", k_of14, k_mod,
         "05100028112233440000000300000000020000000003000000000001000000410000000800002840"},
        {"mod, 1.5", k_of15, k_mod,
         "06100028112233440000000300000000020000000003000000000001000000410000000800002840"},
        {"stats request, 1.0", k_of10, PortStatsRequest{3},
         "0110001411223344000400000003000000000000"},
        {"stats request, 1.3", k_of13, PortStatsRequest{3},
         "041200181122334400040000000000000000000300000000"},
        {"stats request, 1.4", k_of14, PortStatsRequest{3},
         "051200181122334400040000000000000000000300000000"},
        {"stats request, 1.5", k_of15, PortStatsRequest{3},
         "061200181122334400040000000000000000000300000000"},
        {"stats request of all, 1.0", k_of10, PortStatsRequest{},
         "011000141122334400040000ffff000000000000"},
        {"stats request of all, 1.3", k_of13, PortStatsRequest{},
         "04120018112233440004000000000000ffffffff00000000"},
        {"stats request of all, 1.4", k_of14, PortStatsRequest{},
         "05120018112233440004000000000000ffffffff00000000"},
        {"stats request of all, 1.5", k_of15, PortStatsRequest{},
         "06120018112233440004000000000000ffffffff00000000"},
        {"stats, 1.0", k_of10, PortStatsReply{{k_stats}},
         "01110074112233440004000000030000000000000000000000000001000000000000000200000000"
         "00000003000000000000000400000000000000050000000000000006000000000000000700000000"
         "000000080000000000000009000000000000000a000000000000000bffffffffffffffff"},
        {"stats, 1.3", k_of13, PortStatsReply{{timed()}},
         "04130080112233440004000000000000000000030000000000000000000000010000000000000002"
         "00000000000000030000000000000004000000000000000500000000000000060000000000000007"
         "00000000000000080000000000000009000000000000000a000000000000000bffffffffffffffff"
         "0000000c00000022"},
        {"stats, 1.4", k_of14, PortStatsReply{{timed()}},
         "0513008811223344000400000000000000780000000000030000000c000000220000000000000001"
         "00000000000000020000000000000003000000000000000400000000000000050000000000000006"
         "0000000000000007000000000000000800000028000000000000000000000009000000000000000a"
         "000000000000000bffffffffffffffff"},
        {"stats, 1.5", k_of15, PortStatsReply{{timed()}},
         "0613008811223344000400000000000000780000000000030000000c000000220000000000000001"
         "00000000000000020000000000000003000000000000000400000000000000050000000000000006"
         "0000000000000007000000000000000800000028000000000000000000000009000000000000000a"
         "000000000000000bffffffffffffffff"},
        {"descriptions request, 1.0", k_of10, PortDescRequest{}, "0110000c11223344000d0000"},
        {"descriptions request, 1.3", k_of13, PortDescRequest{},
         "0412001011223344000d000000000000"},
        {"descriptions request, 1.4", k_of14, PortDescRequest{},
         "0512001011223344000d000000000000"},
        {"descriptions request, 1.5", k_of15, PortDescRequest{},
         "0612001811223344000d000000000000ffffffff00000000"},
        {"description request of one", k_of15, PortDescRequest{3},
         "0612001811223344000d0000000000000000000300000000"},
        {"descriptions, 1.0", k_of10, PortDescReply{{k_port}},
         "0111003c11223344000d000000030200000000036574683300000000000000000000000000000021"
         "00000001000002c0000000200000006000000040"},
        {"descriptions, 1.3", k_of13, PortDescReply{{fast()}},
         "0413005011223344000d000000000000000000030000000002000000000300006574683300000000"
         "00000000000000000000002100000001000028400000002000000060000000400098968002625a00"},
        {"descriptions, 1.4", k_of14, PortDescReply{{fast()}},
         "0513005811223344000d000000000000000000030048000002000000000300006574683300000000"
         "00000000000000000000002100000001000000200000000000002840000000200000006000000040"
         "0098968002625a00"},
        {"descriptions, 1.5", k_of15, PortDescReply{{fast()}},
         "0613005811223344000d000000000000000000030048000002000000000300006574683300000000"
         "00000000000000000000002100000001000000200000000000002840000000200000006000000040"
         "0098968002625a00"},
    };
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

} // namespace
} // namespace bvs::wire
