// SPDX-License-Identifier: Apache-2.0
#include "switch/database_file.h"

#include "selftests/unit/shell/folder.h"
#include "switch/process.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

namespace {

using testing::HasSubstr;

TEST(Version, ComparesByNumbers) {
    EXPECT_TRUE(version_before("8.3.1", "8.8.0"));
    EXPECT_TRUE(version_before("8.9", "8.10"));
    EXPECT_TRUE(version_before("8.3", "8.3.1"));
    EXPECT_FALSE(version_before("8.3.1", "8.3.1"));
    EXPECT_FALSE(version_before("10.0.0", "9.9.9"));
}

class DatabaseFileTest : public testing::Test {
  protected:
    DatabaseFileTest() {
        if (find_program("ovsdb-tool").empty())
            throw std::runtime_error("needs ovsdb-tool, of the package openvswitch-common");
        log.close_console();
    }

    Attempt<> prepare() { return prepare_database_file(file, schema, log.logger("ovsdb")); }

    std::string tool(const std::vector<std::string> &arguments) {
        std::vector<std::string> command = {find_program("ovsdb-tool")};
        command.insert(command.end(), arguments.begin(), arguments.end());
        auto said = run_program(command);
        return said ? *said : "failed: " + said.error().message;
    }

    void add_bridge_names(int number) { // a record each
        for (int i = 0; i < number; ++i)
            tool({"transact", file,
                  R"(["Open_vSwitch", {"op": "insert", "table": "Queue", "row": {"dscp": )" +
                      std::to_string(i) + "}}]"});
    }

    Folder folder;
    std::string file = folder / "db/conf.db";
    std::string schema = BVS_TEST_SCHEMA;
    Log log{"test"};
};

TEST_F(DatabaseFileTest, IsMadeOnceAndThenLeftAlone) {
    ASSERT_TRUE(prepare());
    EXPECT_EQ(tool({"db-name", file}), "Open_vSwitch");
    add_bridge_names(1);
    auto before = text_of(file);
    ASSERT_TRUE(prepare());
    EXPECT_EQ(text_of(file), before);
}

TEST_F(DatabaseFileTest, AnOlderSchemaIsConvertedAndACopyKept) {
    auto json = nlohmann::json::parse(text_of(schema));
    json["version"] = "7.0.0";
    json.erase("cksum");
    json["tables"].erase("CT_Timeout_Policy");
    json["tables"]["CT_Zone"]["columns"].erase("timeout_policy");
    write_text(folder / "old", json.dump());
    std::filesystem::create_directory(folder / "db");
    ASSERT_EQ(tool({"create", file, folder / "old"}), "");
    ASSERT_TRUE(*schema_is_outdated(file, schema));

    auto prepared = prepare();
    ASSERT_TRUE(prepared) << prepared.error().message;
    EXPECT_FALSE(*schema_is_outdated(file, schema));
    EXPECT_EQ(tool({"db-version", file + ".before-upgrade"}), "7.0.0");
}

TEST_F(DatabaseFileTest, ANewerSchemaIsLeftAsItIs) {
    auto json = nlohmann::json::parse(text_of(schema));
    json["version"] = "99.0.0";
    json.erase("cksum");
    write_text(folder / "new", json.dump());
    std::filesystem::create_directory(folder / "db");
    ASSERT_EQ(tool({"create", file, folder / "new"}), "");
    ASSERT_TRUE(prepare());
    EXPECT_EQ(tool({"db-version", file}), "99.0.0");
}

TEST_F(DatabaseFileTest, WhatIsNoDatabaseOfOursIsNotTouched) {
    std::filesystem::create_directory(folder / "db");
    for (const std::string text : {"", "something else\n"}) {
        write_text(file, text);
        auto prepared = prepare();
        ASSERT_FALSE(prepared);
        EXPECT_EQ(prepared.error().exit, Exit::database);
        EXPECT_THAT(prepared.error().message, HasSubstr(file));
        EXPECT_EQ(text_of(file), text);
    }
    std::filesystem::remove(file);
    write_text(folder / "other", R"({"name": "Other", "version": "1.0.0", "tables": {}})");
    ASSERT_EQ(tool({"create", file, folder / "other"}), "");
    EXPECT_THAT(prepare().error().message, HasSubstr("Other"));
}

// ovsdb-server would drop the damaged record and all that follow, without a word to the user.
TEST_F(DatabaseFileTest, DamageInTheMiddleIsAnErrorAndNothingIsChanged) {
    ASSERT_TRUE(prepare());
    add_bridge_names(4);
    auto text = text_of(file);
    auto place = text.find("\"dscp\":1");
    ASSERT_NE(place, text.npos);
    text[place + 2] = 'X';
    write_text(file, text);
    auto prepared = prepare();
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().exit, Exit::database);
    EXPECT_THAT(prepared.error().message, HasSubstr("SHA-1"));
    EXPECT_EQ(text_of(file), text);
}

TEST_F(DatabaseFileTest, ADamagedEndIsDroppedAndACopyKept) {
    ASSERT_TRUE(prepare());
    add_bridge_names(3);
    auto whole = text_of(file);
    auto last = whole.rfind("OVSDB JSON");
    std::vector<std::string> damaged = {whole.substr(0, last) + std::string(500, '\0')};
    for (auto cut : {last + 5, last + 60, whole.size() - 3})
        damaged.push_back(whole.substr(0, cut));
    for (const auto &text : damaged) {
        write_text(file, text);
        auto prepared = prepare();
        ASSERT_TRUE(prepared) << prepared.error().message;
        EXPECT_EQ(text_of(file), whole.substr(0, last));
        ASSERT_TRUE(prepare());
    }
    EXPECT_EQ(text_of(file + ".damaged"), damaged[0]);
    EXPECT_EQ(text_of(file + ".damaged-4"), damaged[3]);
    EXPECT_FALSE(std::filesystem::exists(file + ".damaged-5"));
}

} // namespace

} // namespace bvs::daemon
