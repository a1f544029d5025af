// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/packet_out.h"

#include "ofagent/text/refusal.h"

#include <gmock/gmock.h>
#include <set>

namespace bvs::text {
namespace {

using testing::HasSubstr;

std::string error(std::string_view text) {
    const auto parsed = parse_packet_out(text, nameless());
    return parsed ? "" : parsed.error().message;
}

TEST(PacketOut, HasPortPacketAndActions) {
    const auto out = parse_packet_out("in_port=3,packet=00Ff10,actions=output:2,flood", nameless());
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(out->in_port, 3U);
    EXPECT_EQ(out->packet, (model::Bytes{0x00, 0xff, 0x10}));
    EXPECT_EQ(format(out->actions, {}), "output:2,FLOOD");
    EXPECT_TRUE(out->metadata.matches_all());
}

TEST(PacketOut, ComesFromTheControllerUnlessSaid) {
    const auto out = parse_packet_out("packet=00 actions=table", nameless());
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(out->in_port, model::port::controller);
}

TEST(PacketOut, TakesWhatThePipelineIsToKnow) {
    const auto out = parse_packet_out("reg0=7,packet=00,actions=table", nameless());
    ASSERT_TRUE(out) << out.error().message;
    ASSERT_TRUE(out->metadata.find(model::Field::reg0));
    EXPECT_EQ(out->metadata.find(model::Field::reg0)->value.low, 7U);
}

TEST(PacketOut, RefusalsNameWhatIsWrong) {
    EXPECT_THAT(error("packet=00"), HasSubstr("must specify an action"));
    EXPECT_THAT(error("actions=drop"), HasSubstr("must specify the packet"));
    EXPECT_THAT(error("packet=0,actions=drop"), HasSubstr("\"0\" is no whole number of bytes"));
    EXPECT_THAT(error("packet=0g,actions=drop"), HasSubstr("\"0g\", which is no byte"));
    EXPECT_THAT(error("packet=00,x=1,actions=drop"), HasSubstr("unknown keyword \"x\""));
    EXPECT_THAT(error("packet=00,in_port=p1,actions=drop"), HasSubstr("unknown port \"p1\""));
}

TEST(Refusals, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    const auto last = static_cast<unsigned>(model::Refusal::hello_eperm);
    for (unsigned i = 0; i <= last; i++) {
        const auto name = refusal_name(static_cast<model::Refusal>(i));
        EXPECT_THAT(std::string(name), testing::MatchesRegex("(OFP|NX).*"));
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_EQ(refusal_name(model::Refusal::action_bad_out_port), "OFPBAC_BAD_OUT_PORT");
}

} // namespace
} // namespace bvs::text
