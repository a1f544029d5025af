// SPDX-License-Identifier: Apache-2.0
#include "switch/model/group_table.h"

#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using enum Refusal;
namespace at = bucket_place;

class Groups : public ::testing::Test, public Inventory {
  protected:
    bool has_group(std::uint32_t group) const override { return table_.find(group) != nullptr; }
    bool has_meter(std::uint32_t) const override { return false; }

    std::optional<Refusal> run(const GroupMod &mod) {
        auto changes = table_.plan(mod, *this, std::chrono::seconds(1));
        if (!changes)
            return changes.error().refusal;
        table_.apply(*changes);
        last_ = *changes;
        return std::nullopt;
    }
    std::vector<std::uint32_t> ids(std::uint32_t group) const {
        std::vector<std::uint32_t> found;
        for (const auto &bucket : table_.find(group)->description.buckets)
            found.push_back(bucket.id);
        return found;
    }

    GroupTable table_;
    GroupChanges last_;
};

Bucket to(std::uint32_t port, std::uint32_t id = at::all) {
    return {.id = id, .actions = {action::Output{.port = port}}};
}
Bucket chain(std::uint32_t group) {
    return {.actions = {action::Group{.group = group}}};
}
Bucket watching(std::uint32_t port, std::uint32_t group = k_any_group) {
    return {.watch_port = port, .watch_group = group, .actions = {action::Output{.port = 1}}};
}
Bucket weighing(std::uint16_t weight) {
    return {.weight = weight, .actions = {action::Output{.port = 1}}};
}
GroupMod add(std::uint32_t group, std::vector<Bucket> buckets, GroupType type = GroupType::all) {
    return {
        .command = GroupCommand::add, .type = type, .group = group, .buckets = std::move(buckets)};
}
GroupMod as(GroupCommand command, GroupMod mod, std::uint32_t place = at::all) {
    mod.command = command;
    mod.place = place;
    return mod;
}

constexpr std::optional<Refusal> k_fine;

TEST_F(Groups, RefusesWhatCannotBe) {
    using enum GroupType;
    ASSERT_EQ(run(add(1, {to(1)})), k_fine);
    const auto hashed = [](std::string method, GroupType type, std::vector<FieldMatch> by = {}) {
        auto mod = add(9, {}, type);
        mod.properties = {.selection_method = std::move(method), .fields = std::move(by)};
        return mod;
    };
    std::vector<FieldMatch> wide;
    for (unsigned n = 0; n < 9; ++n)
        wide.push_back({n < 8 ? Field::xreg0 + n : Field::eth_src, {}, {0, 1}});
    const struct {
        GroupMod mod;
        std::optional<Refusal> outcome;
    } cases[] = {
        {add(1, {}), group_exists},
        {add(k_max_group, {}), group_invalid},
        {as(GroupCommand::modify, add(2, {})), group_unknown},
        {as(GroupCommand::insert, add(2, {})), group_unknown},
        {as(GroupCommand::remove_bucket, add(2, {})), group_unknown},
        {as(static_cast<GroupCommand>(6), add(2, {})), group_bad_command},
        {add(9, {}, static_cast<GroupType>(4)), group_bad_type},
        {add(9, {}, indirect), group_invalid},
        {add(9, {to(1), to(2)}, indirect), group_invalid},
        {add(9, {weighing(1)}), group_invalid},
        {add(9, {weighing(65535), weighing(2)}, select), group_weight_unsupported},
        {add(9, {to(1)}, fast_failover), group_invalid},
        {add(9, {watching(1)}), group_watch_unsupported},
        {add(9, {watching(0xff00)}, fast_failover), group_bad_watch},
        {add(9, {watching(port::any, 5)}, fast_failover), group_bad_watch},
        {add(9, {watching(port::any, 9)}, fast_failover), group_loop},
        {add(9, {chain(9)}), group_loop},
        {add(9, {chain(5)}), action_bad_out_group},
        {add(9, {to(0)}), action_bad_out_port},
        {add(9, {to(1, 4), to(2, 4)}), group_bucket_exists},
        {add(9, {to(1, at::first)}), group_bad_bucket},
        {add(9, std::vector(k_most_buckets + 1, to(1))), group_out_of_buckets},
        {hashed("round_robin", select), group_invalid},
        {hashed("hash", all), group_invalid},
        {hashed("dp_hash", select, {{Field::eth_src, {}, {0, 1}}}), group_invalid},
        {hashed("hash", select, wide), group_invalid},
        {as(GroupCommand::remove, add(k_max_group, {})), group_invalid},
        {as(GroupCommand::remove, add(77, {})), k_fine},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i)
        EXPECT_EQ(run(cases[i].mod), cases[i].outcome) << i;
    EXPECT_EQ(table_.size(), 1U);
}

