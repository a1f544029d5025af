// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

using model::Actions;
using model::Bucket;
using model::GroupCommand;
using model::GroupMod;
using model::GroupProperties;
using model::GroupType;
using model::action::Output;

Actions output(std::uint32_t port) {
    return {Output{.port = port, .max_len = 0}};
}
// Buckets without numbers, as 1.1 to 1.4 have them.
const std::vector<Bucket> k_plain{{.weight = 10, .actions = output(1)},
                                  {.weight = 20, .actions = output(2)}};
const std::vector<Bucket> k_numbered{{.id = 4, .weight = 10, .actions = output(1)},
                                     {.id = 9, .weight = 20, .actions = output(2)}};
const std::vector<Bucket> k_watching{{.id = 0, .watch_port = 1, .actions = output(1)},
                                     {.id = 1, .watch_group = 8, .actions = output(2)}};
const GroupProperties k_by_hash{.selection_method = "hash",
                                .selection_param = 5,
                                .fields = {{model::Field::ipv4_dst, {}, {0, 0xffffff00}},
                                           {model::Field::ip_proto, {}, {0, 0xff}}}};
const GroupProperties k_by_dp_hash{
    .selection_method = "dp_hash", .selection_param = 0x100000000, .fields = {}};
const model::GroupStats k_stats{
    .group = 7, .references = 2, .counters = {3, 4}, .duration = {}, .buckets = {{5, 6}, {7, 8}}};
