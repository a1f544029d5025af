// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/wire/messages.h"

namespace bvs::wire {
namespace {

// A message as it is within another.
BundleAdd add(const Dialect &dialect, Body body) {
    Message message{.xid = k_xid, .body = std::move(body)};
    return {.bundle = 5,
            .flags = 3,
            .message = std::make_shared<const Message>(message),
            .raw = encode(message, dialect)};
}
const model::FlowMod k_flow{.priority = 1,
                            .instructions = {.apply = {model::action::Output{.port = 1}}}};
const SetAsync k_plain{{{1, 3}, {0, 1}, {3, 7}, {2, 7}, {5, 15}, {4, 0}}};
RoleStatus role_status() {
    RoleStatus status;
    status.role = Role::slave;
    status.generation = 9;
    status.reason = 1;
    return status;
}

const Case k_cases[] = {
    {"role, 1.0", k_of10, RoleRequest{{.role = Role::master}},
     "0104001411223344000023200000000a00000001"},
    {"role reply, 1.0", k_of10, RoleReply{{.role = Role::equal}},
     "0104001411223344000023200000000b00000000"},
    {"role, 1.3", k_of13, RoleRequest{{.role = Role::master, .generation = 9}},
     "041800181122334400000002000000000000000000000009"},
    {"role, 1.4", k_of14, RoleRequest{{.role = Role::master, .generation = 9}},
     "051800181122334400000002000000000000000000000009"},
    {"role, 1.5", k_of15, RoleRequest{{.role = Role::master, .generation = 9}},
     "061800181122334400000002000000000000000000000009"},
    {"role asked for, 1.3", k_of13, RoleRequest{{.role = Role::no_change}},
     "041800181122334400000000000000000000000000000000"},
    {"role asked for, 1.4", k_of14, RoleRequest{{.role = Role::no_change}},
     "051800181122334400000000000000000000000000000000"},
    {"role asked for, 1.5", k_of15, RoleRequest{{.role = Role::no_change}},
     "061800181122334400000000000000000000000000000000"},
    {"role as Nicira, 1.3", k_of13, RoleRequest{{.role = Role::slave}},
     "0404001411223344000023200000000a00000002"},
    {"role reply, 1.3", k_of13, RoleReply{{.role = Role::slave, .generation = 9}},
     "041900181122334400000003000000000000000000000009"},
    {"role reply, 1.4", k_of14, RoleReply{{.role = Role::slave, .generation = 9}},
     "051900181122334400000003000000000000000000000009"},
    {"role reply, 1.5", k_of15, RoleReply{{.role = Role::slave, .generation = 9}},
     "061900181122334400000003000000000000000000000009"},
    {"role reply without generation, 1.3", k_of13, RoleReply{{.role = Role::equal}},
     "04190018112233440000000100000000ffffffffffffffff"},
    {"role reply without generation, 1.4", k_of14, RoleReply{{.role = Role::equal}},
     "05190018112233440000000100000000ffffffffffffffff"},
    {"role reply without generation, 1.5", k_of15, RoleReply{{.role = Role::equal}},
     "06190018112233440000000100000000ffffffffffffffff"},
    {"role status, 1.4", k_of14, role_status(), "051e00181122334400000003010000000000000000000009"},
    {"role status, 1.5", k_of15, role_status(), "061e00181122334400000003010000000000000000000009"},
    {"get async, 1.3", k_of13, GetAsyncRequest{}, "041a000811223344"},
    {"get async, 1.4", k_of14, GetAsyncRequest{}, "051a000811223344"},
    {"get async, 1.5", k_of15, GetAsyncRequest{}, "061a000811223344"},
    {"async, 1.3", k_of13,
     GetAsyncReply{{.packet_in = {3, 1}, .port_status = {7, 7}, .flow_removed = {15, 0}}},
     "041b002011223344000000030000000100000007000000070000000f00000000"},
    {"async, 1.4", k_of14,
     GetAsyncReply{{.packet_in = {3, 1}, .port_status = {7, 7}, .flow_removed = {15, 0}}},
     "051b0068112233440000000800000001000100080000000300020008000000070003000800000007"
     "0004000800000000000500080000000f000600080000000000070008000000000008000800000000"
     "0009000800000000000a000800000000000b000800000000"},
    {"async, 1.5", k_of15,
     GetAsyncReply{{.packet_in = {3, 1}, .port_status = {7, 7}, .flow_removed = {15, 0}}},
     "061b0068112233440000000800000001000100080000000300020008000000070003000800000007"
     "0004000800000000000500080000000f000600080000000000070008000000000008000800000000"
     "0009000800000000000a000800000000000b000800000000"},
    {"set async, 1.0", k_of10, k_plain,
     "01040028112233440000232000000013000000030000000100000007000000070000000f00000000"},
    {"set async, 1.3", k_of13, k_plain,
     "041c002011223344000000030000000100000007000000070000000f00000000"},
    {"set async, 1.4", k_of14, k_plain,
     "051c0038112233440001000800000003000000080000000100030008000000070002000800000007"
     "000500080000000f0004000800000000"},
    {"set async, 1.5", k_of15, k_plain,
     "061c0038112233440001000800000003000000080000000100030008000000070002000800000007"
     "000500080000000f0004000800000000"},
    {"set some async, 1.0", k_of10, SetAsync{{{7, 3}, {10, 1}}},
     "0104002011223344000023200000001b0007000800000003000a000800000001"},
    {"set some async, 1.3", k_of13, SetAsync{{{7, 3}, {10, 1}}},
     "0404002011223344000023200000001b0007000800000003000a000800000001"},
    {"set some async, 1.4", k_of14, SetAsync{{{7, 3}, {10, 1}}},
     "051c0018112233440007000800000003000a000800000001"},
    {"set some async, 1.5", k_of15, SetAsync{{{7, 3}, {10, 1}}},
     "061c0018112233440007000800000003000a000800000001"},
    {"open bundle, 1.3", k_of13, BundleControl{5, BundleStep::open_request, 3},
     "04040018112233444f4e4600000008fc0000000500000003"},
    {"open bundle, 1.4", k_of14, BundleControl{5, BundleStep::open_request, 3},
     "05210010112233440000000500000003"},
    {"open bundle, 1.5", k_of15, BundleControl{5, BundleStep::open_request, 3},
     "06210010112233440000000500000003"},
    {"committed bundle, 1.3", k_of13, BundleControl{5, BundleStep::commit_reply, 0},
     "04040018112233444f4e4600000008fc0000000500050000"},
    {"committed bundle, 1.4", k_of14, BundleControl{5, BundleStep::commit_reply, 0},
     "05210010112233440000000500050000"},
    {"committed bundle, 1.5", k_of15, BundleControl{5, BundleStep::commit_reply, 0},
     "06210010112233440000000500050000"},
    {"add to bundle, 1.3", k_of13, add(k_of13, k_flow),
     "04040068112233444f4e4600000008fd0000000500000003040e0050112233440000000000000000"
     "00000000000000000000000000000001ffffffffffffffffffffffff000000000001000400000000"
     "000400180000000000000010000000010000000000000000"},
    {"add to bundle, 1.4", k_of14, add(k_of14, k_flow),
     "05220060112233440000000500000003050e00501122334400000000000000000000000000000000"
     "0000000000000001ffffffffffffffffffffffff0000000000010004000000000004001800000000"
     "00000010000000010000000000000000"},
    {"add to bundle, 1.5", k_of15, add(k_of15, k_flow),
     "06220060112233440000000500000003060e00501122334400000000000000000000000000000000"
     "0000000000000001ffffffffffffffffffffffff0000000000010004000000000004001800000000"
     "00000010000000010000000000000000"},
};

TEST(MessagesControl, BothWays) {
    for (const auto &one : k_cases)
        hold_both_ways(one);
}

} // namespace
} // namespace bvs::wire
