// SPDX-License-Identifier: Apache-2.0
//
// What the daemon understands of the database's rows, and which names a change touches.
#include "switch/config.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bvs::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Json = nlohmann::json;

std::string uuid(int number) {
    return fmt::format("00000000-0000-0000-0000-{:012}", number);
}

Json uuids(const std::vector<int> &numbers) {
    Json set = Json::array();
    for (const auto number : numbers)
        set.push_back({"uuid", uuid(number)});
    return {"set", set};
}

Json map(const std::string &key, const std::string &value) {
    return Json::array({"map", Json::array({Json::array({key, value})})});
}

// Rows are known by small numbers.
class ConfigTest : public testing::Test {
  protected:
    ConfigTest() {
        std::ifstream file(BVS_TEST_SCHEMA);
        const auto schema = ovsdb::parse_schema(Json::parse(file));
        EXPECT_TRUE(schema);
        EXPECT_THAT(replica.configure(*schema, Config::selection()), IsEmpty());
    }

    void insert(const std::string &table, int number, Json row) {
        updates[table][uuid(number)] = {{"insert", std::move(row)}};
    }
    void modify(const std::string &table, int number, Json row) {
        updates[table][uuid(number)] = {{"modify", std::move(row)}};
    }
    void erase(const std::string &table, int number) {
        updates[table][uuid(number)] = {{"delete", nullptr}};
    }
    Touched commit() {
        ovsdb::Changes changes;
        const auto applied = replica.apply(std::exchange(updates, Json::object()),
                                           ovsdb::UpdateFormat::difference, changes);
        EXPECT_TRUE(applied) << applied.error().message;
        return config.update(replica, changes);
    }

    // As ovs-vsctl does: an interface, a port of the same name.
    void insert_port(int port, int interface, const std::string &name, Json columns = {}) {
        columns["name"] = name;
        columns["interfaces"] = uuids({interface});
        insert("Port", port, columns);
        insert("Interface", interface, {{"name", name}});
    }
    void make_br0() {
        insert("Bridge", 1, {{"name", "br0"}, {"ports", uuids({10, 11})}});
        insert_port(10, 20, "br0");
        insert_port(11, 21, "eth0", {{"tag", 5}});
        commit();
    }

    ovsdb::Replica replica;
    Config config;
    Json updates = Json::object();
};

TEST_F(ConfigTest, ReadsBridgesPortsAndInterfaces) {
    make_br0();
    ASSERT_TRUE(config.bridge("br0"));
    const auto *eth0 = config.interface("eth0");
    ASSERT_TRUE(eth0);
    EXPECT_EQ(eth0->bridge, "br0");
    EXPECT_EQ(eth0->vlan.mode, BVS_VLAN_ACCESS);
    EXPECT_EQ(eth0->vlan.tag, 5);
    EXPECT_TRUE(config.interface("br0")->is_local());
}

