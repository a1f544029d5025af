// SPDX-License-Identifier: Apache-2.0
//
// Every packet that ends is counted, at the right port and under its reason, and the daemon is
// shown a sample. The last test demands that each reason of BVS_DROP_REASONS has one here.
#include "maps/protocol.h"
#include "selftests/fixture/lab.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <chrono>
#include <cstring>
#include <gtest/gtest.h>
#include <linux/pkt_cls.h>
#include <optional>
#include <set>
#include <thread>

using namespace bvs::fixture;

namespace {

const auto k_frame = Frame{.dst = mac(2)}.bytes();

std::set<bvs_drop_reason> &provoked() {
    static std::set<bvs_drop_reason> reasons;
    return reasons;
}

// What cannot be provoked at will, and why.
const std::map<bvs_drop_reason, const char *> k_not_provoked = {
    {BVS_DROP_RETAG, "the kernel would have to run out of memory"},
    {BVS_DROP_QUEUE_DSCP, "likewise"},
};

// The samples the daemon would get.
class Events {
  public:
    explicit Events(const Lab &lab)
        : ring_(ring_buffer__new(lab.maps().events_fd, take, this, nullptr)) {
        drain();
    }
    ~Events() { ring_buffer__free(ring_); }
    Events(const Events &) = delete;
    Events &operator=(const Events &) = delete;

    std::vector<bvs_drop_event> drain() {
        seen_.clear();
        ring_buffer__consume(ring_);
        return seen_;
    }

  private:
    static int take(void *self, void *data, std::size_t size) {
        bvs_drop_event event;
        EXPECT_EQ(size, sizeof event);
        std::memcpy(&event, data, sizeof event);
        static_cast<Events *>(self)->seen_.push_back(event);
        return 0;
    }

    ring_buffer *ring_;
    std::vector<bvs_drop_event> seen_;
};

// The frame, in at port 1, is dropped, counted at `port` under `reason` and nowhere else, and
// shown; at a patch port's peer it has come in anew.
void expect_drop(Lab &lab, const Bytes &frame, bvs_drop_reason reason, std::uint32_t port,
                 std::uint32_t in_port = 1, std::uint32_t gso_size = 0) {
    Events events(lab);
    await_next_tick();
    EXPECT_EQ(lab.run(1, frame, gso_size).verdict, TC_ACT_SHOT);
    for (std::uint32_t p = 1; p <= lab.the_switch().ports(); ++p)
        for (int r = 0; r < BVS_DROP_N; ++r)
            EXPECT_EQ(lab.counters(p).drops[r], p == port && r == reason ? 1U : 0U)
                << "port " << p << ", reason " << r;
    const auto seen = events.drain();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].reason, static_cast<std::uint32_t>(reason));
    EXPECT_EQ(seen[0].port, port);
    EXPECT_EQ(seen[0].length, frame.size());
    EXPECT_EQ(seen[0].in_port, in_port);
    if (reason != BVS_DROP_RUNT) {
        EXPECT_EQ(big_endian(bvs_flow_get(&seen[0].flow, eth_dst), 6),
                  Bytes(frame.begin(), frame.begin() + 6));
    }
    provoked().insert(reason);
}

TEST(Drop, Runt) {
    Lab lab({{}, {}});
    Frame frame = {.type = ETH_P_8021Q, .payload = Bytes(3)};
    expect_drop(lab, frame.bytes(), BVS_DROP_RUNT, 1);
}

TEST(Drop, RuntBehindAnAcceleratedTag) {
    Lab lab({{}, {}});
    Frame frame = {.tags = {{ETH_P_8021AD, 10}}, .type = ETH_P_8021Q, .payload = Bytes(3)};
    EXPECT_EQ(lab.send(1, frame), Delivery{});
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_RUNT], 1U);
}

TEST(Drop, InputVlan) {
    Lab lab({{.vlans = {10}}, {}});
    expect_drop(lab, k_frame, BVS_DROP_INPUT_VLAN, 1);
}

TEST(Drop, ReservedAddress) {
    Lab lab({{}, {}});
    expect_drop(lab, Frame{.dst = 0x0180c200000e}.bytes(), BVS_DROP_RESERVED_ADDRESS, 1);
}

TEST(Drop, SamePort) {
    Lab lab({{}, {}});
    lab.add_static(1, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_SAME_PORT, 1);
}

TEST(Drop, NoReceiver) {
    Lab lab(std::vector<PortSettings>(1));
    expect_drop(lab, k_frame, BVS_DROP_NO_RECEIVER, 1);
}

TEST(Drop, OutputVlan) {
    Lab lab({{}, {.vlans = {10}}});
    lab.add_static(2, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_OUTPUT_VLAN, 2);
}