TEST_F(Groups, TakesEveryType) {
    using enum GroupType;
    EXPECT_EQ(run(add(1, {to(1), to(2)})), k_fine);
    EXPECT_EQ(run(add(2, {to(1)}, indirect)), k_fine);
    EXPECT_EQ(run(add(3, {weighing(100), weighing(0), watching(4)}, select)), k_fine);
    EXPECT_EQ(run(add(4, {watching(1), watching(port::any, 2), chain(1)}, select)), k_fine);
    EXPECT_EQ(run(add(5, {watching(port::local), watching(port::any, 2)}, fast_failover)), k_fine);
    EXPECT_EQ(run(add(6, {})), k_fine);
    EXPECT_EQ(ids(3), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST_F(Groups, ModifyKeepsTheGroupButNotItsBuckets) {
    run(add(1, {to(1)}));
    EXPECT_EQ(run(as(GroupCommand::modify, add(1, {weighing(3)}, GroupType::select))), k_fine);
    EXPECT_TRUE(last_.at(0).reset_buckets);
    EXPECT_EQ(last_[0].after->description.type, GroupType::select);
    EXPECT_EQ(run(as(GroupCommand::add_or_modify, add(2, {}))), k_fine);
    EXPECT_EQ(last_.at(0).before, nullptr);
    EXPECT_EQ(run(as(GroupCommand::add_or_modify, add(2, {to(1)}))), k_fine);
    EXPECT_NE(last_.at(0).before, nullptr);
    table_.undo(last_);
    EXPECT_TRUE(table_.find(2)->description.buckets.empty());
}

TEST_F(Groups, InsertsAndRemovesBuckets) {
    using Ids = std::vector<std::uint32_t>;
    run(add(1, {to(1, 10), to(2, 20)}));
    const auto insert = [&](std::uint32_t place, std::uint32_t id) {
        return run(as(GroupCommand::insert, add(1, {to(3, id)}), place));
    };
    EXPECT_EQ(insert(at::first, 5), k_fine);
    EXPECT_FALSE(last_.at(0).reset_buckets);
    EXPECT_EQ(insert(at::last, 30), k_fine);
    EXPECT_EQ(insert(10, 15), k_fine);
    EXPECT_EQ(ids(1), (Ids{5, 10, 15, 20, 30}));
    EXPECT_EQ(insert(99, 40), group_unknown_bucket);
    EXPECT_EQ(insert(at::all, 40), group_bad_bucket);
    EXPECT_EQ(insert(at::last, 5), group_bucket_exists);
    const auto remove = [&](std::uint32_t place) {
        return run(as(GroupCommand::remove_bucket, add(1, {}), place));
    };
    EXPECT_EQ(remove(at::first), k_fine);
    EXPECT_EQ(remove(at::last), k_fine);
    EXPECT_EQ(remove(15), k_fine);
    EXPECT_EQ(ids(1), (Ids{10, 20}));
    EXPECT_EQ(remove(15), group_unknown_bucket);
    EXPECT_EQ(remove(at::max + 1), group_bad_bucket);
    EXPECT_EQ(remove(at::all), k_fine);
    EXPECT_EQ(remove(at::all), k_fine);
    EXPECT_EQ(remove(at::first), group_unknown_bucket);
}

TEST_F(Groups, ChainsWithoutLoops) {
    run(add(1, {to(1)}));
    run(add(2, {chain(1)}));
    run(add(3, {chain(2), chain(1)}));
    EXPECT_EQ(table_.users(1), 2U);
    EXPECT_EQ(run(as(GroupCommand::modify, add(1, {chain(3)}))), group_loop);
    EXPECT_EQ(run(as(GroupCommand::insert, add(1, {chain(2)}), at::last)), group_loop);
    EXPECT_EQ(run(as(GroupCommand::remove, add(1, {}))), group_chained);
    EXPECT_EQ(run(as(GroupCommand::remove, add(k_all_groups, {}))), k_fine);
    EXPECT_EQ(last_.size(), 3U);
    EXPECT_EQ(table_.size(), 0U);
}

TEST_F(Groups, EndsAtItsMost) {
    for (std::uint32_t n = 0; n < k_most_groups; ++n)
        ASSERT_EQ(run(add(n, {})), k_fine);
    EXPECT_EQ(run(add(k_most_groups, {})), group_out_of_groups);
    EXPECT_EQ(run(as(GroupCommand::add_or_modify, add(5, {to(1)}))), k_fine);
}

TEST_F(Groups, KeepsWhatIsTooManyByNow) {
    for (std::uint32_t n = 1; n <= 3; ++n)
        run(add(n, {}));
    table_.set_most(2);
    EXPECT_EQ(table_.size(), 3U);
    EXPECT_EQ(run(add(4, {})), group_out_of_groups);
    EXPECT_EQ(run(as(GroupCommand::modify, add(3, {to(1)}))), k_fine);
    run(as(GroupCommand::remove, add(3, {})));
    EXPECT_EQ(run(add(4, {})), group_out_of_groups);
    run(as(GroupCommand::remove, add(2, {})));
    EXPECT_EQ(run(add(4, {})), k_fine);
}

} // namespace
} // namespace bvs::model
