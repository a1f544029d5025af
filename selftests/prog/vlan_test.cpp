// SPDX-License-Identifier: Apache-2.0
//
// Port.vlan_mode: each mode a frame comes in by and each it leaves by, with every kind of tag; the
// expected bytes are written out by hand from ovs-vswitchd.conf.db(5).
#include "selftests/fixture/lab.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>
#include <optional>

using namespace bvs::fixture;

namespace {

using Tags = std::vector<bvs_vlan_tag>;

constexpr PortSettings k_trunk = {};
constexpr std::uint16_t k_priority_5 = 5 << 13;
constexpr std::uint16_t k_dei = 1 << 12;

bvs_vlan_tag customer(std::uint16_t tci) {
    return {.tpid = ETH_P_8021Q, .tci = tci};
}
bvs_vlan_tag service(std::uint16_t tci) {
    return {.tpid = ETH_P_8021AD, .tci = tci};
}
PortSettings trunk(std::vector<std::uint16_t> vlans) {
    return {.vlans = std::move(vlans)};
}
PortSettings access(std::uint16_t tag, bvs_priority_tags priority = BVS_PRIORITY_TAGS_NEVER) {
    return {.mode = BVS_VLAN_ACCESS, .tag = tag, .priority_tags = priority};
}
PortSettings native_tagged(std::uint16_t tag, std::vector<std::uint16_t> vlans = {}) {
    return {.mode = BVS_VLAN_NATIVE_TAGGED, .tag = tag, .vlans = std::move(vlans)};
}
PortSettings native_untagged(std::uint16_t tag, std::vector<std::uint16_t> vlans = {}) {
    return {.mode = BVS_VLAN_NATIVE_UNTAGGED, .tag = tag, .vlans = std::move(vlans)};
}
PortSettings tunnel(std::uint16_t tag, std::vector<std::uint16_t> cvlans = {},
                    std::uint16_t tpid = ETH_P_8021AD) {
    return {
        .mode = BVS_VLAN_DOT1Q_TUNNEL, .tag = tag, .vlans = std::move(cvlans), .tunnel_tpid = tpid};
}
PortSettings with_priority(PortSettings port, bvs_priority_tags priority) {
    port.priority_tags = priority;
    return port;
}

struct Case {
    const char *name;
    PortSettings in;
    Tags sent;
    PortSettings out;
    std::optional<Tags> received; // none: does not get there
};

void PrintTo(const Case &c, std::ostream *out) {
    *out << c.name;
}

const auto k_nowhere = std::nullopt;

class Vlan : public testing::TestWithParam<Case> {
  protected:
    static Bytes frame(const Tags &tags, std::uint64_t dst) {
        return Frame{.dst = dst, .tags = tags}.bytes();
    }
    static Delivery expected(std::uint64_t dst) {
        return GetParam().received ? each({3}, frame(*GetParam().received, dst)) : Delivery{};
    }
};

// Port 1 carries every VLAN and is the last receiver of a flood; in comes the frame at port 2.
const std::vector<PortSettings> ports(const Case &c) {
    return {k_trunk, c.in, c.out};
}

TEST_P(Vlan, FloodedWithTheOuterTagAccelerated) {
    Lab lab(ports(GetParam()));
    auto delivery = lab.send(2, frame(GetParam().sent, k_broadcast));
    delivery.erase(1);
    EXPECT_EQ(delivery, expected(k_broadcast));
}

TEST_P(Vlan, FloodedWithAllTagsInTheFrame) {
    Lab lab(ports(GetParam()));
    EXPECT_EQ(lab.run(2, frame(GetParam().sent, k_broadcast)).copies, expected(k_broadcast));
}

TEST_P(Vlan, ToAKnownAddress) {
    Lab lab(ports(GetParam()));
    for (const std::uint16_t vid : {0, 10, 20, 30, 4095})
        lab.add_static(3, mac(2), vid);
    EXPECT_EQ(lab.send(2, frame(GetParam().sent, mac(2))), expected(mac(2)));
}

const Tags k_none = {}, k_tag10 = {customer(10)}, k_tag20 = {customer(20)},
           k_priority = {customer(k_priority_5)}, k_both = {service(10), customer(20)};

std::string test_name(const testing::TestParamInfo<Case> &info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    FromTrunk, Vlan,
    testing::Values(
        Case{"untagged_to_trunk", k_trunk, k_none, k_trunk, k_none},
        Case{"tagged_to_trunk", k_trunk, k_tag10, k_trunk, k_tag10},
        Case{"tagged_to_list", trunk({10}), k_tag10, trunk({10, 20}), k_tag10},
        Case{"tagged_to_list_without", k_trunk, k_tag10, trunk({20}), k_nowhere},
        Case{"tagged_from_list_without", trunk({20}), k_tag10, k_trunk, k_nowhere},
        Case{"untagged_from_list_without_0", trunk({20}), k_none, k_trunk, k_nowhere},
        Case{"untagged_from_list_with_0", trunk({0}), k_none, trunk({0}), k_none},
        Case{"vlan_4095", trunk({4095}), {customer(4095)}, trunk({4095}), Tags{customer(4095)}},
        Case{"service_tag_stays", k_trunk, {service(10)}, k_trunk, Tags{service(10)}},
        Case{"two_tags_stay", k_trunk, k_both, k_trunk, k_both},
        Case{"dei_stays", k_trunk, {customer(k_dei | 10)}, k_trunk, Tags{customer(k_dei | 10)}},
        Case{"tagged_to_access", k_trunk, k_tag10, access(10), k_none},
        Case{"tagged_to_other_access", k_trunk, k_tag20, access(10), k_nowhere},
        Case{"untagged_to_access", k_trunk, k_none, access(10), k_nowhere},
        Case{"untagged_to_access_0", k_trunk, k_none, access(0), k_none},
        Case{"two_tags_to_access", k_trunk, k_both, access(10), k_nowhere},
        Case{"tagged_to_native_tagged", k_trunk, k_tag10, native_tagged(10), k_tag10},
        Case{"other_to_native_tagged", k_trunk, k_tag20, native_tagged(10), k_tag20},
        Case{"other_to_native_tagged_list", k_trunk, k_tag20, native_tagged(10, {30}), k_nowhere},
        Case{"native_vlan_always_passes", k_trunk, k_tag10, native_tagged(10, {30}), k_tag10},
        Case{"tagged_to_native_untagged", k_trunk, k_tag10, native_untagged(10), k_none},
        Case{"other_to_native_untagged", k_trunk, k_tag20, native_untagged(10), k_tag20},
        Case{"native_vlan_untagged_always_passes", k_trunk, k_tag10, native_untagged(10, {30}),
             k_none},
        Case{"two_tags_to_tunnel", k_trunk, k_both, tunnel(10), k_tag20},
        Case{"one_tag_to_tunnel", k_trunk, k_tag10, tunnel(10), k_none},
        Case{"other_service_to_tunnel", k_trunk, k_tag20, tunnel(10), k_nowhere},
        Case{"customer_in_cvlans", k_trunk, k_both, tunnel(10, {20}), k_tag20},
        Case{"customer_not_in_cvlans", k_trunk, k_both, tunnel(10, {30}), k_nowhere}),
    test_name);

INSTANTIATE_TEST_SUITE_P(
    FromAccess, Vlan,
    testing::Values(
        Case{"untagged_to_trunk", access(10), k_none, k_trunk, k_tag10},
        Case{"tagged", access(10), k_tag10, k_trunk, k_nowhere},
        Case{"priority_to_trunk", access(10), k_priority, k_trunk,
             Tags{customer(k_priority_5 | 10)}},
        Case{"service_priority_to_trunk",
             access(10),
             {service(k_priority_5)},
             k_trunk,
             Tags{service(k_priority_5 | 10)}},
        Case{"untagged_to_access", access(10), k_none, access(10), k_none},
        Case{"untagged_to_other_access", access(10), k_none, access(20), k_nowhere},
        Case{"untagged_to_native_tagged", access(10), k_none, native_tagged(10), k_tag10},
        Case{"untagged_to_native_untagged", access(10), k_none, native_untagged(10), k_none},
        Case{"untagged_to_other_native", access(10), k_none, native_untagged(20), k_tag10},
        Case{"untagged_to_tunnel", access(10), k_none, tunnel(10), k_none},
        Case{"untagged_to_cvlans_without_0", access(10), k_none, tunnel(10, {20}), k_nowhere}),
    test_name);

INSTANTIATE_TEST_SUITE_P(
    FromNative, Vlan,
    testing::Values(
        Case{"tagged_mode_untagged", native_tagged(10), k_none, k_trunk, k_tag10},
        Case{"tagged_mode_own_tag", native_tagged(10), k_tag10, k_trunk, k_tag10},
        Case{"tagged_mode_other_tag", native_tagged(10), k_tag20, k_trunk, k_tag20},
        Case{"tagged_mode_tag_not_listed", native_tagged(10, {30}), k_tag20, k_trunk, k_nowhere},
        Case{"tagged_mode_untagged_not_listed", native_tagged(10, {30}), k_none, k_trunk, k_tag10},
        Case{"tagged_mode_priority", native_tagged(10), k_priority, k_trunk,
             Tags{customer(k_priority_5 | 10)}},
        Case{"tagged_mode_to_itself", native_tagged(10), k_none, native_tagged(10), k_tag10},
        Case{"tagged_mode_to_access", native_tagged(10), k_none, access(10), k_none},
        Case{"tagged_mode_to_tunnel", native_tagged(10), k_none, tunnel(10), k_none},
        Case{"untagged_mode_untagged", native_untagged(10), k_none, k_trunk, k_tag10},
        Case{"untagged_mode_other_tag", native_untagged(10), k_tag20, k_trunk, k_tag20},
        Case{"untagged_mode_to_itself", native_untagged(10), k_tag10, native_untagged(10), k_none},
        Case{"untagged_mode_to_tagged", native_untagged(10), k_none, native_tagged(10), k_tag10},
        Case{"untagged_mode_to_access", native_untagged(10), k_none, access(10), k_none},
        Case{"untagged_mode_to_tunnel", native_untagged(10), k_none, tunnel(10), k_none}),
    test_name);

INSTANTIATE_TEST_SUITE_P(
    FromTunnel, Vlan,
    testing::Values(
        Case{"untagged_to_trunk", tunnel(10), k_none, k_trunk, Tags{service(10)}},
        Case{"tagged_to_trunk", tunnel(10), k_tag20, k_trunk, k_both},
        Case{"service_tag_8021q", tunnel(10, {}, ETH_P_8021Q), k_tag20, k_trunk,
             Tags{customer(10), customer(20)}},
        Case{"two_customer_tags",
             tunnel(10),
             {customer(20), customer(30)},
             k_trunk,
             Tags{service(10), customer(20), customer(30)}},
        Case{"customers_priority_stays_inside",
             tunnel(10),
             {customer(k_priority_5 | 20)},
             k_trunk,
             Tags{service(10), customer(k_priority_5 | 20)}},
        Case{"customer_in_cvlans", tunnel(10, {20}), k_tag20, k_trunk, k_both},
        Case{"customer_not_in_cvlans", tunnel(10, {30}), k_tag20, k_trunk, k_nowhere},
        Case{"untagged_without_0_in_cvlans", tunnel(10, {30}), k_none, k_trunk, k_nowhere},
        Case{"tagged_to_tunnel", tunnel(10), k_tag20, tunnel(10), k_tag20},
        Case{"priority_to_tunnel", tunnel(10), k_priority, tunnel(10), k_priority},
        Case{"tagged_to_other_tunnel", tunnel(10), k_tag20, tunnel(20), k_nowhere},
        Case{"tagged_to_cvlans_without", tunnel(10), k_tag20, tunnel(10, {30}), k_nowhere},
        Case{"tagged_to_access", tunnel(10), k_tag20, access(10), k_nowhere},
        Case{"untagged_to_access", tunnel(10), k_none, access(10), k_none},
        Case{"tagged_to_native_tagged", tunnel(10), k_tag20, native_tagged(10), k_both},
        Case{"tagged_to_native_untagged", tunnel(10), k_tag20, native_untagged(10), k_tag20}),
    test_name);

INSTANTIATE_TEST_SUITE_P(
    PriorityTags, Vlan,
    testing::Values(Case{"never", k_trunk, k_priority, k_trunk, k_none},
                    Case{"if_nonzero", k_trunk, k_priority,
                         with_priority(k_trunk, BVS_PRIORITY_TAGS_IF_NONZERO), k_priority},
                    Case{"service_tag_becomes_8021q",
                         k_trunk,
                         {service(k_priority_5)},
                         with_priority(k_trunk, BVS_PRIORITY_TAGS_IF_NONZERO),
                         k_priority},
                    Case{"if_nonzero_but_zero",
                         k_trunk,
                         {customer(0)},
                         with_priority(k_trunk, BVS_PRIORITY_TAGS_IF_NONZERO),
                         k_none},
                    Case{"always",
                         k_trunk,
                         {customer(0)},
                         with_priority(k_trunk, BVS_PRIORITY_TAGS_ALWAYS),
                         Tags{customer(0)}},
                    Case{"always_from_untagged", k_trunk, k_none,
                         with_priority(k_trunk, BVS_PRIORITY_TAGS_ALWAYS), Tags{customer(0)}},
                    Case{
                        "access_never", k_trunk, {customer(k_priority_5 | 10)}, access(10), k_none},
                    Case{"access_if_nonzero",
                         k_trunk,
                         {customer(k_priority_5 | 10)},
                         access(10, BVS_PRIORITY_TAGS_IF_NONZERO),
                         k_priority},
                    Case{"access_if_nonzero_but_zero", k_trunk, k_tag10,
                         access(10, BVS_PRIORITY_TAGS_IF_NONZERO), k_none},
                    Case{"access_always", k_trunk, k_tag10, access(10, BVS_PRIORITY_TAGS_ALWAYS),
                         Tags{customer(0)}},
                    Case{"native_untagged_if_nonzero",
                         k_trunk,
                         {customer(k_priority_5 | 10)},
                         with_priority(native_untagged(10), BVS_PRIORITY_TAGS_IF_NONZERO),
                         k_priority},
                    Case{"tunnel_is_not_concerned",
                         k_trunk,
                         {customer(k_priority_5 | 10)},
                         with_priority(tunnel(10), BVS_PRIORITY_TAGS_ALWAYS),
                         k_none}),
    test_name);

} // namespace