TEST(Drop, OutputDown) {
    Lab lab({{}, {.flags = 0}});
    lab.add_static(2, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_OUTPUT_DOWN, 2);
}

TEST(Drop, OutputMtu) {
    Lab lab({{}, {.mtu = 40}});
    lab.add_static(2, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_OUTPUT_MTU, 2);
}

// Port 1 is a member of bond 3, which lets in what it is told to.
Lab bonded(std::uint32_t admits) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_MEMBER, .bond = 3},
             {},
             {.flags = BVS_PORT_BOND, .peer = 1}});
    lab.maps().bonds.set(1, {});
    lab.maps().bond_members.set(1, {.admits = admits, .reserved = 0});
    return lab;
}

TEST(Drop, BondStandby) {
    auto lab = bonded(BVS_BOND_MULTICAST);
    expect_drop(lab, k_frame, BVS_DROP_BOND_STANDBY, 1);
}

TEST(Drop, BondLoop) {
    auto lab = bonded(BVS_BOND_UNICAST | BVS_BOND_UNLESS_MOVED);
    lab.add_static(2, mac(1));
    expect_drop(lab, k_frame, BVS_DROP_BOND_LOOP, 1);
}

TEST(Drop, BondDown) {
    Lab lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_MEMBER, .bond = 3}, {.flags = BVS_PORT_BOND}});
    lab.maps().bonds.set(0, {});
    lab.add_static(3, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_BOND_DOWN, 3);
}

TEST(Drop, PatchPeer) {
    Lab lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_PATCH}});
    expect_drop(lab, k_frame, BVS_DROP_PATCH_PEER, 2);
}

// Two bridges joined twice: to one the address is behind the first pair, to the other behind the
// second.
TEST(Drop, PatchDepth) {
    const auto patch = [](std::uint16_t bridge, std::uint32_t peer) {
        return PortSettings{.bridge = bridge, .flags = BVS_PORT_UP | BVS_PORT_PATCH, .peer = peer};
    };
    Lab lab({{}, patch(1, 3), patch(2, 2), patch(2, 5), patch(1, 4)});
    lab.add_static(2, mac(2));
    lab.add_static(4, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_PATCH_DEPTH, 3, 3);
}

TEST(Drop, Policed) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_POLICED}, {}});
    // A byte takes longer than there is in the bucket, which lets one pass.
    lab.maps().policers.set(
        1, {.bytes = {.paid = 0, .burst = 1, .price = 1ULL << 46}, .packets = {}, .reserved = {}});
    EXPECT_EQ(lab.run(1, k_frame).to, 2U);
    expect_drop(lab, k_frame, BVS_DROP_POLICED, 1);
    lab.maps().policers.set(1, {});
}

TEST(Drop, Protected) {
    Lab lab(
        {{.flags = BVS_PORT_UP | BVS_PORT_PROTECTED}, {.flags = BVS_PORT_UP | BVS_PORT_PROTECTED}});
    lab.add_static(2, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_PROTECTED, 2);
}

TEST(Drop, MirrorInput) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_MIRROR}, {}});
    expect_drop(lab, k_frame, BVS_DROP_MIRROR_INPUT, 1);
}

TEST(Drop, MirrorOutput) {
    Lab lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_MIRROR}});
    lab.add_static(2, mac(2));
    expect_drop(lab, k_frame, BVS_DROP_MIRROR_OUTPUT, 2);
}

// The packet itself goes on, so there is no sample of it.
TEST(Drop, MirrorCopy) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_MIRRORED}, {}, {.flags = BVS_PORT_MIRROR}});
    auto &maps = lab.maps();
    const auto place = bvs_mirror_place(1, 0);
    maps.mirrors.set(place,
                     {.output = 3, .output_vlan = 0, .snaplen = 0, .listed = 0, .reserved = 0});
    maps.port_mirrors.set(1, {.received = 1, .sent = 0, .end = 1, .reserved = 0});
    EXPECT_EQ(lab.run(1, k_frame).to, 2U);
    EXPECT_EQ(lab.counters(3).drops[BVS_DROP_MIRROR_COPY], 1U);
    maps.port_mirrors.set(1, {});
    maps.mirrors.set(place, {});
    provoked().insert(BVS_DROP_MIRROR_COPY);
}

// The daemon does not read here, and half of its ring is soon full.
TEST(Drop, Protocol) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_LACP}, {}});
    const auto frame =
        Frame{.dst = 0x0180c2000002, .type = ETH_P_SLOW, .payload = Bytes{1} + Bytes(109)}.bytes();
    const auto dropped = [&] { return lab.counters(1).drops[BVS_DROP_PROTOCOL]; };
    constexpr unsigned k_too_many = BVS_PROTOCOL_RING_BYTES / BVS_PROTOCOL_BYTES;
    for (unsigned n = 0; n < k_too_many && !dropped(); ++n)
        lab.run(1, frame);
    EXPECT_EQ(dropped(), 1U);
    provoked().insert(BVS_DROP_PROTOCOL);
}

