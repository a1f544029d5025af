// SPDX-License-Identifier: Apache-2.0
#include "switch/model/flow_table.h"

#include "selftests/unit/model/matches.h"

#include <gtest/gtest.h>
#include <set>

namespace bvs::model {
namespace {

using enum Field;
using std::chrono::seconds;
using Kind = FlowChange::Kind;

Actions to(std::uint32_t port) {
    return {action::Output{.port = port}};
}

FlowMod add(Match match, std::uint16_t priority = 100) {
    auto mod = request(FlowCommand::add, std::move(match), to(1));
    mod.priority = priority;
    return mod;
}

class FlowTable : public ::testing::Test {
  protected:
    // What became of the request, which is carried out.
    FlowChanges run(const FlowMod &mod, FlowTime now = {}) {
        auto changes = tables_.plan(mod, now);
        EXPECT_TRUE(changes) << changes.error().why;
        if (!changes)
            return {};
        tables_.apply(*changes);
        return *changes;
    }
    Refusal refusal(const FlowMod &mod) {
        const auto before = dump();
        const auto changes = tables_.plan(mod, {});
        EXPECT_EQ(dump(), before);
        EXPECT_FALSE(changes);
        return changes ? Refusal::bad_type : changes.error().refusal;
    }
    std::vector<FlowStats> dump(const FlowFilter &filter = {}) const {
        std::vector<FlowStats> flows;
        tables_.for_each(filter, [&](FlowId, const Flow &flow) {
            flows.push_back(stats_of(flow, seconds(100)));
        });
        return flows;
    }

    FlowTables tables_;
};

TEST_F(FlowTable, AddGivesBackWhatWasSent) {
    auto mod = add(make({{eth_type, 0x800}, {ipv4_dst, 0x0a000000, 0xff000000}}));
    mod.table = 3;
    mod.cookie = 7;
    mod.idle_timeout = 5;
    mod.hard_timeout = 9;
    mod.importance = 2;
    mod.flags = {.send_removed = true, .check_overlap = true, .reset_counts = true};
    mod.instructions.goto_table = 4;
    const auto changes = run(mod, seconds(40));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, Kind::added);
    EXPECT_EQ(changes[0].before, nullptr);
    const FlowStats expected{.table = 3,
                             .priority = 100,
                             .match = mod.match,
                             .instructions = mod.instructions,
                             .cookie = 7,
                             .idle_timeout = 5,
                             .hard_timeout = 9,
                             .flags = {.send_removed = true},
                             .importance = 2,
                             .duration = seconds(60),
                             .hard_age = seconds(60)};
    EXPECT_EQ(dump(), std::vector{expected});
}

TEST_F(FlowTable, AddReplacesTheIdentical) {
    const auto first = run(add(make({{vlan_vid, 0}})));
    auto again = add(make({{vlan_tci, 0, 0x1fff}})); // the same in other words
    again.cookie = 5;
    again.flags.reset_counts = true;
    again.flags.check_overlap = true; // which does not mean the identical flow
    const auto changes = run(again, seconds(1));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, Kind::added);
    EXPECT_EQ(changes[0].id, first[0].id);
    EXPECT_EQ(changes[0].before, first[0].after);
    EXPECT_TRUE(changes[0].reset_counts);
    EXPECT_EQ(changes[0].after->created, seconds(1));
    ASSERT_EQ(dump().size(), 1U);
    EXPECT_EQ(dump()[0].match, again.match);
    run(add(make({{vlan_vid, 0}}), 101));
    auto elsewhere = add(make({{vlan_vid, 0}}));
    elsewhere.table = 1;
    run(elsewhere);
    EXPECT_EQ(tables_.size(), 3U);
}

TEST_F(FlowTable, ChecksOverlapOfTheSamePriority) {
    run(add(make({{in_port, 1}})));
    auto mod = add(make({{eth_type, 0x800}}));
    mod.flags.check_overlap = true;
    EXPECT_EQ(refusal(mod), Refusal::flow_overlap);
    mod.match = make({{in_port, 2}});
    run(mod);
    mod.match = make({{eth_type, 0x800}});
    mod.priority = 99;
    run(mod);
    mod.flags.check_overlap = false;
    mod.priority = 100;
    run(mod);
}

