// SPDX-License-Identifier: Apache-2.0
//
// What a switch tells of its flows and packets. ovs-ofctl 3.1 shows these bytes as they are meant.
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

using model::Field;
using model::FlowRemoved;
using model::FlowStats;
using model::Match;
using model::PacketIn;
using model::PacketInReason;
using model::RemovedReason;
namespace action = model::action;
using namespace std::chrono_literals;

constexpr Dialect k_nxm{.version = Version::of10,
                        .flow_format = FlowFormat::nxm,
                        .packet_in_format = PacketInFormat::nxt_packet_in};
constexpr Dialect k_nx2_10{.version = Version::of10,
                           .packet_in_format = PacketInFormat::nxt_packet_in2};
constexpr Dialect k_nx2_15{.version = Version::of15,
                           .packet_in_format = PacketInFormat::nxt_packet_in2};

Match tcp() {
    Match match;
    match.set(Field::eth_type, 0x0800);
    match.set(Field::ip_proto, 6);
    match.set(Field::ipv4_dst, {0, 0x0a000000}, {0, 0xff000000});
    return match;
}

// What every version can tell.
FlowStats flow() {
    FlowStats flow;
    flow.table = 3;
    flow.priority = 7;
    flow.match = tcp();
    flow.instructions.apply = {action::Output{2, 0}};
    flow.cookie = 5;
    flow.idle_timeout = 30;
    flow.hard_timeout = 60;
    flow.counters = {11, 1100};
    flow.duration = 12s + 34ns;
    return flow;
}
FlowStats aged(FlowStats flow) {
    flow.idle = 4s;
    flow.hard_age = 9s;
    return flow;
}
FlowStats with_goto(FlowStats flow) {
    flow.flags.send_removed = true;
    flow.instructions.goto_table = 4;
    return flow;
}
FlowStats with_idle(FlowStats flow) {
    flow.importance = 6;
    flow.idle = 4s;
    return flow;
}

