// SPDX-License-Identifier: Apache-2.0
//
// MPLS and PBB: what is pushed, popped and written between Ethernet and IP, and what later tables
// see of it. Frames as they would be built with the new headers.
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint16_t k_mpls = 0x8847;
constexpr std::uint16_t k_pbb = 0x88e7;

std::uint32_t entry(std::uint32_t label, unsigned ttl, bool bottom, unsigned tc = 0) {
    return label << 12 | tc << 9 | std::uint32_t{bottom} << 8 | ttl;
}

// The packet below these entries, the outermost first.
Bytes labelled(const Packet &packet, const std::vector<std::uint32_t> &entries,
               std::uint16_t type = k_mpls) {
    Bytes stack;
    for (const auto lse : entries)
        stack = stack + big_endian(lse, 4);
    return Frame{.dst = packet.dst,
                 .src = packet.src,
                 .tags = packet.tags,
                 .type = type,
                 .payload = stack + packet.network()}
        .bytes();
}

bvs_instruction push_mpls(std::uint16_t type = k_mpls) {
    return instruction(BVS_OP_PUSH_MPLS, type);
}
bvs_instruction pop_mpls(std::uint16_t type = ETH_P_IP) {
    return instruction(BVS_OP_POP_MPLS, type);
}
bvs_instruction label(std::uint32_t value) {
    return load(MASKED_FIELD(mpls_lse, 0xfffff000U, value << 12));
}

Packet tagged(std::vector<bvs_vlan_tag> tags, bool ipv6 = false) {
    auto packet =
        ipv6 ? Packet{.ipv6 = true, .from = ipv6_address(1), .to = ipv6_address(2)} : Packet{};
    packet.tags = std::move(tags);
    return packet;
}

const std::vector<bvs_vlan_tag> k_one_tag = {{ETH_P_8021Q, 0x6000 | 10}};
const std::vector<bvs_vlan_tag> k_two_tags = {{ETH_P_8021AD, 20}, {ETH_P_8021Q, 0x7000 | 10}};

TEST(PipelineMpls, PushBehindTheTags) {
    for (const auto &tags : {std::vector<bvs_vlan_tag>{}, k_one_tag, k_two_tags})
        for (const bool ipv6 : {false, true}) {
            const auto packet = tagged(tags, ipv6);
            expect_rewritten(packet.bytes(), {push_mpls()}, labelled(packet, {entry(0, 64, true)}));
            expect_rewritten(packet.bytes(), {push_mpls(0x8848), label(5), push_mpls(), label(6)},
                             labelled(packet, {entry(6, 64, false), entry(5, 64, true)}));
        }
}

TEST(PipelineMpls, NoTimeToLiveWhereThereIsNoIp) {
    const Frame frame;
    auto out = frame;
    out.type = k_mpls;
    out.payload = big_endian(entry(0, 0, true), 4) + frame.payload;
    expect_rewritten(frame.bytes(), {push_mpls()}, out.bytes());
}

TEST(PipelineMpls, Pop) {
    for (const auto &tags : {std::vector<bvs_vlan_tag>{}, k_one_tag, k_two_tags}) {
        const auto packet = tagged(tags);
        const auto lower = entry(7, 60, true, 3);
        expect_rewritten(labelled(packet, {lower}), {pop_mpls()}, packet.bytes());
        expect_rewritten(labelled(packet, {entry(1, 2, false), lower}), {pop_mpls(k_mpls)},
                         labelled(packet, {lower}));
        expect_rewritten(labelled(packet, {entry(1, 2, false), entry(2, 3, false), lower}),
                         {pop_mpls(k_mpls), pop_mpls(k_mpls), pop_mpls()}, packet.bytes());
    }
}

TEST(PipelineMpls, PopWithTheTag) {
    const auto packet = tagged(k_two_tags);
    auto inner = packet;
    inner.tags = {k_two_tags[1]};
    expect_rewritten(labelled(packet, {entry(1, 2, true)}),
                     {pop_mpls(), instruction(BVS_OP_POP_VLAN)}, inner.bytes());
    expect_rewritten(inner.bytes(), {instruction(BVS_OP_POP_VLAN), push_mpls(), label(9)},
                     labelled(tagged({}), {entry(9, 64, true)}));
}