// By a packet socket, here.
TEST(Drop, Onward) {
    Lab lab({{}, {}});
    const auto dropped = [&] { return lab.counters(0).drops[BVS_DROP_ONWARD]; };
    auto device = Wire::open(lab.the_switch().host().onward);
    ASSERT_TRUE(device);
    const auto before = dropped();
    EXPECT_FALSE(device->send(k_frame)); // it is told at once
    EXPECT_EQ(dropped(), before + 1);
    provoked().insert(BVS_DROP_ONWARD);
}

// At the far end of its pair, too: what comes there lacks but a checksum.
TEST(Drop, OnwardAtTheFarEnd) {
    Lab lab({{}, {}});
    const auto dropped = [&] { return lab.counters(0).drops[BVS_DROP_ONWARD]; };
    const auto before = dropped();
    bpf_test_run_opts options = {};
    options.sz = sizeof options;
    options.data_in = k_frame.data();
    options.data_size_in = static_cast<__u32>(k_frame.size());
    const auto program = lab.the_switch().datapath().checksum_program_fd();
    ASSERT_TRUE(program);
    ASSERT_EQ(bpf_prog_test_run_opts(*program, &options), 0);
    EXPECT_EQ(options.retval, static_cast<__u32>(TC_ACT_SHOT));
    EXPECT_EQ(dropped(), before + 1);
}

constexpr bvs_tunnel k_vxlan = {.remote = {.high = 0, .low = BVS_ADDRESS_V4_PREFIX | 0xc0000201},
                                .flags = BVS_TUNNEL_DF,
                                .dst_port = 4789,
                                .type = BVS_TUNNEL_VXLAN,
                                .ttl = 64};

Lab into_tunnel(std::uint32_t remote, std::uint16_t flags = BVS_TUNNEL_DF) {
    auto tunnel = k_vxlan;
    tunnel.remote = bvs_address_v4(remote);
    tunnel.flags = flags;
    return Lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL, .mtu = 65535, .tunnel = tunnel}, {}});
}

void expect_tunnel_drop(Lab lab, const Bytes &frame, bvs_drop_reason reason,
                        std::uint32_t gso_size = 0) {
    lab.add_static(2, mac(2));
    expect_drop(lab, frame, reason, 2, 1, gso_size);
}

constexpr std::uint32_t k_neighbour = 0xc0000201, k_nowhere = 0xcb007101;

TEST(Drop, TunnelRemote) {
    expect_tunnel_drop(into_tunnel(k_neighbour, BVS_TUNNEL_REMOTE_FLOW), k_frame,
                       BVS_DROP_TUNNEL_REMOTE);
}

TEST(Drop, TunnelRoute) {
    expect_tunnel_drop(into_tunnel(k_nowhere), k_frame, BVS_DROP_TUNNEL_ROUTE);
}

TEST(Drop, TunnelSource) {
    auto lab = into_tunnel(k_neighbour);
    const bvs_source_key key = {.ifindex = lab.the_switch().host().near, .ipv6 = 0};
    EXPECT_TRUE(lab.maps().source_addresses.erase(key));
    expect_tunnel_drop(lab, k_frame, BVS_DROP_TUNNEL_SOURCE);
    EXPECT_TRUE(lab.maps().source_addresses.set(key, Host::source(false)));
}

TEST(Drop, TunnelSelf) {
    const auto self = Host::source(false);
    auto lab = into_tunnel(static_cast<std::uint32_t>(self.low));
    EXPECT_TRUE(lab.maps().local_addresses.set(self, 1));
    expect_tunnel_drop(lab, k_frame, BVS_DROP_TUNNEL_SELF);
    EXPECT_TRUE(lab.maps().local_addresses.erase(self));
}

TEST(Drop, TunnelMtu) {
    expect_tunnel_drop(into_tunnel(k_neighbour), Frame{.payload = Bytes(1460)}.bytes(),
                       BVS_DROP_TUNNEL_MTU);
}

// Of a super-frame that says nothing of its segments' protocol.
TEST(Drop, TunnelWrap) {
    expect_tunnel_drop(into_tunnel(k_neighbour), Frame{.payload = Bytes(1000)}.bytes(),
                       BVS_DROP_TUNNEL_WRAP, 400);
}