TEST(FlowsReport, StatisticsBothWays) {
    const Case k_cases[] = {
        {"1.0", k_of10, FlowStatsReply{{flow()}},
         "0111006c112233440001000000600300003620cf0000000000000000000000000000000000000800"
         "00060000000000000a000000000000000000000c000000220007001e003c00000000000000000000"
         "00000005000000000000000b000000000000044c0000000800020000"},
        {"Nicira's", k_of10, FlowStatsReply{{aged(flow()), aged(flow())}, true},
         "011100b811223344ffff0000000023200000000000000000005003000000000c000000220007001e"
         "003c00170005000a0000000000000005000000000000000b000000000000044c0000060208000000"
         "0c0106000011080a000000ff000000000000000800020000005003000000000c000000220007001e"
         "003c00170005000a0000000000000005000000000000000b000000000000044c0000060208000000"
         "0c0106000011080a000000ff000000000000000800020000"},
        {"1.3", k_of13, FlowStatsReply{{with_goto(flow()), flow()}},
         "041300e8112233440001000000000000007003000000000c000000220007001e003c000100000000"
         "0000000000000005000000000000000b000000000000044c0001001b80000a020800800014010680"
         "0019080a000000ff0000000000000000000400180000000000000010000000020000000000000000"
         "0001000804000000006803000000000c000000220007001e003c0000000000000000000000000005"
         "000000000000000b000000000000044c0001001b80000a0208008000140106800019080a000000ff"
         "0000000000000000000400180000000000000010000000020000000000000000"},
        {"1.5", k_of15, FlowStatsReply{{with_idle(with_goto(flow()))}},
         "061300a01122334400010000000000000090000003000007001e003c000100060000000000000005"
         "0001001b80000a0208008000140106800019080a000000ff00000000000000000000003480020008"
         "0000000c0000002280020208000000040000000080020808000000000000000b80020a0800000000"
         "0000044c000000000004001800000000000000100000000200000000000000000001000804000000"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

TEST(FlowsReport, RequestsBothWays) {
    const model::FlowFilter k_plain{.table = 3, .match = tcp(), .out_port = 4};
    model::FlowFilter cookie = k_plain;
    cookie.cookie = 5;
    cookie.cookie_mask = 7;
    const Case k_cases[] = {
        {"flows, 1.0", k_of10, FlowStatsRequest{k_plain},
         "011000381122334400010000003620cf000000000000000000000000000000000000080000060000"
         "000000000a0000000000000003000004"},
        {"flows, Nicira's", k_of10, FlowStatsRequest{cookie, true},
         "0110005011223344ffff00000000232000000000000000000004002b030000000000060208000000"
         "0c0106000011080a000000ff00000000013d10000000000000000500000000000000070000000000"},
        {"flows, 1.3", k_of13, FlowStatsRequest{cookie},
         "041200501122334400010000000000000300000000000004ffffffff000000000000000000000005"
         "00000000000000070001001b80000a0208008000140106800019080a000000ff0000000000000000"},
        {"aggregate, Nicira's", k_of10, AggregateRequest{cookie, true},
         "0110005011223344ffff00000000232000000001000000000004002b030000000000060208000000"
         "0c0106000011080a000000ff00000000013d10000000000000000500000000000000070000000000"},
        {"aggregate, 1.5", k_of15, AggregateRequest{cookie},
         "061200501122334400020000000000000300000000000004ffffffff000000000000000000000005"
         "00000000000000070001001b80000a0208008000140106800019080a000000ff0000000000000000"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

TEST(FlowsReport, AggregateBothWays) {
    const model::AggregateStats k_stats{{11, 1100}, 3};
    const Case k_cases[] = {
        {"1.0", k_of10, AggregateReply{k_stats},
         "011100241122334400020000000000000000000b000000000000044c0000000300000000"},
        {"Nicira's", k_of10, AggregateReply{k_stats, true},
         "0111003011223344ffff0000000023200000000100000000000000000000000b000000000000044c"
         "0000000300000000"},
        {"1.3", k_of13, AggregateReply{k_stats},
         "04130028112233440002000000000000000000000000000b000000000000044c0000000300000000"},
        {"1.5", k_of15, AggregateReply{k_stats},
         "0613003811223344000200000000000000000024800206040000000380020808000000000000000b"
         "80020a08000000000000044c00000000"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

FlowRemoved removed(RemovedReason reason, unsigned version) {
    FlowRemoved removed{reason, flow()};
    removed.flow.instructions = {};
    if (version == 10) {
        removed.flow.hard_timeout = 0;
        removed.flow.table = 0;
    }
    return removed;
}

TEST(FlowsReport, RemovedBothWays) {
    FlowRemoved nxm = removed(RemovedReason::idle_timeout, 10);
    nxm.flow.table = 3;
    const Case k_cases[] = {
        {"1.0", k_of10, removed(RemovedReason::hard_timeout, 10),
         "010b005811223344003620cf00000000000000000000000000000000000008000006000000000000"
         "0a000000000000000000000000000005000701000000000c00000022001e0000000000000000000b"
         "000000000000044c"},
        {"Nicira's", k_nxm, nxm,
         "0104005011223344000023200000000e0000000000000005000700040000000c00000022001e0017"
         "000000000000000b000000000000044c00000602080000000c0106000011080a000000ff00000000"},
        {"1.3", k_of13, removed(RemovedReason::group_removed, 13),
         "040b0050112233440000000000000005000703030000000c00000022001e003c000000000000000b"
         "000000000000044c0001001b80000a0208008000140106800019080a000000ff0000000000000000"},
        {"1.5", k_of15, removed(RemovedReason::evicted, 15),
         "060b00601122334403050007001e003c00000000000000050001001b80000a020800800014010680"
         "0019080a000000ff000000000000000000000028800200080000000c000000228002080800000000"
         "0000000b80020a08000000000000044c"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

// An older version is told the nearest reason that it knows.
TEST(FlowsReport, ReasonsOfNewerVersions) {
    Message evicted{.xid = k_xid, .body = removed(RemovedReason::evicted, 13)};
    auto told = decode(encode(evicted, k_of13), k_of13);
    ASSERT_TRUE(told);
    EXPECT_EQ(std::get<FlowRemoved>(told->body).reason, RemovedReason::removed);

    Message in{.xid = k_xid, .body = PacketIn{.reason = PacketInReason::group}};
    told = decode(encode(in, k_of13), k_of13);
    ASSERT_TRUE(told);
    EXPECT_EQ(std::get<PacketIn>(told->body).reason, PacketInReason::action);
}

PacketIn packet() {
    return {.reason = PacketInReason::action,
            .in_port = 5,
            .total_length = 64,
            .packet = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 6}};
}
PacketIn from_table() {
    PacketIn in = packet();
    in.table = 3;
    in.cookie = 9;
    in.metadata.set(Field::reg1, 77);
    in.metadata.set(Field::metadata, 0x1234);
    return in;
}

TEST(FlowsReport, PacketInBothWays) {
    PacketIn of13 = from_table();
    of13.buffer = 256;
    const Case k_cases[] = {
        {"1.0", k_of10, packet(),
         "010a002011223344ffffffff0040000501000102030405060708090a0b0c0806"},
        {"Nicira's", k_nxm, from_table(),
         "01040058112233440000232000000011ffffffff004001030000000000000009001a000000000000"
         "000000020005800004080000000000001234000102040000004d0000000000000000010203040506"
         "0708090a0b0c0806"},
        {"Nicira's second, 1.0", k_nx2_10, of13,
         "0104007811223344000023200000001e000000120102030405060708090a0b0c0806000000000000"
         "00010008000000400002000800000100000300050300000000040010000000000000000000000009"
         "00050005010000000006001e000000020005800004080000000000001234000102040000004d0000"},
        {"1.3", k_of13, of13,
         "040a0048112233440000010000400103000000000000000900010020800000040000000580000408"
         "0000000000001234000102040000004d00000102030405060708090a0b0c0806"},
        {"1.5", k_of15, from_table(),
         "060a004811223344ffffffff00400103000000000000000900010020800000040000000580000408"
         "0000000000001234000102040000004d00000102030405060708090a0b0c0806"},
        {"Nicira's second, 1.5", k_nx2_15, from_table(),
         "0604007011223344000023200000001e000000120102030405060708090a0b0c0806000000000000"
         "00010008000000400003000503000000000400100000000000000000000000090005000501000000"
         "000600208000000400000005800004080000000000001234000102040000004d"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

} // namespace
} // namespace bvs::wire