TEST_F(FlowTable, ModifyKeepsWhatItDoesNotName) {
    auto mod = add(make({{in_port, 1}, {eth_type, 0x800}}));
    mod.cookie = 0x12;
    mod.idle_timeout = 30;
    mod.importance = 4;
    run(mod);
    auto modify = request(FlowCommand::modify, make({{in_port, 1}}), to(9));
    modify.idle_timeout = 77;
    const auto changes = run(modify, seconds(10));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, Kind::modified);
    EXPECT_FALSE(changes[0].reset_counts);
    const auto &after = *changes[0].after;
    EXPECT_EQ(after.instructions->apply, to(9));
    EXPECT_EQ(after.cookie, 0x12U);
    EXPECT_EQ(after.idle_timeout, 30);
    EXPECT_EQ(after.importance, 4);
    EXPECT_EQ(after.created, seconds(0));
    EXPECT_EQ(after.modified, seconds(10));
    modify.new_cookie = 0x99;
    modify.flags.reset_counts = true;
    const auto more = run(modify);
    EXPECT_EQ(more.at(0).after->cookie, 0x99U);
    EXPECT_TRUE(more.at(0).reset_counts);
}

TEST_F(FlowTable, StrictMeansOneFlow) {
    run(add(make({{in_port, 1}})));
    run(add(make({{in_port, 1}}), 200));
    run(add(make({{in_port, 1}, {eth_type, 0x800}})));
    auto strict = request(FlowCommand::modify_strict, make({{in_port, 1}}), to(2));
    strict.priority = 200;
    EXPECT_EQ(run(strict).size(), 1U);
    strict.priority = 201;
    EXPECT_EQ(run(strict).size(), 0U);
    EXPECT_EQ(run(request(FlowCommand::modify, make({{in_port, 1}}), to(3))).size(), 3U);
    strict.command = FlowCommand::remove_strict;
    strict.priority = 100;
    EXPECT_EQ(run(strict).size(), 1U);
    EXPECT_EQ(run(request(FlowCommand::remove, make({{eth_type, 0x800}}))).size(), 1U);
    EXPECT_EQ(tables_.size(), 1U);
}

TEST_F(FlowTable, ModifyAddsForOldVersions) {
    auto modify = request(FlowCommand::modify, make({{in_port, 1}}), to(2));
    EXPECT_TRUE(run(modify).empty());
    modify.modify_adds = true;
    modify.new_cookie = 6;
    modify.cookie_mask = 1;
    EXPECT_TRUE(run(modify).empty());
    modify.cookie_mask = 0;
    const auto changes = run(modify);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, Kind::added);
    EXPECT_EQ(changes[0].after->cookie, 6U);
    EXPECT_EQ(run(modify).at(0).kind, Kind::modified);
}

TEST_F(FlowTable, RemovesByCookiePortAndGroup) {
    for (std::uint32_t n = 0; n < 8; ++n) {
        auto mod = add(make({{in_port, n}}));
        mod.cookie = n;
        mod.table = static_cast<std::uint8_t>(n % 2);
        mod.instructions.apply = to(n);
        if (n >= 6)
            mod.instructions.write = {action::Group{.group = n}};
        run(mod);
    }
    EXPECT_EQ(tables_.users_of_group(6), 1U);
    auto remove = request(FlowCommand::remove, {});
    remove.table = k_all_tables;
    remove.cookie = 5;
    remove.cookie_mask = 7;
    EXPECT_EQ(run(remove).at(0).before->cookie, 5U);
    remove.cookie_mask = 0;
    remove.out_port = 2;
    EXPECT_EQ(run(remove).at(0).before->cookie, 2U);
    remove.out_port = port::any;
    remove.out_group = 6;
    const auto changes = run(remove);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, Kind::removed);
    EXPECT_EQ(changes[0].reason, RemovedReason::removed);
    EXPECT_EQ(changes[0].after, nullptr);
    EXPECT_EQ(tables_.users_of_group(6), 0U);
    const auto of_group = tables_.plan_removal_of_group(7);
    ASSERT_EQ(of_group.size(), 1U);
    EXPECT_EQ(of_group[0].reason, RemovedReason::group_removed);
    EXPECT_TRUE(tables_.plan_removal_of_group(6).empty());
    remove.out_group = k_any_group;
    remove.table = 1;
    EXPECT_EQ(run(remove).size(), 3U);
    EXPECT_EQ(dump().size(), 2U);
    EXPECT_EQ(dump({.match = make({{in_port, 4}})}).size(), 1U);
}

TEST_F(FlowTable, KnowsWhoUsesAMeter) {
    auto mod = add(make({{in_port, 1}}));
    mod.instructions.meter = 3;
    run(mod);
    mod.match = make({{in_port, 2}});
    mod.instructions.meter.reset();
    mod.instructions.apply = {action::Clone{{action::Meter{.meter = 3}}}};
    run(mod);
    EXPECT_EQ(tables_.users_of_meter(3), 2U);
    EXPECT_EQ(tables_.plan_removal_of_meter(3).at(1).reason, RemovedReason::meter_removed);
}

