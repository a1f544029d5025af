// SPDX-License-Identifier: Apache-2.0
#include "switch/of_hidden.h"

#include "ofagent/text/match.h"

#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using Lines = std::vector<std::string>;

Lines lines(const std::vector<HiddenFlow> &flows) {
    Lines lines;
    for (const auto &flow : flows)
        lines.push_back(std::to_string(flow.priority) + " " +
                        text::format(flow.match, text::nameless()));
    return lines;
}

constexpr model::Mac k_local{2, 0, 0, 0, 0, 1};

TEST(InBandFlows, AreNoneWithoutRemotes) {
    EXPECT_EQ(in_band_flows(k_local, {}), std::vector<HiddenFlow>());
}

TEST(InBandFlows, LetTheHostAndItsControllersTalk) {
    const Lines expected = {
        "180000 udp,in_port=LOCAL,dl_src=02:00:00:00:00:01,tp_src=68,tp_dst=67",
        "180001 arp,dl_dst=02:00:00:00:00:01,arp_op=2",
        "180002 arp,dl_src=02:00:00:00:00:01,arp_op=1",
        "180005 arp,arp_tpa=10.0.0.9,arp_op=2",
        "180006 arp,arp_spa=10.0.0.9,arp_op=1",
        "180007 tcp,nw_dst=10.0.0.9,tp_dst=6653",
        "180008 tcp,nw_src=10.0.0.9,tp_src=6653",
        "180007 tcp,nw_dst=10.0.0.9,tp_dst=6654",
        "180008 tcp,nw_src=10.0.0.9,tp_src=6654",
    };
    EXPECT_EQ(lines(in_band_flows(k_local, {{0x0a000009, 6654}, {0x0a000009, 6653}})), expected);
}

TEST(FailOpenFlow, IsAboveTheFlowsForControllers) {
    EXPECT_EQ(lines({fail_open_flow()}), Lines{"15790320 "});
}

} // namespace
} // namespace bvs::daemon
