// SPDX-License-Identifier: Apache-2.0
#include "switch/own_database.h"

#include "selftests/unit/shell/folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char *k_os = "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"\n";

ovsdb::Replica replica_with(const json &rows) {
    ovsdb::Replica replica;
    auto schema = ovsdb::parse_schema(json::parse(text_of(BVS_TEST_SCHEMA)));
    replica.configure(*schema, own_database_selection());
    ovsdb::Changes changes;
    EXPECT_TRUE(replica.replace(rows, ovsdb::UpdateFormat::whole, changes));
    return replica;
}

TEST(OwnDatabase, AnEmptyOneGetsItsRow) {
    auto text = initialise_own_database(replica_with(json::object()), k_os).encode(1);
    EXPECT_THAT(text, HasSubstr("\"insert\""));
    EXPECT_THAT(text, HasSubstr("\"debian\""));
    EXPECT_THAT(text, HasSubstr("\"3.1.0\""));
}

TEST(OwnDatabase, OnlyWhatIsDifferentIsWritten) {
    auto version = json::parse(text_of(BVS_TEST_SCHEMA))["version"];
    json row = {{"db_version", version},
                {"ovs_version", "2.17.0"},
                {"system_type", "debian"},
                {"system_version", "12"}};
    auto table = [&row] {
        return json{{"Open_vSwitch", {{"00000000-0000-0000-0000-000000000001", {{"new", row}}}}}};
    };
    auto text = initialise_own_database(replica_with(table()), k_os).encode(1);
    EXPECT_THAT(text, HasSubstr("\"update\""));
    EXPECT_THAT(text, HasSubstr("\"ovs_version\""));
    EXPECT_THAT(text, testing::Not(HasSubstr("system_type")));

    row["ovs_version"] = "3.1.0";
    EXPECT_TRUE(initialise_own_database(replica_with(table()), k_os).empty());
}

} // namespace

} // namespace bvs::daemon