TEST_F(FlowTable, HiddenRulesAreNotAmongAll) {
    auto hidden = add({});
    hidden.table = k_tables;
    run(hidden);
    auto remove = request(FlowCommand::remove, {});
    remove.table = k_all_tables;
    EXPECT_TRUE(run(remove).empty());
    EXPECT_TRUE(dump().empty());
    EXPECT_EQ(tables_.size(), 1U);
}

TEST_F(FlowTable, FullTableRefuses) {
    tables_.configure(0, 1, false);
    run(add(make({{in_port, 1}})));
    EXPECT_EQ(refusal(add(make({{in_port, 2}}))), Refusal::flow_table_full);
    run(add(make({{in_port, 1}}))); // in the place of the other
    auto elsewhere = add({});
    elsewhere.table = 1;
    run(elsewhere);
    tables_ = FlowTables(1);
    run(add(make({{in_port, 1}})));
    EXPECT_EQ(refusal(elsewhere), Refusal::flow_table_full);
}

TEST_F(FlowTable, EvictsTheLeastImportantThenTheFirstToExpire) {
    const auto put = [&](std::uint32_t port, std::uint16_t importance, std::uint16_t timeout) {
        auto mod = add(make({{in_port, port}}));
        mod.importance = importance;
        mod.hard_timeout = timeout;
        return run(mod);
    };
    put(1, 5, 10);
    put(2, 3, 0);
    put(3, 3, 50);
    put(4, 3, 20);
    tables_.configure(0, 4, true);
    const auto victim = [&](const FlowChanges &changes) {
        EXPECT_EQ(changes.size(), 2U);
        EXPECT_EQ(changes[0].reason, RemovedReason::evicted);
        EXPECT_EQ(changes[0].id, changes[1].id);
        return changes[0].before->match.match().exact(in_port)->low;
    };
    EXPECT_EQ(victim(put(5, 5, 1)), 4U);
    EXPECT_EQ(victim(put(6, 3, 40)), 3U);
    EXPECT_EQ(victim(put(7, 4, 0)), 6U);
    auto weak = add(make({{in_port, 8}}));
    weak.importance = 3; // as the one that is meant to stay
    EXPECT_EQ(refusal(weak), Refusal::flow_table_full);
    EXPECT_EQ(victim(put(8, 9, 0)), 2U);
    tables_.configure(0, 2, true);
    const auto excess = tables_.plan_limit(0);
    ASSERT_EQ(excess.size(), 2U);
    EXPECT_EQ(excess[0].before->importance, 4);
    EXPECT_EQ(excess[1].before->importance, 5);
}

TEST_F(FlowTable, EvictionIsUndone) {
    tables_.configure(0, 1, true);
    auto mod = add(make({{in_port, 1}}));
    mod.hard_timeout = 5;
    const auto first = run(mod);
    mod.match = make({{in_port, 2}});
    const auto changes = run(mod);
    ASSERT_EQ(changes.size(), 2U);
    tables_.undo(changes);
    EXPECT_EQ(tables_.find(first[0].id), first[0].after);
    EXPECT_EQ(tables_.size(), 1U);
    EXPECT_EQ(run(mod).size(), 2U); // it can be evicted again
}

TEST_F(FlowTable, TimedOutFlowsGoByTheirIds) {
    const auto id = run(add({})).at(0).id;
    const auto changes = tables_.plan_removal(id, RemovedReason::idle_timeout);
    ASSERT_EQ(changes.size(), 1U);
    tables_.apply(changes);
    EXPECT_EQ(tables_.find(id), nullptr);
    EXPECT_TRUE(tables_.plan_removal(id, RemovedReason::idle_timeout).empty());
}

TEST_F(FlowTable, BundleIsThrownAwayWhole) {
    for (std::uint32_t n = 0; n < 50; ++n)
        run(add(make({{in_port, n}})));
    const auto before = dump();
    std::vector<FlowChanges> done;
    done.push_back(run(request(FlowCommand::remove, make({{in_port, 7}}))));
    for (std::uint32_t n = 40; n < 80; ++n)
        done.push_back(run(add(make({{eth_type, n}}))));
    done.push_back(run(request(FlowCommand::modify, {}, to(4))));
    done.push_back(run(request(FlowCommand::remove, {})));
    EXPECT_EQ(tables_.size(), 0U);
    for (; !done.empty(); done.pop_back())
        tables_.undo(done.back());
    const auto sorted = [](const std::vector<FlowStats> &flows) {
        std::set<std::uint64_t> ports;
        for (const auto &flow : flows)
            ports.insert(flow.match.exact(in_port)->low);
        return ports;
    };
    EXPECT_EQ(sorted(dump()), sorted(before));
    EXPECT_EQ(dump().size(), before.size());
    EXPECT_EQ(dump()[0].instructions.apply, to(1));
    EXPECT_EQ(run(add(make({{in_port, 1000}}))).at(0).id, 50U);
}

} // namespace
} // namespace bvs::model
