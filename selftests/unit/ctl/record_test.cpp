// SPDX-License-Identifier: Apache-2.0
//
// How records, columns and conditions are named and held against the database.
#include "ctl/column_value.h"
#include "ctl/condition.h"
#include "selftests/unit/ctl/sample_database.h"

#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

using ovsdb::Datum;
using test::id;
using testing::HasSubstr;

class RecordTest : public testing::Test {
  protected:
    ovsdb::Replica replica = test::sample_database();
    Draft draft{replica};
    Symbols symbols;
};

TEST_F(RecordTest, TablesAndColumnsMayBeShortened) {
    const auto &schema = draft.schema();
    EXPECT_EQ(find_table(schema, "Port"), "Port");
    EXPECT_EQ(find_table(schema, "br"), "Bridge");
    EXPECT_EQ(find_table(schema, "open-v"), "Open_vSwitch");
    EXPECT_EQ(find_table(schema, "ssl"), "SSL");
    EXPECT_THAT(find_table(schema, "Flow").error().message, HasSubstr("matches multiple"));
    EXPECT_THAT(find_table(schema, "Prt").error().message, HasSubstr("did you mean 'Port'?"));
    EXPECT_EQ(find_column(schema, "Port", "int")->name, "interfaces");
    EXPECT_THAT(find_column(schema, "Port", "bond").error().message, HasSubstr("more than one"));
}

TEST_F(RecordTest, RowsGoByNameUuidDotAndSymbol) {
    auto row = [&](const char *table, const char *record) {
        return find_row(draft, symbols, table, record).value();
    };
    EXPECT_EQ(row("Port", "p1"), id(4));
    EXPECT_EQ(row("Port", test::uuid(4).c_str()), id(4));
    EXPECT_EQ(row("Port", "00000004"), id(4));
    EXPECT_EQ(row("Open_vSwitch", "."), id(1));
    EXPECT_EQ(row("Port", "nix"), std::nullopt);
    EXPECT_THAT(find_row(draft, symbols, "Port", "0000").error().message,
                HasSubstr("2 or more rows"));
    EXPECT_TRUE(symbols.define("@x", id(4)));
    EXPECT_EQ(row("Port", "@x"), id(4));
}

TEST_F(RecordTest, ColumnsAreSetWholeOrByKey) {
    auto set = [&](const char *argument) {
        return set_column(draft, symbols, "Bridge", id(2), argument);
    };
    EXPECT_TRUE(set("external_ids:c=r t"));
    EXPECT_EQ(draft.get("Bridge", id(2), "external_ids").smap(),
              (ovsdb::Smap{{"a", "b"}, {"c", "r t"}}));
    EXPECT_TRUE(set("external_ids=x=1,y=2"));
    EXPECT_EQ(draft.get("Bridge", id(2), "external_ids").smap(),
              (ovsdb::Smap{{"x", "1"}, {"y", "2"}}));
    EXPECT_THAT(set("name=other").error().message, HasSubstr("read-only column name"));
    EXPECT_THAT(set("fail_mode:x=y").error().message, HasSubstr("non-map column fail_mode"));
    EXPECT_THAT(set("fail_mode=odd").error().message, HasSubstr("not one of the allowed values"));
    EXPECT_THAT(set("fail_mode").error().message, HasSubstr("does not end in \"=\""));
}

TEST_F(RecordTest, SymbolsMustBeCreated) {
    EXPECT_TRUE(set_column(draft, symbols, "Port", id(4), "qos=@q"));
    EXPECT_THAT(symbols.check().error().message, HasSubstr("\"@q\" is referenced but never"));
    auto row = symbols.create("@q", false);
    ASSERT_TRUE(row);
    EXPECT_EQ(draft.get("Port", id(4), "qos").uuid(), *row);
    EXPECT_TRUE(symbols.check()->empty());
    EXPECT_FALSE(symbols.create("@q", false));
    EXPECT_TRUE(symbols.create("@alone", false));
    EXPECT_THAT(symbols.check()->at(0), HasSubstr("no reference"));
}

TEST_F(RecordTest, ConditionsHoldOrNot) {
    auto holds = [&](const char *table, int row, const char *text) {
        auto condition = parse_condition(draft.schema(), table, text, symbols);
        EXPECT_TRUE(condition) << text;
        return condition && condition->holds(draft, table, id(row));
    };
    EXPECT_TRUE(holds("Port", 4, "tag=5"));
    EXPECT_TRUE(holds("Port", 4, "tag>=5"));
    EXPECT_FALSE(holds("Port", 4, "tag!=5"));
    EXPECT_TRUE(holds("Port", 3, "tag=[]"));
    EXPECT_TRUE(holds("Port", 4, "name{in}p1,p2"));
    EXPECT_TRUE(holds("Bridge", 2, "external_ids:a=b"));
    EXPECT_FALSE(holds("Bridge", 2, "external_ids:z!=b"));
    EXPECT_TRUE(holds("Bridge", 2, "external_ids{>=}a=b"));
    EXPECT_FALSE(parse_condition(draft.schema(), "Port", "tag", symbols));
}

struct Comparison {
    std::vector<std::int64_t> has;
    std::string_view op;
    std::vector<std::int64_t> wanted;
    bool result;
};

void PrintTo(const Comparison &given, std::ostream *out) {
    *out << fmt::format("{} {} {}", given.has.size(), given.op, given.wanted.size());
}

class Compare : public testing::TestWithParam<Comparison> {};

TEST_P(Compare, Sets) {
    const auto &given = GetParam();
    EXPECT_EQ(compare(Datum(given.has), given.op, Datum(given.wanted)), given.result);
}

INSTANTIATE_TEST_SUITE_P(
    Operators, Compare,
    testing::Values(
        Comparison{{1, 2}, "=", {2, 1}, true}, Comparison{{1}, "!=", {1}, false},
        Comparison{{1}, "<", {2}, true}, Comparison{{2}, "<", {2}, false},
        Comparison{{9}, "<", {1, 2}, true}, Comparison{{}, "<", {1}, true},
        Comparison{{2}, ">=", {2}, true}, Comparison{{1}, "{<}", {1, 2}, true},
        Comparison{{1, 2}, "{<}", {1, 2}, false}, Comparison{{1, 2}, "{<=}", {1, 2}, true},
        Comparison{{1, 2, 3}, "{>}", {1, 2}, true}, Comparison{{1, 3}, "{>=}", {1, 2}, false},
        Comparison{{3}, "{not-in}", {1, 2}, true}, Comparison{{1, 3}, "{not-in}", {1, 2}, false},
        Comparison{{1}, "{in}", {1, 2}, true}));

} // namespace
} // namespace bvs::ctl