TEST(PipelineMpls, SetEachField) {
    const auto packet = tagged(k_one_tag);
    const auto lower = entry(7, 60, true);
    expect_rewritten(labelled(packet, {entry(1, 2, false), lower}),
                     {label(0xfffff), load(MASKED_FIELD(mpls_lse, 7U << 9, 5U << 9)),
                      load(MASKED_FIELD(mpls_lse, 0xff, 99))},
                     labelled(packet, {entry(0xfffff, 99, false, 5), lower}));
    expect_rewritten(labelled(packet, {entry(1, 2, false)}),
                     {load(MASKED_FIELD(mpls_lse, 0x100, 0x100))},
                     labelled(packet, {entry(1, 2, true)}));
}

TEST(PipelineMpls, CountsAndCopiesTimesToLive) {
    const auto packet = tagged({});
    auto eight = packet;
    eight.ttl = 8;
    const auto out = instruction(BVS_OP_COPY_TTL_OUT), in = instruction(BVS_OP_COPY_TTL_IN),
               down = instruction(BVS_OP_DEC_MPLS_TTL);
    expect_rewritten(labelled(packet, {entry(1, 9, true)}), {down},
                     labelled(packet, {entry(1, 8, true)}));
    expect_rewritten(labelled(packet, {entry(1, 8, true)}), {in},
                     labelled(eight, {entry(1, 8, true)}));
    expect_rewritten(labelled(packet, {entry(1, 8, true)}), {out},
                     labelled(packet, {entry(1, 64, true)}));
    expect_rewritten(labelled(packet, {entry(1, 8, false), entry(2, 5, true)}), {in},
                     labelled(packet, {entry(1, 8, false), entry(2, 8, true)}));
    expect_rewritten(labelled(packet, {entry(1, 8, false), entry(2, 5, true)}), {out},
                     labelled(packet, {entry(1, 5, false), entry(2, 5, true)}));
}

TEST(PipelineMpls, DropsWhatHasNoTimeLeft) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.add({.program = {instruction(BVS_OP_DEC_MPLS_TTL), output(2)}});
    EXPECT_EQ(lab.send(1, labelled({}, {entry(1, 1, true)})), Delivery{});
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_TTL], 1U);
}

TEST(PipelineMpls, WhatIsBelowIsMatchedOnceItIsPopped) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto layer = [](unsigned n) { return MASKED_FIELD(layers, n, n); };
    rules.add({.priority = 9,
               .match = {FIELD(eth_type, ETH_P_IP), FIELD(tp_dst, 80), layer(BVS_LAYER_L4)},
               .program = {output(3)}});
    rules.add({.match = {FIELD(eth_type, k_mpls), layer(BVS_LAYER_MPLS),
                         MASKED_FIELD(mpls_lse, 0xfffff000U, 16U << 12)},
               .program = {pop_mpls(), instruction(BVS_OP_GOTO, 1)}});
    rules.add({.table = 1,
               .match = {FIELD(eth_type, ETH_P_IP), FIELD(tp_dst, 80), layer(BVS_LAYER_L4)},
               .program = {load(FIELD(tp_dst, 8080)), output(2)}});
    Packet in, out;
    out.tp_dst = 8080;
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(lab.send(1, labelled(in, {entry(16, 2, true)})), each({2}, out.bytes()));
    in.tp_dst = 81;
    EXPECT_EQ(lab.send(1, labelled(in, {entry(16, 2, true)})), Delivery{});
    EXPECT_EQ(lab.send(1, labelled(in, {entry(17, 2, true)})), Delivery{});
}

TEST(PipelineMpls, ACloneGivesTheLabelBack) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add(
        {.program = clone({pop_mpls(), load(FIELD(tp_dst, 81)), output(2)}) + Program{output(3)}});
    Packet in, popped;
    popped.tp_dst = 81;
    const auto frame = labelled(in, {entry(1, 2, true)});
    EXPECT_EQ(lab.send(1, frame), (Delivery{{2, {popped.bytes()}}, {3, {frame}}}));
}

TEST(PipelineMpls, NoMoreThanThreeLabels) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.add({.program = {push_mpls(), output(2)}});
    rules.look_at({FIELD(mpls_depth, 7)});
    const auto on = [&](const std::vector<std::uint32_t> &entries) {
        return lab.send(1, labelled({}, entries)).size();
    };
    const auto more = entry(1, 2, false), last = entry(1, 2, true);
    EXPECT_EQ(on({more, last}), 1U);
    EXPECT_EQ(on({more, more, last}), 0U);
    EXPECT_EQ(on({more, more, more, last}), 0U);
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_MPLS_LABELS], 2U);
}

TEST(PipelineMpls, DropsSuperFramesByName) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.add({.program = {push_mpls(), output(2)}});
    lab.run(1, Packet{}.bytes(), 40);
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_SUPER_FRAME], 1U);
}

