// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

using model::BandType;
using model::MeterCommand;
using model::MeterMod;

const model::MeterConfig k_config{
    .meter = 7,
    .flags = {.kbps = true, .burst = true, .stats = true},
    .bands = {{.type = BandType::drop, .rate = 1000, .burst = 50},
              {.type = BandType::dscp_remark, .rate = 500, .burst = 25, .precedence = 1}}};
const QueueConfig k_queue{.port = 3, .queue = 4, .min_rate = 100, .max_rate = 900};
const model::QueueStats k_stats{
    .port = 3, .queue = 4, .tx_packets = 5, .tx_bytes = 6, .tx_errors = 7};
model::QueueStats timed() {
    auto stats = k_stats;
    stats.duration = std::chrono::nanoseconds(12'000'000'034);
    return stats;
}

const Case k_cases[] = {
    {"add, 1.3", k_of13, MeterMod{MeterCommand::add, k_config},
     "041d0030112233440000000d0000000700010010000003e8000000320000000000020010000001f4"
     "0000001901000000"},
    {"add, 1.4", k_of14, MeterMod{MeterCommand::add, k_config},
     "051d0030112233440000000d0000000700010010000003e8000000320000000000020010000001f4"
     "0000001901000000"},
    {"add, 1.5", k_of15, MeterMod{MeterCommand::add, k_config},
     "061d0030112233440000000d0000000700010010000003e8000000320000000000020010000001f4"
     "0000001901000000"},
    {"delete all, 1.3", k_of13, MeterMod{MeterCommand::remove, {.meter = model::k_all_meters}},
     "041d00101122334400020000ffffffff"},
    {"delete all, 1.4", k_of14, MeterMod{MeterCommand::remove, {.meter = model::k_all_meters}},
     "051d00101122334400020000ffffffff"},
    {"delete all, 1.5", k_of15, MeterMod{MeterCommand::remove, {.meter = model::k_all_meters}},
     "061d00101122334400020000ffffffff"},
    {"stats request, 1.3", k_of13, MeterStatsRequest{},
     "04120018112233440009000000000000ffffffff00000000"},
    {"stats request, 1.4", k_of14, MeterStatsRequest{},
     "05120018112233440009000000000000ffffffff00000000"},
    {"stats request, 1.5", k_of15, MeterStatsRequest{},
     "06120018112233440009000000000000ffffffff00000000"},
    {"stats, 1.3", k_of13,
     MeterStatsReply{{{.meter = 7,
                       .flows = 1,
                       .counters = {2, 3},
                       .duration = std::chrono::seconds(4),
                       .bands = {{5, 6}}}}},
     "04130048112233440009000000000000000000070038000000000000000000010000000000000002"
     "0000000000000003000000040000000000000000000000050000000000000006"},
    {"stats, 1.4", k_of14,
     MeterStatsReply{{{.meter = 7,
                       .flows = 1,
                       .counters = {2, 3},
                       .duration = std::chrono::seconds(4),
                       .bands = {{5, 6}}}}},
     "05130048112233440009000000000000000000070038000000000000000000010000000000000002"
     "0000000000000003000000040000000000000000000000050000000000000006"},
    {"stats, 1.5", k_of15,
     MeterStatsReply{{{.meter = 7,
                       .flows = 1,
                       .counters = {2, 3},
                       .duration = std::chrono::seconds(4),
                       .bands = {{5, 6}}}}},
     "06130048112233440009000000000000000000070038000000000000000000010000000000000002"
     "0000000000000003000000040000000000000000000000050000000000000006"},
    {"config request, 1.3", k_of13, MeterConfigRequest{7},
     "0412001811223344000a0000000000000000000700000000"},
    {"config request, 1.4", k_of14, MeterConfigRequest{7},
     "0512001811223344000a0000000000000000000700000000"},
    {"config request, 1.5", k_of15, MeterConfigRequest{7},
     "0612001811223344000a0000000000000000000700000000"},
    {"config, 1.3", k_of13,
     MeterConfigReply{{k_config, {.meter = 8, .flags = {.packets = true}, .bands = {}}}},
     "0413004011223344000a0000000000000028000d0000000700010010000003e80000003200000000"
     "00020010000001f400000019010000000008000200000008"},
    {"config, 1.4", k_of14,
     MeterConfigReply{{k_config, {.meter = 8, .flags = {.packets = true}, .bands = {}}}},
     "0513004011223344000a0000000000000028000d0000000700010010000003e80000003200000000"
     "00020010000001f400000019010000000008000200000008"},
    {"config, 1.5", k_of15,
     MeterConfigReply{{k_config, {.meter = 8, .flags = {.packets = true}, .bands = {}}}},
     "0613004011223344000a0000000000000028000d0000000700010010000003e80000003200000000"
     "00020010000001f400000019010000000008000200000008"},
    {"features request, 1.3", k_of13, MeterFeaturesRequest{}, "0412001011223344000b000000000000"},
    {"features request, 1.4", k_of14, MeterFeaturesRequest{}, "0512001011223344000b000000000000"},
    {"features request, 1.5", k_of15, MeterFeaturesRequest{}, "0612001011223344000b000000000000"},
    {"features, 1.3", k_of13,
     MeterFeatures{
         .max_meters = 1000, .band_types = 6, .capabilities = 0xf, .max_bands = 8, .max_color = 0},
     "0413002011223344000b000000000000000003e8000000060000000f08000000"},
    {"features, 1.4", k_of14,
     MeterFeatures{
         .max_meters = 1000, .band_types = 6, .capabilities = 0xf, .max_bands = 8, .max_color = 0},
     "0513002011223344000b000000000000000003e8000000060000000f08000000"},
    {"features, 1.5", k_of15,
     MeterFeatures{
         .max_meters = 1000, .band_types = 6, .capabilities = 0xf, .max_bands = 8, .max_color = 0},
     "0613002011223344000b000000000000000003e8000000060000000f08000000"},
    {"queue config request, 1.0", k_of10, QueueGetConfigRequest{3}, "0114000c1122334400030000"},
    {"queue config request, 1.3", k_of13, QueueGetConfigRequest{3},
     "04160010112233440000000300000000"},
    {"queue config, 1.0", k_of10, QueueGetConfigReply{3, {k_queue}},
     "01150038112233440003000000000000000000040028000000010010000000000064000000000000"
     "00020010000000000384000000000000"},
    {"queue config, 1.3", k_of13, QueueGetConfigReply{3, {k_queue}},
     "04170040112233440000000300000000000000040000000300300000000000000001001000000000"
     "006400000000000000020010000000000384000000000000"},
    {"queue desc request, 1.4", k_of14, QueueDescRequest{},
     "0512001811223344000f000000000000ffffffffffffffff"},
    {"queue desc request, 1.5", k_of15, QueueDescRequest{},
     "0612001811223344000f000000000000ffffffffffffffff"},
    {"queue desc, 1.4", k_of14, QueueDescReply{{k_queue}},
     "0513003011223344000f000000000000000000030000000400200000000000000001000800640000"
     "0002000803840000"},
    {"queue desc, 1.5", k_of15, QueueDescReply{{k_queue}},
     "0613003011223344000f000000000000000000030000000400200000000000000001000800640000"
     "0002000803840000"},
    {"queue stats request, 1.0", k_of10, QueueStatsRequest{},
     "011000141122334400050000fffc0000ffffffff"},
    {"queue stats request, 1.3", k_of13, QueueStatsRequest{},
     "04120018112233440005000000000000ffffffffffffffff"},
    {"queue stats request, 1.4", k_of14, QueueStatsRequest{},
     "05120018112233440005000000000000ffffffffffffffff"},
    {"queue stats request, 1.5", k_of15, QueueStatsRequest{},
     "06120018112233440005000000000000ffffffffffffffff"},
    {"queue stats, 1.0", k_of10, QueueStatsReply{{k_stats}},
     "0111002c112233440005000000030000000000040000000000000006000000000000000500000000"
     "00000007"},
    {"queue stats, 1.3", k_of13, QueueStatsReply{{timed()}},
     "04130038112233440005000000000000000000030000000400000000000000060000000000000005"
     "00000000000000070000000c00000022"},
    {"queue stats, 1.4", k_of14, QueueStatsReply{{timed()}},
     "05130040112233440005000000000000003000000000000000000003000000040000000000000006"
     "000000000000000500000000000000070000000c00000022"},
    {"queue stats, 1.5", k_of15, QueueStatsReply{{timed()}},
     "06130040112233440005000000000000003000000000000000000003000000040000000000000006"
     "000000000000000500000000000000070000000c00000022"},
};

TEST(MessagesMeter, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

} // namespace
} // namespace bvs::wire
