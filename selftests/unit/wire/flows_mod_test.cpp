// SPDX-License-Identifier: Apache-2.0
//
// The bytes are those that ovs-ofctl 3.1 sends, but for registers, which come first with us.
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

using model::Field;
using model::FlowCommand;
using model::FlowMod;
using model::Instructions;
using model::Match;
using model::PacketOut;
using model::Subfield;
namespace action = model::action;

constexpr Dialect k_nxm{
    .version = Version::of10, .flow_format = FlowFormat::nxm, .table_id_in_command = true};

// Field, value, mask.
Match match(std::initializer_list<model::FieldMatch> fields) {
    Match match;
    for (const model::FieldMatch &field : fields)
        match.set(field.field, field.value, field.mask);
    return match;
}
model::FieldMatch whole(Field field, std::uint64_t value) {
    return {field, {0, value}, model::all_ones(model::info(field).bits)};
}
model::FieldMatch masked(Field field, std::uint64_t value, std::uint64_t mask) {
    return {field, {0, value}, {0, mask}};
}
action::SetField set(const model::FieldMatch &field) {
    return {field.field, field.value, field.mask};
}

TEST(FlowsMod, OpenFlow10BothWays) {
    const Case k_cases[] = {
        {"a match of 40 bytes", k_of10,
         FlowMod{.table = model::k_all_tables,
                 .match = match({whole(Field::vlan_vid, 0x100a), whole(Field::vlan_pcp, 3),
                                 whole(Field::eth_type, 0x0800), whole(Field::ip_proto, 6),
                                 whole(Field::ip_dscp, 8),
                                 masked(Field::ipv4_src, 0x0a000000, 0xff000000),
                                 whole(Field::tcp_dst, 443)}),
                 .instructions = {.apply = {action::SetVlanVid{5}, set(whole(Field::ip_dscp, 4)),
                                            set(whole(Field::tcp_src, 1)), action::Output{3, 0}}},
                 .flags = {.reset_counts = true}},
         "010e0068112233440008184d0000000000000000000000000000000a03000800200600000a000000"
         "00000000000001bb00000000000000000000000000008000ffffffffffff00000001000800050000"
         "000800081000000000090008000100000000000800030000"},
        {"without a tag", k_of10,
         FlowMod{.table = model::k_all_tables,
                 .match = match({whole(Field::vlan_tci, 0)}),
                 .instructions = {.apply = {action::PopVlan{}, action::Enqueue{1, 2}}},
                 .flags = {.reset_counts = true}},
         "010e006011223344002820fd0000000000000000000000000000ffff000000000000000000000000"
         "000000000000000000000000000000000000000000008000ffffffffffff00000003000800000000"
         "000b0010000100000000000000000002"},
        {"labels", k_of10,
         FlowMod{.table = model::k_all_tables,
                 .instructions = {.apply = {set(whole(Field::mpls_label, 77)),
                                            set(whole(Field::mpls_tc, 3))}},
                 .flags = {.reset_counts = true}},
         "010e006811223344003820ff"
         "000000000000000000000000000000000000000000000000000000000000000000000000"
         "00000000000000000000000000008000ffffffffffff0000"
         "ffff001000002320001e00000000004dffff001000002320001f030000000000"},
        {"a match of fields", k_nxm,
         FlowMod{.match = match({masked(Field::reg1, 2, 0xff), whole(Field::eth_type, 0x0800),
                                 whole(Field::ip_proto, 17)}),
                 .instructions = {.apply = {action::Load{{Field::reg2, 0, 4}, {0, 3}},
                                            action::StackPush{{Field::ip_dscp, 0, 6}},
                                            action::Resubmit{7, 4},
                                            action::Output{model::port::controller, 77}}},
                 .cookie = 7,
                 .flags = {.reset_counts = true}},
         "0104009011223344000023200000000d00000000000000070000000000008000ffffffffffff0000"
         "00170000000000000001030800000002000000ff00000602080000000c011100ffff001800002320"
         "00070003000104040000000000000003ffff001800002320001b000200000a010006000000000000"
         "ffff001000002320000e00070400000000000008fffd004d"},
        {"modify by cookie", k_nxm,
         FlowMod{.command = FlowCommand::modify,
                 .table = 3,
                 .instructions = {.apply = {action::Output{1, 0}}},
                 .cookie = 5,
                 .cookie_mask = 7},
         "0104005011223344000023200000000dffffffffffffffff0301000000008000ffffffffffff0000"
         "001400000000000000013d1000000000000000050000000000000007000000000000000800010000"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

TEST(FlowsMod, TunnelFieldsBothWays) {
    const Case one = {
        "a match of a tunnel's fields", k_nxm,
        FlowMod{.match = match(
                    {{Field::tunnel_ipv6_dst, {0x20010db800000000, 0}, {0xffffffff00000000, 0}},
                     whole(Field::tunnel_gbp_id, 17),
                     masked(Field::tunnel_gbp_flags, 0x08, 0x48),
                     whole(Field::tunnel_flags, 1)}),
                .instructions = {.apply = {action::Output{1, 0}}},
                .flags = {.reset_counts = true}},
        "0104007011223344000023200000000d00000000000000000000000000008000ffffffffffff0000"
        "00360000000000000001dd2020010db8000000000000000000000000ffffffff0000000000000000"
        "0000000000014c02001100014f0208480001d002000100000000000800010000"};
    hold_both_ways(one);
}

// A whole option, a part of one, and one that only has to be there.
TEST(FlowsMod, OptionsBothWays) {
    const Case one = {"a match and a write of options", k_nxm,
                      FlowMod{.match = match({whole(Field::tun_metadata0, 5),
                                              masked(Field::tun_metadata0 + 1, 5, 0xff),
                                              {Field::tun_metadata0 + 2, {}, {}}}),
                              .instructions = {.apply = {set(whole(Field::tun_metadata63, 7)),
                                                         action::Output{1, 0}}},
                              .flags = {.reset_counts = true}},
                      "0104005811223344000023200000000d00000000000000000000000000008000ffffffff"
                      "ffff0000000f000000000000 0001500105 0001530205ff 00015500 00"
                      "ffff001000002320002100 01ce010700 0000000800010000"};
    hold_both_ways(one);
}

TEST(FlowsMod, OpenFlow13BothWays) {
    const Case k_cases[] = {
        {"apply and goto", k_of13,
         FlowMod{.table = 3,
                 .priority = 7,
                 .match = match({whole(Field::in_port, model::port::local),
                                 whole(Field::eth_type, 0x0800), whole(Field::ip_proto, 6),
                                 masked(Field::tcp_flags, 2, 0x12)}),
                 .instructions = {.apply = {action::DecIpTtl{},
                                            action::Move{{Field::reg0, 0, 8}, {Field::reg1, 8, 8}},
                                            action::Output{100, 0}},
                                  .goto_table = 9},
                 .cookie = 5,
                 .idle_timeout = 3,
                 .hard_timeout = 4,
                 .flags = {.send_removed = true}},
         "040e009811223344000000000000000500000000000000000300000300040007ffffffffffffffff"
         "ffffffff000100000001002380000004fffffffe80000a0208008000140106ffff55084f4e460000"
         "020012000000000000040038000000000018000800000000ffff0018000023200006000800000008"
         "0001000400010204000000100000006400000000000000000001000809000000"},
        {"the other instructions", k_of13,
         FlowMod{.instructions = {.meter = 3,
                                  .clear = true,
                                  .write = {action::Output{1, 0}, action::Group{4}},
                                  .metadata = model::WriteMetadata{5, 0xff}}},
         "040e008011223344000000000000000000000000000000000000000000008000ffffffffffffffff"
         "ffffffff000000000001000400000000000600080000000300050008000000000003002000000000"
         "00000010000000010000000000000000001600080000000400020018000000000000000000000005"
         "00000000000000ff"},
        {"Nicira's actions", k_of13,
         FlowMod{.instructions =
                     {.apply = {action::Clone{{set(whole(Field::reg0, 1)), action::Output{2, 0}}},
                                action::Multipath{
                                    action::HashFields::eth_src, 50, 0, 0, 0, {Field::reg0, 0, 4}},
                                action::Bundle{1,
                                               action::HashFields::symmetric_l4,
                                               60,
                                               {1, 2},
                                               Subfield{Field::reg2, 0, 16}}}}},
         "040e00b811223344000000000000000000000000000000000000000000008000ffffffffffffffff"
         "ffffffff0000000000010004000000000004008000000000ffff003000002320002a000000000000"
         "0019001000010004000000010000000000000010000000020000000000000000ffff002000002320"
         "000a00000032000000000000000000000000000300010004ffff002800002320000d00010001003c"
         "000000020002000f00010404000000000001000200000000"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

TEST(FlowsMod, OpenFlow15BothWays) {
    const Case k_cases[] = {
        {"parts of fields", k_of15,
         FlowMod{
             .match = match({masked(Field::xreg3, 5, 0xff),
                             whole(Field::eth_type, 0x86dd),
                             {Field::ipv6_src, {0x2001ULL << 48, 0}, {0xffffULL << 48, 0}}}),
             .instructions = {.apply = {set(masked(Field::reg4, 5, 0xf)),
                                        action::Move{{Field::reg0, 0, 32}, {Field::reg1, 0, 32}},
                                        action::Group{2}, set(whole(Field::in_port, 3))}},
             .importance = 9},
         "060e00c011223344000000000000000000000000000000000000000000008000ffffffffffffffff"
         "ffffffff000000090001004280010710000000000000000500000000000000ff80000a0286dd8000"
         "352020010000000000000000000000000000ffff0000000000000000000000000000000000000000"
         "00040048000000000019001000010908000000050000000f001c0018002000000000000000010004"
         "0001020400000000001600080000000200190010000000020003000000000000"},
        {"Nicira's actions", k_of15,
         FlowMod{.instructions = {.apply = {action::Controller{100, 0, 5},
                                            action::Note{{1, 2, 3, 4, 5, 6}},
                                            action::Sample{100, 1, 2, 3}}}},
         "060e007811223344000000000000000000000000000000000000000000008000ffffffffffffffff"
         "ffffffff0000000000010004000000000004004000000000ffff0010000023200014006400050000"
         "ffff0010000023200008010203040506ffff001800002320001d0064000000010000000200000003"},
        {"samples at a port", k_of15,
         FlowMod{.instructions =
                     {.apply = {action::Sample{100, 1, 2, 3, 5},
                                action::Sample{100, 1, 2, 3, 5, action::SampleDirection::ingress},
                                action::Sample{.probability = 100,
                                               .direction = action::SampleDirection::egress}}}},
         "060e00a011223344000000000000000000000000000000000000000000008000ffffffffffffffff"
         "ffffffff0000000000010004000000000004006800000000"
         "ffff00200000232000260064000000010000000200000003000500 0000000000"
         "ffff00200000232000290064000000010000000200000003000501 0000000000"
         "ffff00200000232000290064000000000000000000000000ffff02 0000000000"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

TEST(FlowsPacketOut, BothWays) {
    const Bytes k_packet{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 6};
    const action::Output k_output{1, 0};
    const Case k_cases[] = {
        {"1.0", k_of10,
         PacketOut{.in_port = 5,
                   .actions = {action::Load{{Field::reg0, 0, 32}, {0, 1}}, k_output},
                   .packet = k_packet},
         "010d003e11223344ffffffff00050020ffff0018000023200007001f000100040000000000000001"
         "00000008000100000102030405060708090a0b0c0806"},
        {"1.3", k_of13,
         PacketOut{
             .in_port = 5, .actions = {set(whole(Field::reg0, 1)), k_output}, .packet = k_packet},
         "040d004611223344ffffffff00000005002000000000000000190010000100040000000100000000"
         "000000100000000100000000000000000102030405060708090a0b0c0806"},
        {"1.5", k_of15,
         PacketOut{
             .in_port = 5, .actions = {set(whole(Field::reg0, 1)), k_output}, .packet = k_packet},
         "060d004e11223344ffffffff002000000001000c8000000400000005000000000019001000010004"
         "0000000100000000000000100000000100000000000000000102030405060708090a0b0c0806"},
    };
    for (const Case &one : k_cases)
        hold_both_ways(one);
}

} // namespace
} // namespace bvs::wire
