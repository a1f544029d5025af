// SPDX-License-Identifier: Apache-2.0
#include "ctl/moment.h"
#include "ctl/table.h"

#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

Table sample() {
    return {{"name", "count"}, {{"a,\"b\"", 5}, {"\xc3\xa9", 1200}}};
}

TEST(Table, AlignsNumbersToTheRight) {
    EXPECT_EQ(render(sample(), {Format::table}), "name  count\n"
                                                 "----- -----\n"
                                                 "a,\"b\"     5\n"
                                                 "\xc3\xa9      1200\n");
}

TEST(Table, AlignsAsOvsDoes) {
    auto table = sample();
    table.as_ovs = true;
    EXPECT_EQ(render(table, {Format::table, false}), "a,\"b\" 5\n\xc3\xa9     1200\n");
}

TEST(Table, ListsOneCellALine) {
    EXPECT_EQ(render({{"name"}, {{"a"}, {"b"}}}, {Format::list}),
              "name                : a\n\nname                : b\n");
}

TEST(Table, QuotesCsv) {
    EXPECT_EQ(render(sample(), {Format::csv}), "name,count\n\"a,\"\"b\"\"\",5\n\xc3\xa9,1200\n");
}

TEST(Table, IsJsonOfObjectsOrOfRows) {
    auto table = sample();
    EXPECT_EQ(render(table, {Format::json}), "[{\"name\":\"a,\\\"b\\\"\",\"count\":5},\n"
                                             " {\"name\":\"\xc3\xa9\",\"count\":1200}]\n");
    table.as_ovs = true;
    EXPECT_EQ(render(table, {Format::json}), "{\"data\":[[\"a,\\\"b\\\"\",5],[\"\xc3\xa9\",1200]],"
                                             "\"headings\":[\"name\",\"count\"]}\n");
}

TEST(Table, ColoursOnlyWhenAsked) {
    Table table{{"n"}, {{Cell("x").with(Tone::bad)}}};
    EXPECT_EQ(render(table, {Format::table, false, false}), "x\n");
    EXPECT_EQ(render(table, {Format::table, false, true}), "\x1b[31mx\x1b[0m\n");
}

TEST(Moment, IsShort) {
    EXPECT_EQ(duration(59), "59s");
    EXPECT_EQ(duration(125), "2m 5s");
    EXPECT_EQ(duration(3 * 86400 + 7200), "3d 2h");
    EXPECT_EQ(scaled(0, ""), "0");
    EXPECT_EQ(scaled(999, "bit/s"), "999 bit/s");
    EXPECT_EQ(scaled(9423000000, "bit/s"), "9.42 Gbit/s");
    EXPECT_EQ(scaled(12300, ""), "12.3 k");
}

} // namespace
} // namespace bvs::ctl
