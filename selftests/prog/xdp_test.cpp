// SPDX-License-Identifier: Apache-2.0
//
// XDP takes what goes unchanged to one known XDP port. All else it leaves to the tc program, and
// counts nothing.
#include "selftests/fixture/lab.h"

#include <chrono>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <optional>
#include <thread>

using namespace bvs::fixture;

namespace {

constexpr std::uint16_t k_flags = BVS_PORT_UP | BVS_PORT_XDP;
using Tags = std::vector<bvs_vlan_tag>;

// Address 2 is behind port 2; both ports have the XDP program.
class Xdp : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        Lab lab({{}, {}});
        for (const std::uint32_t port : {1, 2}) {
            auto &datapath = lab.the_switch().datapath();
            const auto attached = datapath.attach_xdp(lab.the_switch().ifindex(port));
            ASSERT_TRUE(attached) << attached.error().message;
        }
    }
    // The kernel ends a link some time after its last user has gone.
    static void TearDownTestSuite() {
        Lab lab({{}, {}});
        auto control = bvs::host::LinkControl::open();
        for (const std::uint32_t port : {1, 2}) {
            const auto ifindex = lab.the_switch().ifindex(port);
            lab.the_switch().datapath().detach_xdp(ifindex);
            while (control->get(static_cast<int>(ifindex))->xdp_mode != bvs::host::XdpMode::none)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    void lay_out(PortSettings in, PortSettings out) {
        in.flags |= BVS_PORT_XDP;
        lab_.emplace(std::vector{in, out, PortSettings{}});
        for (const std::uint32_t port : {1, 2})
            ASSERT_TRUE(lab_->maps().set_xdp_output(port, lab_->the_switch().ifindex(port)));
        for (const std::uint16_t vid : {0, 10})
            lab_->add_static(2, mac(2), vid);
    }
    int verdict(const Frame &frame) {
        const auto outcome = lab_->the_switch().run_xdp(1, frame.bytes());
        EXPECT_TRUE(outcome);
        EXPECT_EQ(outcome->frame, frame.bytes());
        return outcome->verdict;
    }
    void expect_redirect(const Frame &frame) {
        const auto before = lab_->counters(2).tx_packets;
        EXPECT_EQ(verdict(frame), XDP_REDIRECT);
        EXPECT_EQ(lab_->counters(2).tx_packets, before + 1);
    }
    void expect_pass(const Frame &frame) {
        EXPECT_EQ(verdict(frame), XDP_PASS);
        for (const std::uint32_t port : {1, 2, 3}) {
            const auto counters = lab_->counters(port);
            EXPECT_EQ(counters.rx_packets + counters.tx_packets, 0U);
            for (const auto drops : counters.drops)
                EXPECT_EQ(drops, 0U);
        }
        EXPECT_FALSE(lab_->maps().fdb.find(1, mac(1), 0));
    }

    std::optional<Lab> lab_;
};

const PortSettings k_xdp = {.flags = k_flags};
const Frame k_known = {.dst = mac(2)};

TEST_F(Xdp, RedirectsToAKnownAddress) {
    lay_out({}, k_xdp);
    expect_redirect(k_known);
    EXPECT_EQ(lab_->counters(1).rx_packets, 1U);
    EXPECT_EQ(lab_->counters(1).rx_bytes, k_known.bytes().size());
    EXPECT_EQ(lab_->counters(2).tx_bytes, k_known.bytes().size());
    EXPECT_EQ(lab_->maps().fdb.find(1, mac(1), 0)->port, 1U);
}

TEST_F(Xdp, RedirectsATaggedFrameAsItIs) {
    lay_out({}, k_xdp);
    expect_redirect({.dst = mac(2), .tags = {{ETH_P_8021Q, 10}}});
}

TEST_F(Xdp, RedirectsBetweenTwoAccessPorts) {
    const PortSettings access = {.mode = BVS_VLAN_ACCESS, .tag = 10, .flags = k_flags};
    lay_out(access, access);
    expect_redirect(k_known);
}

TEST_F(Xdp, RefusesAMoveToAPortThatHasItsShare) {
    lay_out({.mac_limit = 1}, k_xdp);
    const auto &fdb = lab_->maps().fdb;
    for (const std::uint32_t i : {3, 4})
        lab_->send(3, Frame{.dst = mac(2), .src = mac(i)});
    for (const std::uint32_t i : {3, 4})
        expect_redirect({.dst = mac(2), .src = mac(i)});
    EXPECT_EQ(fdb.find(1, mac(3), 0)->port, 1U);
    EXPECT_EQ(fdb.find(1, mac(4), 0)->port, 3U);
    EXPECT_EQ(lab_->maps().port_learned.at(1).macs, 1U);
    EXPECT_EQ(lab_->maps().port_learned.at(3).macs, 1U);
    EXPECT_EQ(lab_->counters(1).learn_refused, 1U);
}

TEST_F(Xdp, LeavesFloodsToTc) {
    lay_out({}, k_xdp);
    expect_pass({.dst = k_broadcast});
    expect_pass({.dst = mac(99)});
    expect_pass({.dst = 0x0180c2000000});
}

TEST_F(Xdp, LeavesRetaggingToTc) {
    lay_out({}, {.mode = BVS_VLAN_ACCESS, .tag = 10, .flags = k_flags});
    expect_pass({.dst = mac(2), .tags = {{ETH_P_8021Q, 10}}});
}

TEST_F(Xdp, LeavesPriorityTagsToTc) {
    lay_out({}, k_xdp);
    expect_pass({.dst = mac(2), .tags = {{ETH_P_8021Q, 5 << 13}}});
}

TEST_F(Xdp, LeavesOtherPortsToTc) {
    lay_out({}, {});
    expect_pass(k_known);
}

TEST_F(Xdp, LeavesDropsToTc) {
    lay_out({.vlans = {10}}, k_xdp);
    expect_pass(k_known);
    lay_out({}, {.flags = BVS_PORT_XDP});
    expect_pass(k_known);
    lay_out({}, {.flags = k_flags, .mtu = 40});
    expect_pass(k_known);
    lay_out({}, {.vlans = {10}, .flags = k_flags});
    expect_pass(k_known);
    expect_pass({.dst = mac(2), .type = ETH_P_8021Q, .payload = Bytes(3)});
    lay_out({}, k_xdp);
    lab_->add_static(1, mac(2));
    expect_pass(k_known);
}

TEST_F(Xdp, LeavesFloodVlansToTc) {
    lay_out({.flags = BVS_PORT_UP | BVS_PORT_FLOOD_VLANS}, k_xdp);
    lab_->the_switch().set_bridge(1, {.flood_vlans = {0}});
    expect_pass(k_known);
}

TEST_F(Xdp, LeavesStrangersAlone) {
    lay_out({}, k_xdp);
    lab_->maps().port_index.remove(lab_->the_switch().ifindex(1));
    expect_pass(k_known);
}

// XDP finds the tag in the frame; tc finds it beside the frame if that came by the wire.
TEST_F(Xdp, CountsTheBytesThatTcCounts) {
    const auto expect_bytes = [&](std::size_t bytes) {
        EXPECT_EQ(lab_->counters(1).rx_bytes, bytes);
        EXPECT_EQ(lab_->counters(2).tx_bytes, bytes);
    };
    for (const auto &tags :
         std::vector<Tags>{{}, {{ETH_P_8021Q, 10}}, {{ETH_P_8021AD, 10}, {ETH_P_8021Q, 20}}}) {
        const Frame frame = {.dst = mac(2), .tags = tags};
        lay_out({}, k_xdp);
        expect_redirect(frame);
        expect_bytes(frame.bytes().size());
        lay_out({}, {});
        EXPECT_EQ(lab_->run(1, frame).to, 2U);
        expect_bytes(frame.bytes().size());
        lay_out({}, {});
        EXPECT_EQ(lab_->send(1, frame), each({2}, frame.bytes()));
        expect_bytes(frame.bytes().size());
    }
}

// Whatever XDP redirects, tc would have sent to the same port with the same bytes.
TEST_F(Xdp, DecidesAsTc) {
    const std::vector<bvs_vlan_mode> modes = {BVS_VLAN_TRUNK, BVS_VLAN_ACCESS,
                                              BVS_VLAN_NATIVE_TAGGED, BVS_VLAN_NATIVE_UNTAGGED,
                                              BVS_VLAN_DOT1Q_TUNNEL};
    const std::vector<Tags> tags = {{},
                                    {{ETH_P_8021Q, 10}},
                                    {{ETH_P_8021Q, 20}},
                                    {{ETH_P_8021Q, 0xa000}},
                                    {{ETH_P_8021AD, 10}, {ETH_P_8021Q, 20}}};
    int redirects = 0;
    for (const auto in : modes)
        for (const auto out : modes) {
            lay_out({.mode = in, .tag = 10, .flags = k_flags},
                    {.mode = out, .tag = 10, .flags = k_flags});
            for (const auto &tag : tags) {
                const Frame frame = {.dst = mac(2), .tags = tag};
                if (verdict(frame) != XDP_REDIRECT)
                    continue;
                ++redirects;
                const auto run = lab_->run(1, frame);
                EXPECT_EQ(run.to, 2U);
                EXPECT_EQ(run.frame, frame.bytes());
            }
        }
    EXPECT_GT(redirects, 20);
}

} // namespace
