// SPDX-License-Identifier: Apache-2.0
//
// What the datapath tells of a packet, from the program to the trace that is made of it.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"
#include "switch/trace.h"
#include "switch/trace_ring.h"

#include <gmock/gmock.h>
#include <linux/in.h>

using namespace bvs::fixture;
using bvs::daemon::Trace;
using bvs::daemon::TraceRing;
using testing::ElementsAre;

namespace {

using Node = Trace::Node;

constexpr std::uint32_t k_normal = 0xfffffffa;
const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

// Rules by their places, groups by theirs.
const bvs::daemon::TraceNames k_names = {
    .rule = [](std::uint32_t place) { return bvs::daemon::TracedRule{.priority = place}; },
    .places = {.group = [](std::uint32_t place) { return std::optional(place); },
               .meter = [](std::uint32_t place) { return std::optional(place); }},
    .bucket = [](std::uint32_t, std::uint32_t index) { return index; }};

// "t0[a b t1[c]]"
std::string shape(const std::list<Node> &nodes) {
    std::string text;
    for (const auto &node : nodes) {
        if (!text.empty())
            text += ' ';
        switch (node.kind) {
        case Node::Kind::table:
            text += fmt::format("{}{}", node.rule ? "t" : "miss", node.number);
            break;
        case Node::Kind::bucket:
            text += fmt::format("b{}", node.number);
            break;
        case Node::Kind::action_set:
            text += "set";
            break;
        case Node::Kind::action:
            text += node.text;
        }
        if (!node.nodes.empty())
            text += "[" + shape(node.nodes) + "]";
    }
    return text;
}

std::vector<std::uint32_t> reached(const Trace &trace) {
    std::vector<std::uint32_t> ports;
    for (const auto &[port, refusal] : trace.receivers)
        if (refusal == BVS_DROP_N)
            ports.push_back(port);
    return ports;
}

class Tracing : public testing::Test {
  protected:
    Tracing() {
        (void)read(); // of the test before
        lab_.maps().pipeline->trace_filter.set(0, {});
    }

    std::vector<Trace> read() {
        std::vector<Trace> traces;
        ring_.read([&](const TraceRing::Events &events) {
            traces.push_back(bvs::daemon::make_trace(events, k_names));
        });
        return traces;
    }

    // Of one packet that goes nowhere.
    Trace trace(const Bytes &frame = k_tcp, std::uint32_t in_port = 1) {
        const auto sent = lab_.during([&] {
            const auto ran = lab_.the_switch().datapath().trace(
                {.bridge = Rules::k_bridge, .in_port = in_port}, 7, frame);
            ASSERT_TRUE(ran) << ran.error().message;
        });
        EXPECT_TRUE(sent.empty());
        auto traces = read();
        EXPECT_EQ(traces.size(), 1U);
        EXPECT_TRUE(traces.empty() || traces[0].whole);
        return traces.empty() ? Trace() : std::move(traces[0]);
    }

    void trace_live(std::int64_t packets) {
        bvs_trace_filter filter = {};
        filter.bridge = Rules::k_bridge;
        filter.left = packets;
        filter.mask.word[BVS_WORD_in_port] = 0xffffffff;
        filter.value.word[BVS_WORD_in_port] = 1;
        lab_.maps().pipeline->trace_filter.set(0, filter);
        rules_.set_flags(BVS_PIPELINE_TRACED);
    }