// In front of the customer's frame, whose addresses and tag it has.
Bytes backbone(const Packet &customer, std::uint32_t tci, std::uint64_t dst = mac(2),
               const std::vector<bvs_vlan_tag> &tags = {}) {
    return Frame{.dst = dst,
                 .src = mac(1),
                 .tags = tags,
                 .type = k_pbb,
                 .payload = big_endian(tci, 4) + customer.bytes()}
        .bytes();
}

const auto k_push_pbb = instruction(BVS_OP_PUSH_PBB, k_pbb);
const auto k_pop_pbb = instruction(BVS_OP_POP_PBB);

TEST(PipelinePbb, Push) {
    const Program program = {k_push_pbb, load(FIELD(pbb_isid, 0x123456)),
                             load(FIELD(eth_dst, mac(9)))};
    expect_rewritten(Packet{}.bytes(), program, backbone({}, 0x123456, mac(9)));
    // The priority of the tag, which is the customer's.
    expect_rewritten(tagged(k_one_tag).bytes(), program,
                     backbone(tagged(k_one_tag), 0x60123456, mac(9)));
    expect_rewritten(Packet{}.bytes(),
                     {k_push_pbb, instruction(BVS_OP_PUSH_VLAN, ETH_P_8021AD),
                      load(MASKED_FIELD(vlan_tci, 0xfff, 77)), load(FIELD(pbb_uca, 1))},
                     backbone({}, 0x08000000, mac(2), {{ETH_P_8021AD, 77}}));
}

TEST(PipelinePbb, Pop) {
    const std::vector<bvs_vlan_tag> backbone_tag = {{ETH_P_8021AD, 77}};
    for (const auto &tags : {std::vector<bvs_vlan_tag>{}, k_one_tag, k_two_tags}) {
        const auto customer = tagged(tags);
        expect_rewritten(backbone(customer, 5, mac(9)), {k_pop_pbb}, customer.bytes());
        expect_rewritten(backbone(customer, 5, mac(9), backbone_tag),
                         {instruction(BVS_OP_POP_VLAN), k_pop_pbb}, customer.bytes());
    }
}

TEST(PipelinePbb, WhatIsBelowIsMatchedOnceItIsPopped) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.add({.match = {FIELD(eth_type, k_pbb), FIELD(pbb_isid, 5)},
               .program = {k_pop_pbb, instruction(BVS_OP_GOTO, 1)}});
    rules.add({.table = 1,
               .match = {FIELD(eth_type, ETH_P_IP), FIELD(eth_dst, mac(2)), FIELD(tp_dst, 80)},
               .program = {load(FIELD(tp_dst, 8080)), output(2)}});
    rules.look_at({FIELD(pbb_dst, ~0ULL), FIELD(pbb_type, 0xffff)});
    Packet in, out;
    out.tp_dst = 8080;
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(lab.send(1, backbone(in, 5, mac(9))), each({2}, out.bytes()));
    in.dst = mac(3);
    EXPECT_EQ(lab.send(1, backbone(in, 5, mac(9))), Delivery{});
    EXPECT_EQ(lab.send(1, backbone({}, 6, mac(9))), Delivery{});
}

TEST(PipelinePbb, NotOntoTwoTags) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.add({.program = {k_push_pbb, output(2)}});
    EXPECT_EQ(lab.send(1, tagged(k_two_tags).bytes()), Delivery{});
    EXPECT_EQ(lab.send(1, backbone({}, 5)), Delivery{});
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_PBB_TAGS], 2U);
}

TEST(PipelineLink, DropEligibleStays) {
    const auto dei = tagged({{ETH_P_8021Q, 0x7000 | 10}});
    expect_rewritten(dei, {load(MASKED_FIELD(vlan_tci, 0xfff, 11))},
                     tagged({{ETH_P_8021Q, 0x7000 | 11}}));
    expect_rewritten(tagged(k_two_tags), {instruction(BVS_OP_POP_VLAN)}, dei);
}

TEST(PipelineLink, WritesBehindSnap) {
    Packet out;
    out.tp_dst = 8080;
    const auto snap = [](const Packet &packet) {
        const auto payload =
            Bytes{0xaa, 0xaa, 3, 0, 0, 0} + big_endian(ETH_P_IP, 2) + packet.network();
        return Frame{.type = static_cast<std::uint16_t>(payload.size()), .payload = payload}
            .bytes();
    };
    expect_rewritten(snap({}), {load(FIELD(tp_dst, 8080))}, snap(out));
    // A label is announced by a type, which IEEE 802.3 has not.
    expect_rewritten(snap({}), {push_mpls()}, labelled({}, {entry(0, 64, true)}));
}

} // namespace
