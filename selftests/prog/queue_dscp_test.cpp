// SPDX-License-Identifier: Apache-2.0
//
// The DSCP of queues: what is sent to the port that has them is marked, and nothing else that comes
// of the same packet.
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint8_t k_ef = 46, k_af11 = 10, k_ecn = 3;
constexpr std::uint32_t k_normal = 0xfffffffa, k_all = 0xfffffffc;
constexpr std::uint8_t k_marked = k_ef << 2 | k_ecn;

const Packet k_ipv4 = {.tos = 0x20 | k_ecn};
const Packet k_ipv6 = {.ipv6 = true,
                       .tos = 0x20 | k_ecn,
                       .label = 0xabcde,
                       .from = ipv6_address(1),
                       .to = ipv6_address(2)};

Packet with_tos(Packet packet, std::uint8_t tos) {
    packet.tos = tos;
    return packet;
}

bvs_instruction set_queue(std::uint32_t queue) {
    return load(FIELD(skb_priority, bvs_queue_priority(queue)));
}

// Port 2 has a DSCP for queue 1. All packets come in at port 1.
class QueueLab {
  public:
    explicit QueueLab(const std::vector<PortSettings> &ports = {{}, {}, {}, {}}) : lab(ports) {
        set(2, 1, k_ef);
    }
    ~QueueLab() {
        for (const auto &[queue, dscp] : lab.maps().queue_dscp.all())
            EXPECT_TRUE(lab.maps().queue_dscp.erase(queue));
    }
    QueueLab(const QueueLab &) = delete;
    QueueLab &operator=(const QueueLab &) = delete;

    void set(std::uint32_t port, std::uint32_t queue, std::uint8_t dscp) {
        ASSERT_TRUE(
            lab.maps().queue_dscp.set({.port = port, .priority = bvs_queue_priority(queue)}, dscp));
        flag(port, BVS_PORT_QUEUE_DSCP);
    }
    void unset(std::uint32_t port, std::uint32_t queue) {
        ASSERT_TRUE(
            lab.maps().queue_dscp.erase({.port = port, .priority = bvs_queue_priority(queue)}));
    }
    void flag(std::uint32_t port, unsigned flags) {
        auto entry = lab.maps().ports.get(port);
        entry.flags |= flags;
        lab.maps().ports.set(port, entry);
    }

    Lab lab;
};

// To one that is not marked before it and after it: with all tags in the frame, and with the
// outermost beside it; the first time, and as it is remembered.
void expect_marked(const Bytes &in, const Bytes &out) {
    QueueLab queues;
    Rules rules(queues.lab);
    rules.add({.program = {set_queue(1), output(3), output(2), output(4)}});
    for (int i = 0; i < 2; ++i) {
        const auto run = queues.lab.run(1, in);
        EXPECT_EQ(run.copies, (Delivery{{2, {out}}, {3, {in}}}));
        EXPECT_EQ(run.to, 4U);
        EXPECT_EQ(queues.lab.send(1, in), (Delivery{{2, {out}}, {3, {in}}, {4, {in}}}));
    }
}

TEST(QueueDscp, MarksIpAndKeepsEcn) {
    const std::vector<bvs_vlan_tag> one = {{ETH_P_8021Q, 5}},
                                    two = {{ETH_P_8021AD, 5}, {ETH_P_8021Q, 6}};
    for (auto packet : {k_ipv4, k_ipv6})
        for (const auto &tags : {std::vector<bvs_vlan_tag>(), one, two})
            for (const std::uint8_t proto : {IPPROTO_TCP, IPPROTO_UDP}) {
                packet.tags = tags;
                packet.proto = proto;
                expect_marked(packet.bytes(), with_tos(packet, k_marked).bytes());
            }
}

TEST(QueueDscp, MarksFragmentsAndWhatHasTheDscpAlready) {
    auto fragment = k_ipv4;
    fragment.fragment = 3;
    expect_marked(fragment.bytes(), with_tos(fragment, k_marked).bytes());
    const auto marked = with_tos(k_ipv6, k_marked).bytes();
    expect_marked(marked, marked);
}

TEST(QueueDscp, MarksIpBehindSnap) {
    const auto frame = [](const Packet &packet) {
        const auto payload = Bytes{0xaa, 0xaa, 3, 0, 0, 0, 8, 0} + packet.network();
        return Frame{.type = static_cast<std::uint16_t>(payload.size()), .payload = payload}
            .bytes();
    };
    expect_marked(frame(k_ipv4), frame(with_tos(k_ipv4, k_marked)));
}

TEST(QueueDscp, LeavesWhatIsNoIpAsItIs) {
    const auto ip = k_ipv4.network();
    const auto labelled = Bytes{0, 0, 0x11, 64} + ip;
    Bytes old = ip;
    old[0] = 0x35;
    for (const auto &frame :
         {Frame{.type = ETH_P_ARP, .payload = arp()}, Frame{.payload = ip},
          Frame{.type = ETH_P_MPLS_UC, .payload = labelled},
          Frame{.type = ETH_P_IP, .payload = old}, Frame{.type = ETH_P_IPV6, .payload = ip}})
        expect_marked(frame.bytes(), frame.bytes());
}

// Over the wire only, as the kernel runs no program on such a frame.
TEST(QueueDscp, LeavesWhatIsCutOffAsItIs) {
    QueueLab queues;
    Rules rules(queues.lab);
    rules.add({.program = {set_queue(1), output(2)}});
    for (const auto &packet : {k_ipv4, k_ipv6}) {
        const std::ptrdiff_t headers = ETH_HLEN + (packet.ipv6 ? 40 : 20);
        const auto in = packet.bytes(), out = with_tos(packet, k_marked).bytes();
        const Bytes shorter(in.begin(), in.begin() + headers - 1);
        EXPECT_EQ(queues.lab.send(1, shorter), each({2}, shorter));
        EXPECT_EQ(queues.lab.send(1, Bytes(in.begin(), in.begin() + headers)),
                  each({2}, Bytes(out.begin(), out.begin() + headers)));
    }
}