model::GroupStats timed() {
    auto stats = k_stats;
    stats.duration = std::chrono::nanoseconds(12'000'000'034);
    return stats;
}
const GroupFeatures k_features{
    .types = 0xf, .capabilities = 0xf, .max_groups = {1, 2, 3, 4}, .actions = {5, 6, 7, 8}};

const Case k_cases[] = {
    {"add, 1.3", k_of13,
     GroupMod{
         .command = GroupCommand::add, .type = GroupType::select, .group = 7, .buckets = k_plain},
     "040f00501122334400000100000000070020000affffffffffffffff000000000000001000000001"
     "000000000000000000200014ffffffffffffffff0000000000000010000000020000000000000000"},
    {"add, 1.4", k_of14,
     GroupMod{
         .command = GroupCommand::add, .type = GroupType::select, .group = 7, .buckets = k_plain},
     "050f00501122334400000100000000070020000affffffffffffffff000000000000001000000001"
     "000000000000000000200014ffffffffffffffff0000000000000010000000020000000000000000"},
    {"add with numbers, 1.0", k_of10,
     GroupMod{.command = GroupCommand::add,
              .type = GroupType::select,
              .group = 7,
              .buckets = k_numbered,
              .properties = k_by_dp_hash},
     "0104007811223344000023200000001f000001000000000700300000ffffffff0018000800000004"
     "000000080001000000000008000a0000001800080000000900000008000200000000000800140000"
     "ffff00280000154d000000010000000064705f686173680000000000000000000000000100000000"},
    {"add with numbers, 1.5", k_of15,
     GroupMod{.command = GroupCommand::add,
              .type = GroupType::select,
              .group = 7,
              .buckets = k_numbered,
              .properties = k_by_dp_hash},
     "060f008011223344000001000000000700400000ffffffff00200010000000040000001000000001"
     "000000000000000000000008000a0000002000100000000900000010000000020000000000000000"
     "0000000800140000ffff00280000154d000000010000000064705f68617368000000000000000000"
     "0000000100000000"},
    {"add with fields, 1.5", k_of15,
     GroupMod{.command = GroupCommand::add_or_modify,
              .type = GroupType::select,
              .group = 7,
              .buckets = k_numbered,
              .properties = k_by_hash},
     "060f009011223344800001000000000700400000ffffffff00200010000000040000001000000001"
     "000000000000000000000008000a0000002000100000000900000010000000020000000000000000"
     "0000000800140000ffff00350000154d000000010000000068617368000000000000000000000000"
     "000000000000000580001804ffffff0080001401ff000000"},
    {"add fast failover, 1.0", k_of10,
     GroupMod{.command = GroupCommand::modify,
              .type = GroupType::fast_failover,
              .group = 7,
              .buckets = k_watching},
     "0104005011223344000023200000001f000103000000000700300000ffffffff0018000800000000"
     "00000008000100000001000800000001001800080000000100000008000200000002000800000008"},
    {"add fast failover, 1.5", k_of15,
     GroupMod{.command = GroupCommand::modify,
              .type = GroupType::fast_failover,
              .group = 7,
              .buckets = k_watching},
     "060f005811223344000103000000000700400000ffffffff00200010000000000000001000000001"
     "00000000000000000001000800000001002000100000000100000010000000020000000000000000"
     "0002000800000008"},
    {"delete all, 1.0", k_of10,
     GroupMod{.command = GroupCommand::remove, .group = model::k_all_groups},
     "0104002011223344000023200000001f00020000fffffffc00000000ffffffff"},
    {"delete all, 1.3", k_of13,
     GroupMod{.command = GroupCommand::remove, .group = model::k_all_groups},
     "040f00101122334400020000fffffffc"},
    {"delete all, 1.4", k_of14,
     GroupMod{.command = GroupCommand::remove, .group = model::k_all_groups},
     "050f00101122334400020000fffffffc"},
    {"delete all, 1.5", k_of15,
     GroupMod{.command = GroupCommand::remove, .group = model::k_all_groups},
     "060f00181122334400020000fffffffc00000000ffffffff"},
    {"insert, 1.0", k_of10,
     GroupMod{.command = GroupCommand::insert,
              .type = GroupType::select,
              .group = 7,
              .place = model::bucket_place::last,
              .buckets = k_numbered},
     "0104005011223344000023200000001f000301000000000700300000fffffffe0018000800000004"
     "000000080001000000000008000a0000001800080000000900000008000200000000000800140000"},
    {"insert, 1.5", k_of15,
     GroupMod{.command = GroupCommand::insert,
              .type = GroupType::select,
              .group = 7,
              .place = model::bucket_place::last,
              .buckets = k_numbered},
     "060f005811223344000301000000000700400000fffffffe00200010000000040000001000000001"
     "000000000000000000000008000a0000002000100000000900000010000000020000000000000000"
     "0000000800140000"},
    {"remove bucket, 1.0", k_of10,
     GroupMod{.command = GroupCommand::remove_bucket, .group = 7, .place = 4},
     "0104002011223344000023200000001f00050000000000070000000000000004"},
    {"remove bucket, 1.5", k_of15,
     GroupMod{.command = GroupCommand::remove_bucket, .group = 7, .place = 4},
     "060f00181122334400050000000000070000000000000004"},
    {"desc request, 1.0", k_of10, GroupDescRequest{},
     "0110002011223344ffff0000000023200000000800000000fffffffc00000000"},
    {"desc request, 1.3", k_of13, GroupDescRequest{}, "04120010112233440007000000000000"},
    {"desc request, 1.4", k_of14, GroupDescRequest{}, "05120010112233440007000000000000"},
    {"desc request, 1.5", k_of15, GroupDescRequest{},
     "06120018112233440007000000000000fffffffc00000000"},
    {"desc request of one, 1.0", k_of10, GroupDescRequest{7},
     "0110002011223344ffff00000000232000000008000000000000000700000000"},
    {"desc request of one, 1.5", k_of15, GroupDescRequest{7},
     "061200181122334400070000000000000000000700000000"},
    {"desc, 1.3", k_of13,
     GroupDescReply{
         {{.group = 7, .type = GroupType::select, .buckets = k_plain, .properties = {}}}},
     "0413005811223344000700000000000000480100000000070020000affffffffffffffff00000000"
     "0000001000000001000000000000000000200014ffffffffffffffff000000000000001000000002"
     "0000000000000000"},
    {"desc, 1.4", k_of14,
     GroupDescReply{
         {{.group = 7, .type = GroupType::select, .buckets = k_plain, .properties = {}}}},
     "0513005811223344000700000000000000480100000000070020000affffffffffffffff00000000"
     "0000001000000001000000000000000000200014ffffffffffffffff000000000000001000000002"
     "0000000000000000"},
    {"desc with numbers, 1.0", k_of10,
     GroupDescReply{{{.group = 7,
                      .type = GroupType::select,
                      .buckets = k_numbered,
                      .properties = k_by_dp_hash}}},
     "0111008011223344ffff000000002320000000080000000000680100000000070030000000000000"
     "0018000800000004000000080001000000000008000a000000180008000000090000000800020000"
     "0000000800140000ffff00280000154d000000010000000064705f68617368000000000000000000"
     "0000000100000000"},
    {"desc with numbers, 1.5", k_of15,
     GroupDescReply{{{.group = 7,
                      .type = GroupType::select,
                      .buckets = k_numbered,
                      .properties = k_by_dp_hash}}},
     "06130088112233440007000000000000007801000000000700400000000000000020001000000004"
     "0000001000000001000000000000000000000008000a000000200010000000090000001000000002"
     "00000000000000000000000800140000ffff00280000154d000000010000000064705f6861736800"
     "00000000000000000000000100000000"},
    {"stats request, 1.0", k_of10, GroupStatsRequest{7},
     "0110002011223344ffff00000000232000000007000000000000000700000000"},
    {"stats request, 1.3", k_of13, GroupStatsRequest{7},
     "041200181122334400060000000000000000000700000000"},
    {"stats request, 1.4", k_of14, GroupStatsRequest{7},
     "051200181122334400060000000000000000000700000000"},
    {"stats request, 1.5", k_of15, GroupStatsRequest{7},
     "061200181122334400060000000000000000000700000000"},
    {"stats, 1.0", k_of10, GroupStatsReply{{k_stats}},
     "0111006011223344ffff000000002320000000070000000000480000000000070000000200000000"
     "00000000000000030000000000000004000000000000000000000000000000050000000000000006"
     "00000000000000070000000000000008"},
    {"stats, 1.3", k_of13, GroupStatsReply{{timed()}},
     "04130058112233440006000000000000004800000000000700000002000000000000000000000003"
     "00000000000000040000000c00000022000000000000000500000000000000060000000000000007"
     "0000000000000008"},
    {"stats, 1.4", k_of14, GroupStatsReply{{timed()}},
     "05130058112233440006000000000000004800000000000700000002000000000000000000000003"
     "00000000000000040000000c00000022000000000000000500000000000000060000000000000007"
     "0000000000000008"},
    {"stats, 1.5", k_of15, GroupStatsReply{{timed()}},
     "06130058112233440006000000000000004800000000000700000002000000000000000000000003"
     "00000000000000040000000c00000022000000000000000500000000000000060000000000000007"
     "0000000000000008"},
    {"features request, 1.0", k_of10, GroupFeaturesRequest{},
     "0110001811223344ffff0000000023200000000900000000"},
    {"features request, 1.3", k_of13, GroupFeaturesRequest{}, "04120010112233440008000000000000"},
    {"features request, 1.4", k_of14, GroupFeaturesRequest{}, "05120010112233440008000000000000"},
    {"features request, 1.5", k_of15, GroupFeaturesRequest{}, "06120010112233440008000000000000"},
    {"features, 1.0", k_of10, k_features,
     "0111004011223344ffff00000000232000000009000000000000000f0000000f0000000100000002"
     "000000030000000400000005000000060000000700000008"},
    {"features, 1.3", k_of13, k_features,
     "041300381122334400080000000000000000000f0000000f00000001000000020000000300000004"
     "00000005000000060000000700000008"},
    {"features, 1.4", k_of14, k_features,
     "051300381122334400080000000000000000000f0000000f00000001000000020000000300000004"
     "00000005000000060000000700000008"},
    {"features, 1.5", k_of15, k_features,
     "061300381122334400080000000000000000000f0000000f00000001000000020000000300000004"
     "00000005000000060000000700000008"},
};

TEST(MessagesGroup, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

} // namespace
} // namespace bvs::wire