// What the tunnel sends comes in again at port 3, and the rules know but one way.
void expect_loop(std::uint16_t flags) {
    auto lab = into_tunnel(0xc6336401, flags);
    auto &the_switch = lab.the_switch();
    EXPECT_TRUE(lab.maps().source_addresses.set({.ifindex = the_switch.plugged(3), .ipv6 = 0},
                                                bvs_address_v4(0xc6336402)));
    lab.add_static(2, mac(2));
    lab.add_static(2, Host::k_far_mac);
    lab.send(1, k_frame);
    const auto dropped = [&] { return lab.counters(2).drops[BVS_DROP_TUNNEL_LOOP]; };
    for (int tries = 0; tries < 5000 && !dropped(); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(lab.counters(2).tx_packets, BVS_MOST_TUNNELS);
    EXPECT_EQ(dropped(), 1U);
    provoked().insert(BVS_DROP_TUNNEL_LOOP);
}

TEST(Drop, TunnelLoop) {
    ASSERT_TRUE(
        Host::add_neighbour(Lab({{}, {}, {}}).the_switch().plugged(3), 0xc6336402, 0xc6336401));
    expect_loop(BVS_TUNNEL_DF);
    expect_loop(BVS_TUNNEL_DF | BVS_TUNNEL_CSUM);
}

// The netdev of port 3 is gone, and nobody has told the switch yet.
TEST(Drop, Copy) {
    Lab lab({{}, {}, {}});
    auto entry = lab.maps().ports.get(3);
    entry.ifindex = 0x7fffffff;
    lab.maps().ports.set(3, entry);
    Events events(lab);
    await_next_tick();
    EXPECT_EQ(lab.run(1, k_frame).to, 2U);
    EXPECT_EQ(lab.counters(3).drops[BVS_DROP_COPY], 1U);
    EXPECT_EQ(lab.counters(3).tx_packets, 0U);
    const auto seen = events.drain();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].reason, static_cast<std::uint32_t>(BVS_DROP_COPY));
    EXPECT_EQ(seen[0].port, 3U);
    provoked().insert(BVS_DROP_COPY);
}

TEST(Drop, IsShownWithItsTagWhereverThatIs) {
    Lab lab({{.vlans = {10}}, {}});
    const auto tagged = Frame{.tags = {{ETH_P_8021Q, 20}}}.bytes();
    Events events(lab);
    await_next_tick();
    lab.run(1, tagged);
    lab.send(1, tagged);
    const auto seen = events.drain();
    ASSERT_EQ(seen.size(), 2U);
    for (const auto &event : seen) {
        EXPECT_EQ(event.length, tagged.size());
        EXPECT_EQ(bvs_flow_get(&event.flow, vlan_tpid), ETH_P_8021Q);
        EXPECT_EQ(bvs_flow_get(&event.flow, vlan_tci), 20U | BVS_VLAN_PRESENT);
        EXPECT_EQ(bvs_flow_get(&event.flow, layers), BVS_LAYER_VLAN);
    }
}

TEST(Drop, SamplesAreFewForEachPort) {
    Lab lab({{.vlans = {10}}, {.vlans = {10}}});
    Events events(lab);
    await_next_tick();
    for (int i = 0; i < 100; ++i)
        lab.run(1, k_frame);
    lab.run(2, k_frame);
    std::map<std::uint32_t, int> of_port;
    for (const auto &event : events.drain())
        ++of_port[event.port];
    EXPECT_EQ(of_port, (std::map<std::uint32_t, int>{{1, BVS_DROP_SAMPLES}, {2, 1}}));
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_INPUT_VLAN], 100U);
}

// Named so that it runs last; with a filter of tests there is nothing to demand.
TEST(DropsAll, HaveATest) {
    if (testing::GTEST_FLAG(filter) != "*")
        GTEST_SKIP() << "not all tests ran";
    // The pipeline's reasons are in pipeline_drop_test.cpp, the underlay's in
    // underlay_drop_test.cpp.
#define EXPECT_PROVOKED(identifier, name, side, text)                                              \
    EXPECT_NE(provoked().contains(BVS_DROP_##identifier),                                          \
              k_not_provoked.contains(BVS_DROP_##identifier) ||                                    \
                  (BVS_DROP_##identifier >= BVS_DROP_NO_RULE &&                                    \
                   BVS_DROP_##identifier <= BVS_DROP_NESTING) ||                                   \
                  (BVS_DROP_##identifier >= BVS_DROP_TUNNEL_HEADER &&                              \
                   BVS_DROP_##identifier <= BVS_DROP_TUNNEL_UNWRAP))                               \
        << name;
    BVS_DROP_REASONS(EXPECT_PROVOKED)
#undef EXPECT_PROVOKED
}

} // namespace
