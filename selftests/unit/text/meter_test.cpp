// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/meter.h"

#include <gmock/gmock.h>

namespace {

using namespace bvs;
using model::MeterCommand;
using namespace std::chrono_literals;

std::string again(std::string_view meter) {
    const auto mod = text::parse_meter_mod(meter, MeterCommand::add);
    return mod ? text::format(mod->config) : mod.error().message;
}

TEST(Meter, IsPrintedAsByOpenVSwitch) {
    EXPECT_EQ(again("meter=4,kbps,band=type=drop,rate=500"), "meter=4 kbps bands=\n"
                                                             "type=drop rate=500");
    EXPECT_EQ(again("meter=9,pktps,burst,stats,bands=type=drop,rate=10,burst_size=5,"
                    "type=dscp_remark,rate=4,prec_level=2,burst_size=7"),
              "meter=9 pktps burst stats bands=\n"
              "type=drop rate=10 burst_size=5\n"
              "type=dscp_remark rate=4 burst_size=7 prec_level=2");
    EXPECT_EQ(again("meter=controller kbps bands=type=drop rate=4"),
              "meter=controller kbps bands=\n"
              "type=drop rate=4");
}

TEST(Meter, AllAreRemovedByDefault) {
    const auto meter = [](std::string_view words) {
        return text::parse_meter_mod(words, MeterCommand::remove)->config.meter;
    };
    EXPECT_EQ(meter(""), model::k_all_meters);
    EXPECT_EQ(meter("meter=all"), model::k_all_meters);
    EXPECT_EQ(meter("meter=5"), 5u);
}

TEST(Meter, ErrorsNameTheWord) {
    using testing::HasSubstr;
    EXPECT_THAT(again("kbps"), HasSubstr("must specify bands"));
    EXPECT_THAT(again("meter=5,bands=type=drop,rate=1"), HasSubstr("either 'kbps' or 'pktps'"));
    EXPECT_THAT(again("meter=x,kbps,band=type=drop,rate=1"), HasSubstr("invalid meter \"x\""));
    EXPECT_THAT(again("meter=0,kbps,band=type=drop,rate=1"), HasSubstr("invalid meter \"0\""));
    EXPECT_THAT(again("meter=5,foo,band=type=drop,rate=1"), HasSubstr("unknown keyword \"foo\""));
    EXPECT_THAT(again("kbps,band=type=drop,rate=1"), HasSubstr("must specify a meter"));
    EXPECT_THAT(again("meter=5,kbps,band=type=foo,rate=4"), HasSubstr("unknown band type \"foo\""));
    EXPECT_THAT(again("meter=5,kbps,band=type=drop"), HasSubstr("must have 'rate'"));
    EXPECT_THAT(again("meter=5,kbps,band=rate=4"), HasSubstr("must have 'type'"));
    EXPECT_THAT(again("meter=5,kbps,band=type=drop,rate=4,burst_size=4"), HasSubstr("only when"));
    EXPECT_THAT(again("meter=5,kbps,burst,band=type=drop,rate=4"), HasSubstr("must have 'burst"));
    EXPECT_THAT(again("meter=5,kbps,band=type=dscp_remark,rate=4"), HasSubstr("prec_level"));
}

TEST(Meter, StatisticsAreShown) {
    EXPECT_EQ(
        text::format(model::MeterStats{
            .meter = 4, .flows = 1, .counters = {2, 3}, .duration = 454ms, .bands = {{4, 5}}}),
        "meter:4 flow_count:1 packet_in_count:2 byte_in_count:3 duration:0.454s bands:\n"
        "0: packet_count:4 byte_count:5");
}

} // namespace