// The packet itself, to its last receiver.
TEST(QueueDscp, MarksWhatHasOneReceiver) {
    for (const auto &packet : {k_ipv4, k_ipv6}) {
        QueueLab queues;
        Rules rules(queues.lab);
        rules.add({.program = {set_queue(1), output(2)}});
        const auto run = queues.lab.run(1, packet.bytes());
        EXPECT_EQ(run.to, 2U);
        EXPECT_EQ(run.frame, with_tos(packet, k_marked).bytes());
    }
}

TEST(QueueDscp, IsOfTheQueueThatARuleHasChosen) {
    QueueLab queues;
    Rules rules(queues.lab);
    queues.set(2, 0, k_af11);
    const auto as = [&](const Program &program) {
        const auto rule = rules.add({.program = program + Program{output(2), output(3)}});
        const auto frames = queues.lab.run(1, k_ipv4.bytes()).copies;
        rules.remove(rule);
        return frames;
    };
    const auto af11 = with_tos(k_ipv4, k_af11 << 2 | k_ecn).bytes();
    EXPECT_EQ(as({}), each({2}, k_ipv4.bytes())) << "queue 0, but by default";
    EXPECT_EQ(as({set_queue(0)}), each({2}, af11));
    EXPECT_EQ(as({set_queue(2)}), each({2}, k_ipv4.bytes())) << "it has no DSCP";
    EXPECT_EQ(as({set_queue(1), instruction(BVS_OP_POP_QUEUE)}), each({2}, k_ipv4.bytes()));
    EXPECT_EQ(as({set_queue(1)}), each({2}, with_tos(k_ipv4, k_marked).bytes()));
}

// The first port its own and the last one its own, with the tag that it wants.
void expect_flooded(std::uint32_t output_port) {
    QueueLab queues({{}, {}, {}, {}, {.mode = BVS_VLAN_ACCESS, .tag = 5}});
    queues.set(5, 1, k_af11);
    Rules rules(queues.lab);
    rules.add({.program = {set_queue(1), output(output_port)}});
    auto in = k_ipv4;
    in.dst = k_broadcast;
    in.tags = {{ETH_P_8021Q, 5}};
    auto untagged = with_tos(in, k_af11 << 2 | k_ecn);
    if (output_port == k_normal)
        untagged.tags = {};
    EXPECT_EQ(queues.lab.send(1, in.bytes()), (Delivery{{2, {with_tos(in, k_marked).bytes()}},
                                                        {3, {in.bytes()}},
                                                        {4, {in.bytes()}},
                                                        {5, {untagged.bytes()}}}));
}

TEST(QueueDscp, OfAFloodIsEachPortsOwn) {
    expect_flooded(k_normal);
    expect_flooded(k_all);
}

// By NORMAL, and then again to others.
TEST(QueueDscp, OfNormalIsNotThatOfWhoComesAfter) {
    QueueLab queues;
    queues.lab.add_static(2, mac(2));
    Rules rules(queues.lab);
    rules.add({.program = {set_queue(1), output(k_normal), output(3), output(4)}});
    const auto in = k_ipv6.bytes();
    EXPECT_EQ(queues.lab.send(1, in),
              (Delivery{{2, {with_tos(k_ipv6, k_marked).bytes()}}, {3, {in}}, {4, {in}}}));
}

TEST(QueueDscp, IsOfAQueueThatWasChosenInFrontOfAPatchPort) {
    constexpr unsigned patch = BVS_PORT_UP | BVS_PORT_PATCH;
    QueueLab queues({{},
                     {.flags = patch, .peer = 3},
                     {.bridge = 2, .flags = patch, .peer = 2},
                     {.bridge = 2},
                     {.bridge = 2}});
    queues.unset(2, 1);
    queues.set(4, 1, k_ef);
    Rules rules(queues.lab);
    rules.add({.program = {set_queue(1), output(2)}});
    const auto in = k_ipv4.bytes();
    EXPECT_EQ(queues.lab.send(1, in),
              (Delivery{{4, {with_tos(k_ipv4, k_marked).bytes()}}, {5, {in}}}));
}

TEST(QueueDscp, IsSeenByMirrorsOfWhatIsSent) {
    QueueLab queues;
    auto &maps = queues.lab.maps();
    for (const std::uint32_t index : {0, 1}) {
        maps.mirrors.set(bvs_mirror_place(1, index), {.output = index + 3});
        queues.flag(index + 3, BVS_PORT_MIRROR);
    }
    maps.port_mirrors.set(1, {.received = 1, .sent = 0, .end = 2, .reserved = 0});
    maps.port_mirrors.set(2, {.received = 0, .sent = 2, .end = 2, .reserved = 0});
    queues.flag(1, BVS_PORT_MIRRORED);
    queues.flag(2, BVS_PORT_MIRRORED);
    Rules rules(queues.lab);
    rules.add({.program = {set_queue(1), output(2)}});
    const auto marked = with_tos(k_ipv4, k_marked).bytes();
    EXPECT_EQ(queues.lab.send(1, k_ipv4.bytes()),
              (Delivery{{2, {marked}}, {3, {k_ipv4.bytes()}}, {4, {marked}}}));
    for (const std::uint32_t index : {0, 1}) {
        maps.mirrors.set(bvs_mirror_place(1, index), {});
        maps.mirror_counts.set(bvs_mirror_place(1, index), {});
    }
    for (const std::uint32_t port : {1, 2})
        maps.port_mirrors.set(port, {});
}

} // namespace
