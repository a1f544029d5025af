// SPDX-License-Identifier: Apache-2.0
#include "switch/port_state.h"

#include "ofagent/text/flow.h"

#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>

namespace bvs::daemon {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Bridge : public text::Ports {
  public:
    explicit Bridge(std::map<std::string, std::uint32_t, std::less<>> ports)
        : ports_(std::move(ports)) {}

    std::optional<std::uint32_t> number(std::string_view name) const override {
        const auto port = ports_.find(name);
        return port == ports_.end() ? std::nullopt : std::optional(port->second);
    }
    std::string name(std::uint32_t number) const override {
        for (const auto &[name, known] : ports_)
            if (known == number)
                return name;
        return {};
    }

  private:
    std::map<std::string, std::uint32_t, std::less<>> ports_;
};

const Bridge k_origin({{"uplink", 1}, {"vm1", 2}, {"other", 3}});
const Bridge k_target({{"uplink", 5}, {"vm1", 6}, {"tap9", 7}});

model::FlowStats flow(const std::string &line, const text::Ports &ports) {
    const auto mod = text::parse_flow_mod(line, model::FlowCommand::add, ports).value();
    return {.table = mod.table,
            .priority = mod.priority,
            .match = mod.match,
            .instructions = mod.instructions,
            .cookie = mod.cookie,
            .idle_timeout = mod.idle_timeout,
            .hard_timeout = mod.hard_timeout,
            .flags = mod.flags,
            .importance = mod.importance};
}

PortState sample() {
    PortState state;
    state.flows.push_back(flow("table=1,cookie=0x5,idle_timeout=9,hard_timeout=99,send_flow_rem,"
                               "importance=4,priority=7,tcp,in_port=vm1,tp_dst=80,"
                               "actions=uplink,vm1,LOCAL",
                               k_origin));
    state.flows[0].counters = {.packets = 1ULL << 63, .bytes = ~0ULL};
    state.flows[0].duration = std::chrono::seconds(50);
    state.flows[0].hard_age = std::chrono::seconds(40);
    state.flows[0].idle = std::chrono::seconds(3);
    state.addresses.push_back(
        {.vlan = 20, .mac = {2, 0, 0, 0, 0, 1}, .is_static = true, .age = {}});
    state.addresses.push_back({.mac = {2, 0, 0, 0, 0, 2}, .age = std::chrono::seconds(8)});
    return state;
}

json document() {
    return json::parse(to_json(sample(), {k_origin, "vm1", 2}));
}

std::string fault(const json &wrong) {
    const auto state = parse_port_state(wrong.dump(), k_target, 7);
    return state ? "none" : state.error().message;
}

TEST(PortState, NamesPortsAndNotTheirNumbers) {
    EXPECT_EQ(document()["version"], 1);
    EXPECT_EQ(document()["port"], "vm1");
    EXPECT_EQ(document()["flows"][0]["flow"],
              "cookie=0x5, table=1, idle_timeout=9, hard_timeout=99, send_flow_rem importance=4, "
              "priority=7,tcp,in_port=vm1,tp_dst=80 "
              "actions=output:uplink,output:vm1,LOCAL");
}

// Also where another port has the name that it had.
TEST(PortState, BecomesThatOfThePortThatItIsGivenTo) {
    const auto state = parse_port_state(document().dump(), k_target, 7);
    ASSERT_TRUE(state) << state.error().message;
    ASSERT_EQ(state->flows.size(), 1U);
    auto expected = sample().flows[0];
    expected.match = flow("tcp,in_port=7,tp_dst=80,actions=drop", k_target).match;
    expected.instructions = flow("actions=output:5,output:7,LOCAL", k_target).instructions;
    expected.duration = expected.hard_age;
    EXPECT_EQ(state->flows[0].match.words(), expected.match.words());
    expected.match = state->flows[0].match;
    EXPECT_EQ(state->flows[0], expected);
    EXPECT_EQ(state->addresses, sample().addresses);
}

TEST(PortState, IsRefusedUnlessItIsWhole) {
    EXPECT_THAT(fault(json::array()), HasSubstr("the document is no JSON object"));
    EXPECT_EQ(parse_port_state("{\"version\": 1,", k_target, 7).error().message,
              "the document is not JSON");
    for (const char *member : {"version", "port", "flows", "addresses"}) {
        auto lacking = document();
        lacking.erase(member);
        EXPECT_THAT(fault(lacking), HasSubstr(std::string("has no \"") + member + '"'));
    }
    for (const char *member : {"flow", "packets", "bytes", "age", "idle"}) {
        auto lacking = document();
        lacking["flows"][0].erase(member);
        EXPECT_THAT(fault(lacking), HasSubstr(std::string("has no \"") + member + '"'));
    }
    for (const char *member : {"vlan", "static", "age"}) {
        auto lacking = document();
        lacking["addresses"][1].erase(member);
        EXPECT_THAT(fault(lacking), HasSubstr(std::string("has no \"") + member + '"'));
    }
}

TEST(PortState, IsRefusedInAVersionThatIsNotKnown) {
    auto newer = document();
    newer["version"] = 2;
    EXPECT_EQ(fault(newer), "the document has version 2; this bvsd reads version 1");
}

TEST(PortState, IsRefusedWithWhatIsWrong) {
    const auto with = [](const char *list, int index, const char *member, const json &value) {
        auto wrong = document();
        wrong[list][index][member] = value;
        return fault(wrong);
    };
    EXPECT_THAT(with("flows", 0, "packets", -1), HasSubstr("flow 0 of the document has a wrong"));
    EXPECT_THAT(with("flows", 0, "age", 5e9), HasSubstr("\"age\""));
    EXPECT_THAT(with("flows", 0, "flow", "actions=output:other"),
                HasSubstr("unknown port \"other\""));
    EXPECT_THAT(with("flows", 0, "flow", "table=255,actions=drop"), HasSubstr("all tables"));
    EXPECT_THAT(with("addresses", 1, "vlan", 4096), HasSubstr("address 1 of the document"));
    EXPECT_THAT(with("addresses", 1, "mac", "01:00:00:00:00:01"), HasSubstr("\"mac\""));
    auto twice = document();
    twice["flows"].push_back(twice["flows"][0]);
    EXPECT_THAT(fault(twice),
                HasSubstr("flow 1 of the document has the table, priority and match"));
}

json with_options() {
    auto state = sample();
    for (const char *line : {"tun_metadata0=1,actions=drop", "tun_metadata0=2,actions=drop"})
        state.flows.push_back(flow(line, k_origin));
    state.options.push_back({.option_class = 0x102, .type = 0x80, .bytes = 4, .index = 0});
    return json::parse(to_json(state, {k_origin, "vm1", 2}));
}

TEST(PortState, SaysWhichOptionsItsFlowsName) {
    const auto document = with_options();
    EXPECT_EQ(
        document["options"],
        json::parse(R"([{"field": "tun_metadata0", "class": 258, "type": 128, "bytes": 4}])"));
    const auto state = parse_port_state(document.dump(), k_target, 7);
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(state->flows.size(), 3U);
    const std::vector<model::TlvMapping> expected = {
        {.option_class = 0x102, .type = 0x80, .bytes = 4, .index = 0}};
    EXPECT_EQ(state->options, expected);
}

TEST(PortState, IsRefusedIfItsOptionsAreNotSaid) {
    auto wrong = with_options();
    wrong.erase("options");
    EXPECT_THAT(fault(wrong), HasSubstr("flow 1 of the document names tun_metadata0"));
    for (const char *member : {"field", "class", "type", "bytes"}) {
        wrong = with_options();
        wrong["options"][0].erase(member);
        EXPECT_THAT(fault(wrong), HasSubstr("option 0 of the document"));
    }
    wrong["options"][0]["field"] = "reg0";
    EXPECT_THAT(fault(wrong), HasSubstr("tun_metadata63"));
    wrong["options"] = 5;
    EXPECT_THAT(fault(wrong), HasSubstr("\"options\""));
}

} // namespace
} // namespace bvs::daemon
