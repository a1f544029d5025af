// SPDX-License-Identifier: Apache-2.0
#include "switch/write_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const ovsdb::Uuid k_row = *ovsdb::Uuid::parse("00000000-0000-0000-0000-000000000001");

TEST(WriteBack, WritesOnlyWhatChanged) {
    WriteBack write_back;
    EXPECT_FALSE(write_back.take());
    write_back.set("Interface", k_row, {{"ofport", 1}, {"mtu", 1500}});
    const auto first = write_back.take();
    ASSERT_TRUE(first);
    EXPECT_THAT(first->encode(1), AllOf(HasSubstr("\"ofport\":1"), HasSubstr("\"mtu\":1500"),
                                        HasSubstr("\"lock\":\"ovs_vswitchd\"")));

    write_back.set("Interface", k_row, {{"ofport", 1}, {"mtu", 1500}});
    EXPECT_FALSE(write_back.take());

    write_back.set("Interface", k_row, {{"ofport", 1}, {"mtu", 9000}});
    const auto second = write_back.take();
    ASSERT_TRUE(second);
    EXPECT_THAT(second->encode(1), AllOf(HasSubstr("9000"), Not(HasSubstr("ofport"))));
}

TEST(WriteBack, MakesOneUpdateOfSeveral) {
    WriteBack write_back;
    write_back.set("Interface", k_row, {{"mtu", 1}});
    write_back.set("Interface", k_row, {{"mtu", 2}, {"ofport", 3}});
    const auto transaction = write_back.take();
    ASSERT_TRUE(transaction);
    EXPECT_EQ(transaction->size(), 2u) << "the lock and one update";
    EXPECT_THAT(transaction->encode(1), Not(HasSubstr("\"mtu\":1")));
}

TEST(WriteBack, WritesAgainWhatItForgot) {
    WriteBack write_back;
    write_back.set("Interface", k_row, {{"mtu", 1}});
    (void)write_back.take();
    write_back.forget_all();
    write_back.set("Interface", k_row, {{"mtu", 1}});
    EXPECT_TRUE(write_back.take());
    write_back.set("Interface", k_row, {{"mtu", 2}});
    write_back.forget(k_row);
    EXPECT_FALSE(write_back.take());
}

} // namespace
} // namespace bvs::daemon
