// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/flow.h"
#include "ofagent/text/port.h"
#include "switch/model/action.h"

#include <gtest/gtest.h>

namespace {

using namespace bvs;
using text::find_port;
using text::format_port;

class TwoPorts : public text::Ports {
  public:
    std::optional<std::uint32_t> number(std::string_view name) const override {
        return name == "p1" ? std::optional(1U) : name == "p-2" ? std::optional(2U) : std::nullopt;
    }
    std::string name(std::uint32_t number) const override {
        return number == 1 ? "p1" : number == 2 ? "p-2" : "";
    }
};
const TwoPorts k_ports;

TEST(Port, ReservedNamesInBothCases) {
    EXPECT_EQ(find_port("LOCAL", k_ports), model::port::local);
    EXPECT_EQ(find_port("in_port", k_ports), model::port::in_port);
    EXPECT_EQ(find_port("none", k_ports), model::port::any);
    EXPECT_EQ(format_port(model::port::any, k_ports), "ANY");
    EXPECT_EQ(format_port(model::port::controller, k_ports), "CONTROLLER");
}

TEST(Port, NumbersOf16BitsAreWidened) {
    EXPECT_EQ(find_port("65534", k_ports), model::port::local);
    EXPECT_EQ(find_port("4294967294", k_ports), model::port::local);
    EXPECT_EQ(find_port("65279", k_ports), 65279U);
    EXPECT_FALSE(find_port("65536", k_ports));
    EXPECT_FALSE(find_port("-1", k_ports));
}

TEST(Port, NamesOfTheBridge) {
    EXPECT_EQ(find_port("p1", k_ports), 1U);
    EXPECT_EQ(find_port("\"p-2\"", k_ports), 2U);
    EXPECT_EQ(format_port(1, k_ports), "p1");
    EXPECT_EQ(format_port(2, k_ports), "\"p-2\"");
    EXPECT_EQ(format_port(3, k_ports), "3");
    EXPECT_FALSE(text::parse_port("p3", k_ports));
}

TEST(Port, NamesInFlows) {
    auto mod = text::parse_flow_mod("in_port=p1,actions=output:p-2,p1,resubmit(p1,4),enqueue:p1:3",
                                    model::FlowCommand::add, k_ports);
    ASSERT_TRUE(mod) << mod.error().message;
    EXPECT_EQ(text::format({.match = mod->match, .instructions = mod->instructions},
                           text::Detail::flow, {.ports = k_ports}),
              "priority=0,in_port=p1 actions=output:\"p-2\",output:p1,resubmit(p1,4),enqueue:p1:3");
}

} // namespace
