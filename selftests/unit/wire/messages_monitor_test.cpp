// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

model::Match match() {
    model::Match match;
    match.set(model::Field::in_port, 3);
    return match;
}
FlowMonitorRequest request() {
    FlowMonitorRequest request{.monitor = 5, .flags = 0x1f};
    request.filter.table = 2;
    request.filter.match = match();
    request.filter.out_port = 4;
    return request;
}
FlowUpdate full(FlowEvent event) {
    FlowUpdate update{.event = event};
    if (event == FlowEvent::removed)
        update.reason = model::RemovedReason::hard_timeout;
    update.flow.table = 2;
    update.flow.priority = 100;
    update.flow.match = match();
    update.flow.cookie = 0x1234;
    update.flow.idle_timeout = 6;
    update.flow.hard_timeout = 7;
    if (event != FlowEvent::removed)
        update.flow.instructions.apply = {model::action::Output{.port = 4}};
    return update;
}
const FlowMonitorReply k_updates{{full(FlowEvent::added),
                                  full(FlowEvent::removed),
                                  full(FlowEvent::modified),
                                  {.event = FlowEvent::abbreviated, .xid = 0x55}}};

const Case k_cases[] = {
    {"start, 1.0", k_of10, FlowMonitorStart{{request()}},
     "0110003011223344ffff000000002320000000020000000000000005001f00040006020000000000"
     "0000000200030000"},
    {"start, 1.3", k_of13, FlowMonitorStart{{request()}},
     "0412003811223344ffff0000000000004f4e46000000074e00000005001f00100000000402000000"
     "0001000c800000040000000300000000"},
    {"start, 1.4", k_of14, FlowMonitorStart{{request()}},
     "051200301122334400100000000000000000000500000004ffffffff001f02000001000c80000004"
     "0000000300000000"},
    {"start, 1.5", k_of15, FlowMonitorStart{{request()}},
     "061200301122334400100000000000000000000500000004ffffffff001f02000001000c80000004"
     "0000000300000000"},
    {"updates, 1.0", k_of10, k_updates,
     "0111009011223344ffff000000002320000000020000000000280000000000640006000700060200"
     "00000000000012340000000200030000000000080004000000200001000100640006000700060200"
     "00000000000012340000000200030000002800020000006400060007000602000000000000001234"
     "000000020003000000000008000400000008000300000055"},
    {"updates, 1.3", k_of13, k_updates,
     "041300c811223344ffff0000000000004f4e46000000074e00400000000000640006000700100200"
     "00000000000012340001000c80000004000000030000000000040018000000000000001000000004"
     "00000000000000000028000100010064000600070010020000000000000012340001000c80000004"
     "00000003000000000040000200000064000600070010020000000000000012340001000c80000004"
     "00000003000000000004001800000000000000100000000400000000000000000008000300000055"},
    {"updates, 1.4", k_of14, k_updates,
     "051300c0112233440010000000000000004000010200000600070064000000000000000000001234"
     "0001000c800000040000000300000000000400180000000000000010000000040000000000000000"
     "0028000202010006000700640000000000000000000012340001000c800000040000000300000000"
     "0040000302000006000700640000000000000000000012340001000c800000040000000300000000"
     "0004001800000000000000100000000400000000000000000008000400000055"},
    {"updates, 1.5", k_of15, k_updates,
     "061300c0112233440010000000000000004000010200000600070064000000000000000000001234"
     "0001000c800000040000000300000000000400180000000000000010000000040000000000000000"
     "0028000202010006000700640000000000000000000012340001000c800000040000000300000000"
     "0040000302000006000700640000000000000000000012340001000c800000040000000300000000"
     "0004001800000000000000100000000400000000000000000008000400000055"},
    {"initial, 1.4", k_of14, FlowMonitorReply{{full(FlowEvent::initial)}},
     "05130050112233440010000000000000004000000200000600070064000000000000000000001234"
     "0001000c800000040000000300000000000400180000000000000010000000040000000000000000"},
    {"initial, 1.5", k_of15, FlowMonitorReply{{full(FlowEvent::initial)}},
     "06130050112233440010000000000000004000000200000600070064000000000000000000001234"
     "0001000c800000040000000300000000000400180000000000000010000000040000000000000000"},
    {"pause as an update, 1.4", k_of14, FlowMonitorReply{{{.event = FlowEvent::paused}}},
     "051300181122334400100000000000000008000500000000"},
    {"pause as an update, 1.5", k_of15, FlowMonitorReply{{{.event = FlowEvent::paused}}},
     "061300181122334400100000000000000008000500000000"},
    {"cancel, 1.0", k_of10, FlowMonitorCancel{5}, "0104001411223344000023200000001500000005"},
    {"cancel, 1.3", k_of13, FlowMonitorCancel{5}, "04040014112233444f4e46000000074e00000005"},
    {"paused, 1.0", k_of10, FlowMonitorPause{true}, "01040010112233440000232000000016"},
    {"paused, 1.3", k_of13, FlowMonitorPause{true}, "04040010112233444f4e46000000074f"},
    {"resumed, 1.0", k_of10, FlowMonitorPause{false}, "01040010112233440000232000000017"},
    {"resumed, 1.3", k_of13, FlowMonitorPause{false}, "04040010112233444f4e460000000750"},
};

TEST(MessagesMonitor, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

TEST(MessagesMonitor, CancelIsARequestSince14) {
    for (const auto &dialect : {k_of14, k_of15}) {
        auto decoded = decode(encode({.body = FlowMonitorCancel{5}}, dialect), dialect);
        ASSERT_TRUE(decoded);
        const auto *start = std::get_if<FlowMonitorStart>(&decoded->body);
        ASSERT_TRUE(start && start->requests.size() == 1);
        EXPECT_EQ(start->requests[0].monitor, 5u);
        EXPECT_EQ(start->requests[0].command, 2);
    }
}

TEST(MessagesMonitor, PauseIsAnUpdateSince14) {
    for (const auto &dialect : {k_of14, k_of15}) {
        auto decoded = decode(encode({.body = FlowMonitorPause{false}}, dialect), dialect);
        ASSERT_TRUE(decoded);
        EXPECT_TRUE(decoded->body == Body(FlowMonitorReply{{{.event = FlowEvent::resumed}}}));
    }
}

TEST(MessagesMonitor, NiciraHasNoInitial) {
    for (const auto &dialect : {k_of10, k_of13}) {
        auto decoded = decode(
            encode({.body = FlowMonitorReply{{full(FlowEvent::initial)}}}, dialect), dialect);
        ASSERT_TRUE(decoded);
        EXPECT_TRUE(decoded->body == Body(FlowMonitorReply{{full(FlowEvent::added)}}));
    }
}

} // namespace
} // namespace bvs::wire
