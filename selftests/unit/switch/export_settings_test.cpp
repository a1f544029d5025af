// SPDX-License-Identifier: Apache-2.0
//
// What rows of NetFlow, IPFIX and sFlow ask for.
#include "maps/account.h"
#include "switch/config.h"
#include "switch/export_settings.h"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bvs::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::json;

class ExportSettings : public testing::Test {
  protected:
    static std::string uuid(int number) {
        return fmt::format("00000000-0000-0000-0000-{:012}", number);
    }
    static Json refers_to(int number) { return Json::array({"uuid", uuid(number)}); }

    void fill(const Json &updates) {
        std::ifstream file(BVS_TEST_SCHEMA);
        const auto schema = ovsdb::parse_schema(Json::parse(file));
        replica_ = {};
        EXPECT_THAT(replica_.configure(*schema, Config::selection()), IsEmpty());
        ovsdb::Changes changes;
        EXPECT_TRUE(replica_.apply(updates, ovsdb::UpdateFormat::difference, changes));
    }
    const ovsdb::Row &row(const std::string &table, const Json &columns) {
        fill({{table, {{uuid(1), {{"insert", columns}}}}}});
        row_ = replica_.row(table, *ovsdb::Uuid::parse(uuid(1)));
        return *row_;
    }
    static Json map(const std::string &key, const std::string &value) {
        return Json::array({"map", Json::array({Json::array({key, value})})});
    }

    ovsdb::Replica replica_;
    ovsdb::RowPtr row_;
    model::Warnings warnings_;
};

TEST_F(ExportSettings, OfNetflowAreOpenVswitchs) {
    const auto plain = netflow_settings(row("NetFlow", {{"targets", "10.0.0.1:2055"}}));
    EXPECT_THAT(plain.targets, ElementsAre("10.0.0.1:2055"));
    EXPECT_EQ(plain.active, std::chrono::seconds(600));
    EXPECT_FALSE(plain.version9);

    const auto other =
        netflow_settings(row("NetFlow", {{"targets", "10.0.0.1:2055"},
                                         {"active_timeout", -1},
                                         {"engine_id", 3},
                                         {"add_id_to_interface", true},
                                         {"external_ids", map("bvs-version", "9")}}));
    EXPECT_FALSE(other.active);
    EXPECT_EQ(other.engine_id, 3);
    EXPECT_TRUE(other.add_id_to_interface);
    EXPECT_TRUE(other.version9);
}

TEST_F(ExportSettings, OfIpfixHaveDefaults) {
    const auto plain = ipfix_settings(row("IPFIX", Json::object()), "br0", warnings_);
    EXPECT_EQ(plain.sampling, 400U);
    EXPECT_TRUE(plain.input);
    EXPECT_TRUE(plain.tunnels);
    EXPECT_EQ(plain.active, netflow::Time());
    EXPECT_THAT(warnings_, IsEmpty());
    const auto other = ipfix_settings(
        row("IPFIX", {{"sampling", 1}, {"other_config", map("enable-input-sampling", "false")}}),
        "br0", warnings_);
    EXPECT_EQ(other.sampling, 1U);
    EXPECT_FALSE(other.input);
}

TEST_F(ExportSettings, WarnOfWhatMakesNoSense) {
    ipfix_settings(row("IPFIX", {{"other_config", map("template-interval", "soon")}}),
                   "IPFIX of bridge br0", warnings_);
    const auto sflow = sflow_settings(
        row("sFlow", {{"targets", "10.0.0.1:6343"}, {"sampling", 0}, {"header", 1500}}), "br1",
        warnings_);
    EXPECT_EQ(sflow.sampling, 1U);
    EXPECT_EQ(sflow.header, std::uint32_t{BVS_SAMPLE_BYTES});
    EXPECT_THAT(warnings_,
                ElementsAre(HasSubstr("IPFIX of bridge br0: template-interval=soon"),
                            HasSubstr("sFlow of bridge br1: header 1500 is out of range"),
                            HasSubstr("sFlow of bridge br1: sampling 0")));
}

TEST_F(ExportSettings, OfBridgesAreThoseThatTheyReferTo) {
    fill({{"Bridge",
           {{uuid(1), {{"insert", {{"name", "br0"}, {"netflow", refers_to(3)}}}}},
            {uuid(2), {{"insert", {{"name", "br1"}}}}}}},
          {"NetFlow", {{uuid(3), {{"insert", {{"targets", "10.0.0.1:2055"}}}}}}},
          {"IPFIX",
           {{uuid(4), {{"insert", {{"targets", "10.0.0.2:4739"}}}}},
            {uuid(5), {{"insert", {{"targets", "10.0.0.3:4739"}}}}}}},
          {"Flow_Sample_Collector_Set",
           {{uuid(6), {{"insert", {{"id", 9}, {"bridge", refers_to(1)}, {"ipfix", refers_to(4)}}}}},
            {uuid(7), {{"insert", {{"id", 10}, {"bridge", refers_to(1)}}}}}}}});
    const auto all = export_wishes(replica_, warnings_);
    ASSERT_EQ(all.size(), 1U);
    const auto &wishes = all.at("br0");
    EXPECT_THAT(wishes.netflow.value().targets, ElementsAre("10.0.0.1:2055"));
    EXPECT_FALSE(wishes.ipfix);
    ASSERT_EQ(wishes.sets.size(), 1U); // the other one does not say how
    EXPECT_THAT(wishes.sets.at(9).targets, ElementsAre("10.0.0.2:4739"));
}

TEST(SamplingThreshold, IsAShareOfAllNumbers) {
    EXPECT_EQ(sampling_threshold(1), 1ULL << 32);
    EXPECT_EQ(sampling_threshold(4), 1ULL << 30);
}

} // namespace
} // namespace bvs::daemon
