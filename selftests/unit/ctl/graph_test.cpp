// SPDX-License-Identifier: Apache-2.0
#include "ctl/filter.h"
#include "ctl/graph.h"
#include "selftests/unit/ctl/sample_database.h"

#include <cerrno>
#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

using ovsdb::Smap;
using ovsdb::Uuid;
using test::id;
using testing::HasSubstr;
using testing::Not;

class GraphTest : public testing::Test {
  protected:
    Uuid interface(const std::string &name, const std::string &type, const Smap &options) {
        return draft.insert("Interface", {{"name", name}, {"type", type}, {"options", options}});
    }
    Uuid port(const std::string &name, const std::vector<Uuid> &interfaces) {
        const auto row = draft.insert("Port", {{"name", name}, {"interfaces", interfaces}});
        draft.add("Bridge", id(2), "ports", row);
        return row;
    }
    static std::string edge(const Uuid &one, const Uuid &other, const std::string &rest = ";") {
        return fmt::format("\"{}\" -- \"{}\"{}", one.to_string(), other.to_string(), rest);
    }
    static std::string node(const Uuid &row, const std::string &label) {
        return fmt::format("\"{}\" [label=\"{}\"", row.to_string(), label);
    }

    ovsdb::Replica replica = test::sample_database();
    Draft draft{replica};
};

TEST_F(GraphTest, BridgesHaveTheirPorts) {
    const auto text = graph_of(draft);
    EXPECT_THAT(text, testing::StartsWith("graph bvs {\n"));
    EXPECT_THAT(text, testing::EndsWith("\n}\n"));
    EXPECT_THAT(text, HasSubstr("subgraph \"cluster br0\" {"));
    EXPECT_THAT(text, HasSubstr(node(id(7), "p1\\nVLAN 5")));
    EXPECT_THAT(text, HasSubstr(edge(id(2), id(7))));
}

TEST_F(GraphTest, TunnelsLeadToTheirRemote) {
    const auto a = interface("vx1", "vxlan", {{"remote_ip", "192.0.2.2"}, {"key", "7"}});
    const auto b = interface("vx2", "vxlan", {{"remote_ip", "192.0.2.2"}});
    port("vx1", {a});
    port("vx2", {b});
    const auto text = graph_of(draft);
    const auto leads = [](const Uuid &row, const char *label) {
        return fmt::format("\"{}\" -- \"remote 192.0.2.2\" [label=\"{}\"", row.to_string(), label);
    };
    EXPECT_THAT(text, HasSubstr(leads(a, "vxlan\\nkey 7")));
    EXPECT_THAT(text, HasSubstr(leads(b, "vxlan")));
    EXPECT_EQ(text.find("shape=house"), text.rfind("shape=house"));
}

TEST_F(GraphTest, PatchPortsAreJoinedOnce) {
    const auto a = interface("a", "patch", {{"peer", "b"}});
    const auto b = interface("b", "patch", {{"peer", "a"}});
    const auto lost = interface("lost", "patch", {{"peer", "a"}});
    for (const auto &row : {a, b, lost})
        port(draft.get("Interface", row, "name").string(), {row});
    const auto text = graph_of(draft);
    EXPECT_NE(text.find(edge(a, b, " [penwidth")) == text.npos,
              text.find(edge(b, a, " [penwidth")) == text.npos);
    EXPECT_THAT(text, HasSubstr(edge(lost, a, " [dir=forward, style=dotted")));
}

TEST_F(GraphTest, BondsMirrorsAndControllers) {
    const auto one = interface("e1", "", {}), other = interface("e2", "", {});
    const auto bond = port("bond0", {one, other});
    const auto mirror =
        draft.insert("Mirror", {{"name", "m"}, {"select_src_port", id(4)}, {"output_port", bond}});
    draft.add("Bridge", id(2), "mirrors", mirror);
    const auto controller = draft.insert("Controller", {{"target", "tcp:192.0.2.9:6653"}});
    draft.add("Bridge", id(2), "controller", controller);
    const auto text = graph_of(draft);
    EXPECT_THAT(text, HasSubstr(node(bond, "bond0\\nbond")));
    EXPECT_THAT(text, HasSubstr(edge(id(2), bond)));
    EXPECT_THAT(text, HasSubstr(edge(bond, one)));
    EXPECT_THAT(text, HasSubstr(edge(bond, other)));
    EXPECT_THAT(text, HasSubstr(edge(id(7), mirror, " [dir=forward")));
    EXPECT_THAT(text, HasSubstr(edge(mirror, bond, " [dir=forward")));
    EXPECT_THAT(text, HasSubstr("\"controller tcp:192.0.2.9:6653\" [label="));
}

TEST_F(GraphTest, NamesCannotBreakOut) {
    port("x", {interface("a\"];\\N", "", {})});
    EXPECT_THAT(graph_of(draft), HasSubstr("[label=\"a\\\"];\\\\N\","));
}

TEST(Filter, GivesWhatTheProgramMakes) {
    const std::string much(1 << 20, 'x');
    EXPECT_EQ(run_filter({"tr", "x", "y"}, much).value(), std::string(much.size(), 'y'));
    EXPECT_EQ(run_filter({"cat"}, "").value(), "");
    EXPECT_FALSE(run_filter({"false"}, "x"));
    EXPECT_EQ(run_filter({"no-such-program"}, "x").error().code, ENOENT);
}

} // namespace
} // namespace bvs::ctl