    Lab lab_{{}, {}, {}};
    Rules rules_{lab_};
    TraceRing ring_ = std::move(*TraceRing::open(lab_.maps().pipeline->traces_fd));
};

TEST_F(Tracing, APacketMayHaveComeOutOfATunnel) {
    rules_.add({.match = {FIELD(tunnel_id, 0x100000005)}, .program = {output(2)}});
    bvs_flow tunnel = {};
    bvs_flow_set(&tunnel, tunnel_id, 0x100000005);
    bvs_flow_set(&tunnel, tunnel_src, 0xc0000201);
    bvs_flow_set(&tunnel, tunnel_dst, 0xc0000202);
    bvs_flow_set(&tunnel, tunnel_ipv6_dst_low, 9);
    const auto ran = lab_.the_switch().datapath().trace(
        {.bridge = Rules::k_bridge, .in_port = 1, .tunnel = tunnel}, 7, k_tcp);
    ASSERT_TRUE(ran) << ran.error().message;
    const auto traces = read();
    ASSERT_EQ(traces.size(), 1U);
    EXPECT_EQ(bvs_flow_get(&traces[0].flow, tunnel_id), 0x100000005U);
    EXPECT_EQ(bvs_flow_get(&traces[0].flow, tunnel_src), 0xc0000201U);
    EXPECT_EQ(bvs_flow_get(&traces[0].flow, tunnel_dst), 0xc0000202U);
    EXPECT_EQ(bvs_flow_get(&traces[0].flow, tunnel_ipv6_dst_low), 9U);
    EXPECT_TRUE(traces[0].nodes.front().rule) << "of its key";
}

TEST_F(Tracing, TellsOfTablesAndActions) {
    rules_.add({.program = {load(FIELD(metadata, 5)), instruction(BVS_OP_GOTO, 3)}});
    rules_.add({.table = 3, .match = {FIELD(metadata, 5)}, .program = {output(2)}});
    const auto told = trace();
    EXPECT_EQ(shape(told.nodes), "t0[set_field:0x5->metadata goto_table:3 t3[output:2]]");
    EXPECT_EQ(told.port, 1U);
    EXPECT_EQ(told.bytes, k_tcp.size());
    EXPECT_EQ(bvs_flow_get(&told.final_flow, metadata), 5U);
    EXPECT_THAT(reached(told), ElementsAre(2U));
    EXPECT_EQ(told.datapath_actions, "2");
    EXPECT_EQ(told.drop, std::uint32_t{BVS_DROP_N});
}

TEST_F(Tracing, LeavesNothingBehind) {
    const auto rule = rules_.add({.program = {output(k_normal)}});
    const auto trajectories = rules_.trajectories();
    trace();
    EXPECT_EQ(rules_.packets(rule), 0U);
    EXPECT_EQ(rules_.trajectories(), trajectories);
    EXPECT_EQ(lab_.maps().fdb.size(), 0U);
    EXPECT_EQ(lab_.counters(2).tx_packets, 0U);
}

TEST_F(Tracing, TellsWhyAPacketIsDropped) {
    rules_.add({.match = {FIELD(in_port, 3)}, .program = {output(2)}});
    const auto missed = trace();
    EXPECT_EQ(shape(missed.nodes), "miss0");
    EXPECT_EQ(missed.drop, std::uint32_t{BVS_DROP_NO_RULE});
    EXPECT_EQ(missed.datapath_actions, "drop");
    rules_.add({.match = {FIELD(in_port, 1)}, .program = {}});
    EXPECT_EQ(trace().drop, std::uint32_t{BVS_DROP_NO_OUTPUT});
    rules_.set_flags(BVS_PIPELINE_FRAGMENTS_DROP);
    const auto fragment =
        Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2), 0x2000)}.bytes();
    EXPECT_EQ(trace(fragment).drop, std::uint32_t{BVS_DROP_FRAGMENT});
}

TEST_F(Tracing, TellsWhereNormalSends) {
    rules_.add({.program = {output(k_normal)}});
    EXPECT_THAT(reached(trace()), testing::UnorderedElementsAre(2U, 3U));
    const auto to_3 = Frame{.dst = mac(3), .src = mac(1), .type = ETH_P_IP, .payload = Bytes(46)};
    lab_.add_static(3, mac(3));
    EXPECT_THAT(reached(trace(to_3.bytes())), ElementsAre(3U));
    const auto back = trace(to_3.bytes(), 3);
    ASSERT_EQ(back.receivers.size(), 1U);
    EXPECT_EQ(back.receivers[0].refusal, std::uint32_t{BVS_DROP_SAME_PORT});
}

TEST_F(Tracing, TellsOfResubmitsAndWhatIsSetBetweenOutputs) {
    rules_.add({.program = {resubmit(1), load(FIELD(eth_dst, mac(9))), output(3)}});
    rules_.add({.table = 1, .program = {output(2)}});
    const auto told = trace();
    EXPECT_EQ(shape(told.nodes), "t0[resubmit(,1) t1[output:2] "
                                 "set_field:02:00:00:00:00:09->eth_dst output:3]");
    EXPECT_EQ(told.datapath_actions, "2,set(eth(dst=02:00:00:00:00:09)),3");
}

TEST_F(Tracing, TellsOfBuckets) {
    const auto group =
        rules_.add_group(BVS_GROUP_ALL, {{.program = {load(FIELD(eth_dst, mac(9))), output(2)}},
                                         {.program = {output(3)}}});
    rules_.add({.program = {instruction(BVS_OP_GROUP, group)}});
    EXPECT_EQ(shape(trace().nodes),
              fmt::format("t0[group:{} b0[set_field:02:00:00:00:00:09->eth_dst output:2] "
                          "b1[output:3]]",
                          group));
}

TEST_F(Tracing, TellsOfTheActionSet) {
    rules_.add({.program = {write(output(2)), instruction(BVS_OP_GOTO, 1)}});
    rules_.add({.table = 1, .program = {write(output(3))}});
    EXPECT_EQ(shape(trace().nodes), "t0[write_actions(output:2) goto_table:1 "
                                    "t1[write_actions(output:3) set[output:3]]]");
}

TEST_F(Tracing, OfPacketsThatPass) {
    const auto rule = rules_.add({.program = {output(2)}});
    trace_live(2);
    for (int i = 0; i < 4; ++i) // from the cache, but for the first
        EXPECT_EQ(lab_.send(1, k_tcp), each({2}, k_tcp));
    EXPECT_EQ(lab_.send(3, k_tcp), each({2}, k_tcp)); // which the filter has not
    const auto told = read();
    ASSERT_EQ(told.size(), 2U);
    for (const auto &one : told) {
        EXPECT_EQ(shape(one.nodes), "t0[output:2]");
        EXPECT_THAT(reached(one), ElementsAre(2U));
    }
    EXPECT_EQ(rules_.packets(rule), 5U);
}

} // namespace