TEST_F(ConfigTest, TouchesWhatAChangeConcerns) {
    make_br0();
    insert_port(12, 22, "eth1");
    modify("Bridge", 1, {{"ports", uuids({12})}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth1"));

    modify("Port", 11, {{"tag", 6}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    EXPECT_EQ(config.interface("eth0")->vlan.tag, 6);

    modify("Interface", 22, {{"mtu_request", 9000}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth1"));
    EXPECT_EQ(config.interface("eth1")->mtu, 9000u);
}

TEST_F(ConfigTest, QosAndItsQueuesAreThoseOfThePort) {
    make_br0();
    insert("QoS", 30, {{"type", "linux-htb"}, {"queues", {"map", {{7, {"uuid", uuid(31)}}}}}});
    insert("QoS", 40, {{"type", "linux-sfq"}});
    insert("Queue", 31, {{"other_config", map("min-rate", "5000000")}, {"dscp", 46}});
    modify("Port", 11, {{"qos", {"uuid", uuid(30)}}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    ASSERT_TRUE(config.interface("eth0")->is_shaped());
    EXPECT_EQ(config.interface("eth0")->qos->queues.at(7).min_rate, 5'000'000U);
    EXPECT_FALSE(config.interface("br0")->is_shaped());

    modify("Queue", 31, {{"other_config", map("min-rate", "6000000")}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    EXPECT_EQ(config.interface("eth0")->qos->queues.at(7).min_rate, 6'000'000U);
    modify("QoS", 30, {{"type", "linux-noop"}});
    modify("QoS", 40, {{"type", "linux-codel"}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    EXPECT_FALSE(config.interface("eth0")->is_shaped());
    EXPECT_EQ(config.interface("eth0")->queue_dscp, (model::QueueDscp{{7, 46}}));
    modify("Queue", 31, {{"dscp", 10}});
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    EXPECT_EQ(config.interface("eth0")->queue_dscp, (model::QueueDscp{{7, 10}}));
    modify("QoS", 30, {{"type", "nonsense"}});
    commit();
    EXPECT_FALSE(config.interface("eth0")->qos);
    EXPECT_TRUE(config.interface("eth0")->queue_dscp.empty());
    EXPECT_THAT(config.interface("eth0")->qos_refusal, testing::HasSubstr("'nonsense'"));
}

TEST_F(ConfigTest, ABridgesSettingsTouchItsPortsOnlyIfTheyMatterToThem) {
    make_br0();
    modify("Bridge", 1, {{"other_config", map("mac-aging-time", "60")}});
    auto touched = commit();
    EXPECT_THAT(touched.bridges, ElementsAre("br0"));
    EXPECT_THAT(touched.interfaces, IsEmpty());

    modify("Bridge", 1, {{"other_config", map("forward-bpdu", "true")}});
    EXPECT_THAT(commit().interfaces, ElementsAre("br0", "eth0"));
}

TEST_F(ConfigTest, ForgetsWhatIsGone) {
    make_br0();
    modify("Bridge", 1, {{"ports", uuids({11})}});
    erase("Port", 11);
    erase("Interface", 21);
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    EXPECT_FALSE(config.interface("eth0"));

    erase("Bridge", 1);
    erase("Port", 10);
    erase("Interface", 20);
    const auto touched = commit();
    EXPECT_THAT(touched.bridges, ElementsAre("br0"));
    EXPECT_THAT(touched.interfaces, ElementsAre("br0"));
    EXPECT_THAT(config.interfaces(), IsEmpty());
}

TEST_F(ConfigTest, APortMovesToAnotherBridge) {
    make_br0();
    insert("Bridge", 2, {{"name", "br1"}, {"ports", uuids({11})}});
    modify("Bridge", 1, {{"ports", uuids({11})}});
    EXPECT_THAT(commit().interfaces, UnorderedElementsAre("br1", "eth0"));
    EXPECT_EQ(config.interface("eth0")->bridge, "br1");
}

TEST_F(ConfigTest, ANameKeptByNewRowsIsTheSameInterface) {
    make_br0();
    modify("Bridge", 1, {{"ports", uuids({11, 13})}});
    erase("Port", 11);
    erase("Interface", 21);
    insert_port(13, 23, "eth0");
    EXPECT_THAT(commit().interfaces, ElementsAre("eth0"));
    ASSERT_TRUE(config.interface("eth0"));
    EXPECT_EQ(config.interface("eth0")->vlan.mode, BVS_VLAN_TRUNK);
}

TEST_F(ConfigTest, EveryBridgeHasALocalPort) {
    insert("Bridge", 1, {{"name", "br0"}});
    EXPECT_THAT(commit().interfaces, ElementsAre("br0"));
    ASSERT_TRUE(config.interface("br0"));
    EXPECT_EQ(config.interface("br0")->device, model::Device::internal);
}

TEST_F(ConfigTest, NobodyElseMayHaveABridgesName) {
    make_br0();
    insert("Bridge", 2, {{"name", "br1"}, {"ports", uuids({12})}});
    insert_port(12, 22, "br0x");
    modify("Bridge", 1, {{"ports", uuids({13})}});
    insert_port(13, 23, "br1");
    commit();
    EXPECT_THAT(config.interface("br1")->refusal, testing::HasSubstr("a bridge has that name"));
}

TEST_F(ConfigTest, ARereadTouchesEverythingThatIsAndWas) {
    make_br0();
    insert("Bridge", 2, {{"name", "br9"}});
    ovsdb::Changes changes;
    ASSERT_TRUE(replica.replace(updates, ovsdb::UpdateFormat::difference, changes));
    const auto touched = config.load(replica);
    EXPECT_THAT(touched.bridges, ElementsAre("br0", "br9"));
    EXPECT_THAT(touched.interfaces, ElementsAre("br0", "br9", "eth0"));
    EXPECT_FALSE(config.interface("eth0"));
}

TEST_F(ConfigTest, HasWhatMayComeInAtAnInterface) {
    make_br0();
    modify("Interface", 21, {{"ingress_policing_rate", 100}, {"ingress_policing_kpkts_rate", 2}});
    commit();
    ASSERT_TRUE(config.interface("eth0"));
    EXPECT_EQ(config.interface("eth0")->policing.kilobits, (model::Limit{100, 8000}));
    EXPECT_EQ(config.interface("eth0")->policing.kilopackets, (model::Limit{2, 16}));
}

TEST_F(ConfigTest, RemarksOnWhatItDoesNotDoYet) {
    make_br0();
    modify("Bridge", 1, {{"stp_enable", true}, {"fail_mode", "standalone"}});
    modify("Port", 11, {{"bond_fake_iface", true}, {"trunks", 7}});
    modify("Interface", 21, {{"cfm_mpid", 7}});
    commit();
    EXPECT_EQ(config.remarks("Bridge", "br0").unsupported, "stp_enable");
    EXPECT_EQ(config.remarks("Port", "eth0").unsupported, "bond_fake_iface");
    EXPECT_EQ(config.remarks("Interface", "eth0").unsupported, "cfm_mpid");
    EXPECT_THAT(config.remarks("Interface", "eth0").warnings,
                ElementsAre("port eth0: ignoring trunks, as tag alone makes an access port"));
    modify("Bridge", 1, {{"stp_enable", false}});
    commit();
    EXPECT_EQ(config.remarks("Bridge", "br0"), Remarks());
}

} // namespace
} // namespace bvs::daemon
