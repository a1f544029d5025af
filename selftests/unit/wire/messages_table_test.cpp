// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

const model::TableConfig k_config{
    .table = 5, .eviction = true, .vacancy_events = true, .vacancy_down = 20, .vacancy_up = 80};

const Case k_cases[] = {
    {"mod, 1.3", k_of13, TableMod{{.table = 255}}, "0411001011223344ff00000000000000"},
    {"mod, 1.4", k_of14, TableMod{k_config}, "0511001811223344050000000000000c0003000814500000"},
    {"mod, 1.5", k_of15, TableMod{k_config}, "0611001811223344050000000000000c0003000814500000"},
    {"status, 1.4", k_of14, TableStatus{k_config, true},
     "051f0028112233440400000000000000001805000000000c00020008000000060003000814500000"},
    {"status, 1.5", k_of15, TableStatus{k_config, true},
     "061f0028112233440400000000000000001805000000000c00020008000000060003000814500000"},
    {"stats request, 1.0", k_of10, TableStatsRequest{}, "0110000c1122334400030000"},
    {"stats request, 1.3", k_of13, TableStatsRequest{}, "04120010112233440003000000000000"},
    {"stats request, 1.4", k_of14, TableStatsRequest{}, "05120010112233440003000000000000"},
    {"stats request, 1.5", k_of15, TableStatsRequest{}, "06120010112233440003000000000000"},
    {"stats, 1.0", k_of10,
     TableStatsReply{{{.table = 5, .active = 6, .max_entries = 1000, .lookups = 7, .matched = 8}}},
     "0111004c112233440003000005000000000000000000000000000000000000000000000000000000"
     "0000000000000000ffffffff000003e80000000600000000000000070000000000000008"},
    {"stats, 1.3", k_of13, TableStatsReply{{{.table = 5, .active = 6, .lookups = 7, .matched = 8}}},
     "04130028112233440003000000000000050000000000000600000000000000070000000000000008"},
    {"stats, 1.4", k_of14, TableStatsReply{{{.table = 5, .active = 6, .lookups = 7, .matched = 8}}},
     "05130028112233440003000000000000050000000000000600000000000000070000000000000008"},
    {"stats, 1.5", k_of15, TableStatsReply{{{.table = 5, .active = 6, .lookups = 7, .matched = 8}}},
     "06130028112233440003000000000000050000000000000600000000000000070000000000000008"},
    {"desc request, 1.4", k_of14, TableDescRequest{}, "0512001011223344000e000000000000"},
    {"desc request, 1.5", k_of15, TableDescRequest{}, "0612001011223344000e000000000000"},
    {"desc, 1.4", k_of14, TableDescReply{{k_config, {.table = 6}}},
     "0513003011223344000e000000000000001805000000000c00020008000000060003000814500000"
     "0008060000000000"},
    {"desc, 1.5", k_of15, TableDescReply{{k_config, {.table = 6}}},
     "0613003011223344000e000000000000001805000000000c00020008000000060003000814500000"
     "0008060000000000"},
    {"features request, 1.3", k_of13, TableFeaturesRequest{}, "0412001011223344000c000000000000"},
    {"features request, 1.4", k_of14, TableFeaturesRequest{}, "0512001011223344000c000000000000"},
    {"features request, 1.5", k_of15, TableFeaturesRequest{}, "0612001011223344000c000000000000"},
};

TEST(MessagesTable, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

// Too long to be spelled out; ovs-ofctl reads them in the interop tests.
TEST(MessagesTable, FeaturesBothWays) {
    TableFeaturesReply reply;
    for (unsigned table = 0; table < 3; table++)
        reply.tables.push_back({.table = static_cast<std::uint8_t>(table),
                                .name = "acl",
                                .max_entries = 1000,
                                .config = {.table = static_cast<std::uint8_t>(table)},
                                .last = table == 2});
    for (const auto &dialect : {k_of13, k_of14, k_of15}) {
        auto decoded = decode(encode({.body = reply}, dialect), dialect);
        ASSERT_TRUE(decoded) << decoded.error().why;
        EXPECT_TRUE(decoded->body == Body(reply));
    }
}

TEST(MessagesTable, FeaturesAreDividedAndSaySo) {
    TableFeaturesReply reply;
    for (unsigned table = 0; table < model::k_tables; table++)
        reply.tables.push_back({.table = static_cast<std::uint8_t>(table),
                                .config = {.table = static_cast<std::uint8_t>(table)},
                                .last = table + 1 == model::k_tables});
    Bytes bytes = encode({.xid = k_xid, .body = reply}, k_of13);
    TableFeaturesReply together;
    unsigned messages = 0;
    for (ByteSpan left(bytes); !left.empty(); messages++) {
        auto header = read_header(left);
        ASSERT_TRUE(header && header->length <= left.size());
        auto decoded = decode(left.first(header->length), k_of13);
        ASSERT_TRUE(decoded) << decoded.error().why;
        left = left.subspan(header->length);
        EXPECT_EQ(decoded->more, !left.empty());
        EXPECT_EQ(decoded->xid, k_xid);
        const auto &tables = std::get<TableFeaturesReply>(decoded->body).tables;
        together.tables.insert(together.tables.end(), tables.begin(), tables.end());
    }
    EXPECT_GT(messages, 1u);
    EXPECT_TRUE(together == reply);
}

TEST(MessagesTable, EmptyReplyIsAMessage) {
    auto decoded = decode(encode({.body = TableDescReply{}}, k_of14), k_of14);
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decoded->body == Body(TableDescReply{}));
}

} // namespace
} // namespace bvs::wire
