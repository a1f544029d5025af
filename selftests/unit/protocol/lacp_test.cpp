// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/lacp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace bvs::protocol {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr model::Mac k_left = {2, 0, 0, 0, 0, 1}, k_right = {2, 0, 0, 0, 0, 2};

// Two systems and the links between them; port n of one is wired to port n of the other.
class LacpTest : public testing::Test {
  protected:
    static LacpSettings system(const model::Mac &mac, bool active, bool fast = true) {
        return {.active = active, .fast = fast, .priority = 65534, .system = mac};
    }
    static void join(Lacp &lacp, PortId id, std::uint16_t key = 0) {
        lacp.set_member(id,
                        {.name = "p" + std::to_string(id),
                         .mac = {2, 0, 0, 0, 1, static_cast<std::uint8_t>(id)},
                         .port = static_cast<std::uint16_t>(id),
                         .key = key},
                        start);
    }
    void wire(std::initializer_list<PortId> links) {
        for (const PortId id : links) {
            join(left, id);
            join(right, id);
            left.set_carrier(id, true, now);
            right.set_carrier(id, true, now);
        }
    }
    bool deliver(Lacp &from, Lacp &to, std::size_t &counter) {
        const auto frames = from.run(now);
        counter += frames.size();
        for (const auto &[port, frame] : frames)
            if (!cut.contains(port))
                to.receive(port, frame, now).value();
        return !frames.empty();
    }
    // Time passes by the machines' own wishes, and no faster than a millisecond a step.
    void pass(Milliseconds span) {
        const auto end = now + span;
        for (;;) {
            for (bool talking = true; talking;) {
                const bool to = deliver(left, right, left_sent);
                const bool fro = deliver(right, left, right_sent);
                talking = to || fro;
            }
            const auto wish = [&](const Lacp &lacp) { return lacp.next().value_or(Time::max()); };
            const auto next = std::min(wish(left), wish(right));
            if (std::max(next, now + 1ms) > end)
                break;
            now = std::max(next, now + 1ms);
        }
        now = end;
    }

    static constexpr Time start{std::chrono::hours(1)};
    Time now = start;
    Lacp left{system(k_left, true)};
    Lacp right{system(k_right, false)};
    std::set<PortId> cut; // links that carry nothing though they have carrier
    std::size_t left_sent = 0, right_sent = 0;
};

TEST_F(LacpTest, ActiveAndPassiveAgreeAtOnce) {
    wire({1, 2});
    EXPECT_FALSE(left.negotiated());
    pass(0ms);
    for (const PortId id : {1, 2}) {
        EXPECT_TRUE(left.may_carry(id)) << id;
        EXPECT_TRUE(right.may_carry(id)) << id;
        EXPECT_TRUE(left.current(id)) << id;
    }
    EXPECT_TRUE(left.negotiated() && right.negotiated());
}

TEST_F(LacpTest, TwoPassivesAreSilent) {
    left.configure(system(k_left, false), now);
    wire({1});
    pass(100s);
    EXPECT_EQ(left_sent + right_sent, 0u);
    EXPECT_FALSE(left.may_carry(1) || right.may_carry(1));
    EXPECT_EQ(left.next(), std::nullopt);
}

TEST_F(LacpTest, TheReceiverChoosesThePeriod) {
    right.configure(system(k_right, false, false), now); // asks for one each 30 s
    wire({1});
    pass(5s);
    left_sent = right_sent = 0;
    pass(60s);
    EXPECT_EQ(left_sent, 2u);
    EXPECT_EQ(right_sent, 60u);
}

TEST_F(LacpTest, ASilentPeerIsNoticedWithinThreeSeconds) {
    wire({1, 2});
    pass(10s);
    cut = {1};
    pass(2999ms);
    EXPECT_TRUE(left.current(1));
    pass(1ms);
    EXPECT_FALSE(left.may_carry(1));
    EXPECT_TRUE(left.may_carry(2));
    EXPECT_THAT(left.show("b"), HasSubstr("member: p1: expired attached"));
    pass(3s);
    EXPECT_FALSE(left.current(1));
    EXPECT_THAT(left.show("b"), HasSubstr("member: p1: defaulted detached"));
    EXPECT_EQ(left.statistics(1).expired, 1u);
    EXPECT_EQ(left.statistics(1).defaulted, 1u);
    EXPECT_TRUE(left.negotiated()); // by the other one
    cut.clear();
    pass(1s);
    EXPECT_TRUE(left.may_carry(1) && right.may_carry(1)); // asked each second as well
}

TEST_F(LacpTest, ASlowOneNoticesAfterNinetySeconds) {
    left.configure(system(k_left, true, false), now);
    wire({1});
    pass(35s);
    cut = {1};
    pass(85s - 1ms); // the last came five seconds ago
    EXPECT_TRUE(left.may_carry(1));
    pass(1ms);
    EXPECT_FALSE(left.may_carry(1));
}

TEST_F(LacpTest, CarrierEndsItAtOnceAndBothAgreeAgain) {
    wire({1, 2});
    pass(10s);
    left.set_carrier(1, false, now);
    EXPECT_FALSE(left.may_carry(1));
    EXPECT_TRUE(left.may_carry(2));
    EXPECT_FALSE(left.receive(1, Bytes(124), now));
    EXPECT_EQ(left.statistics(1).bad, 0u);
    cut = {1};
    pass(10s);
    cut.clear();
    left.set_carrier(1, true, now);
    pass(1s);
    EXPECT_TRUE(left.may_carry(1) && right.may_carry(1));
    EXPECT_EQ(left.statistics(1).carrier_changes, 3u);
}

TEST_F(LacpTest, FallsBackWhileNobodyNegotiates) {
    auto settings = system(k_left, true);
    settings.fallback_active_backup = true;
    left.configure(settings, now);
    wire({1, 2});
    cut = {1, 2};
    pass(2999ms);
    EXPECT_FALSE(left.may_carry(1));
    pass(1ms);
    EXPECT_TRUE(left.may_carry(1) && left.may_carry(2));
    EXPECT_FALSE(left.negotiated());
    cut = {2};
    pass(2s);
    EXPECT_TRUE(left.negotiated());
    EXPECT_TRUE(left.may_carry(1));
    EXPECT_FALSE(left.may_carry(2)); // somebody else's, as it seems
}

TEST_F(LacpTest, ANamelessPartnerEndsTheFallbackAndIsNone) {
    auto settings = system(k_left, true);
    settings.fallback_active_backup = true;
    left.configure(settings, now);
    wire({1});
    cut = {1};
    pass(3s);
    EXPECT_TRUE(left.attached(1));
    EXPECT_TRUE(left.receive(1, encode_slow_frame(k_right, LacpPdu{}), now));
    EXPECT_FALSE(left.attached(1) || left.negotiated());
}

TEST_F(LacpTest, OnlyOnePartnersLinksAreAggregated) {
    Lacp other(system({2, 0, 0, 0, 0, 3}, true));
    wire({1});
    join(left, 2);
    left.set_carrier(2, true, now);
    join(other, 2);
    other.set_carrier(2, true, now);
    cut = {2}; // which goes to the other one
    pass(0ms);
    for (int round = 0; round < 3; round++) {
        for (const auto &sent : other.run(now))
            EXPECT_TRUE(left.receive(2, sent.frame, now));
        for (const auto &[port, frame] : left.run(now))
            if (port == 2)
                other.receive(2, frame, now).value();
    }
    EXPECT_TRUE(left.attached(1));
    EXPECT_TRUE(left.current(2));
    EXPECT_FALSE(left.attached(2));
    EXPECT_FALSE(other.may_carry(2)); // as it is told
}

TEST_F(LacpTest, ALinkThatIsAnIndividualOneGoesWithNoOther) {
    wire({1, 2});
    Lacp one(system(k_right, true)), two(system(k_right, true));
    for (auto *lacp : {&one, &two}) { // each knows of a single link
        const PortId id = lacp == &one ? 1 : 2;
        join(*lacp, id, 5);
        lacp->set_carrier(id, true, now);
        for (const auto &sent : lacp->run(now))
            left.receive(id, sent.frame, now).value();
    }
    EXPECT_TRUE(left.attached(1));
    EXPECT_FALSE(left.attached(2));
}

TEST_F(LacpTest, MembersOfDifferentKeysAreNotUsedTogether) {
    wire({1, 2});
    join(left, 2, 77);
    pass(5s);
    EXPECT_TRUE(left.may_carry(1));
    EXPECT_FALSE(left.attached(2));
    EXPECT_FALSE(right.may_carry(2));
}

TEST_F(LacpTest, TheBetterSystemsPortPriorityChoosesTheLead) {
    wire({1});
    join(left, 2, 77);
    join(right, 2);
    right.set_carrier(2, true, now);
    left.set_carrier(2, true, now);
    left.set_member(2, {.name = "p2", .port = 2, .priority = 1, .key = 77}, now);
    pass(5s);
    EXPECT_TRUE(left.may_carry(2));
    EXPECT_FALSE(left.attached(1));
}

TEST_F(LacpTest, APartnerThatIsOneselfIsALoop) {
    wire({1});
    Lacp mirror(system(k_left, true));
    join(mirror, 1);
    mirror.set_carrier(1, true, now);
    for (const auto &sent : mirror.run(now))
        EXPECT_TRUE(left.receive(1, sent.frame, now));
    EXPECT_FALSE(left.negotiated());
    EXPECT_FALSE(left.attached(1));
}

TEST_F(LacpTest, SendsAtMostThreeInASecond) {
    wire({1});
    pass(10s);
    left_sent = 0;
    for (std::uint16_t change = 0; change < 100; change++) {
        auto settings = system(k_left, true);
        settings.priority = change;
        left.configure(settings, now);
        left_sent += left.run(now).size();
        now += 10ms;
    }
    EXPECT_EQ(left_sent, 2u); // and one that was due just before
    pass(2s);
    EXPECT_THAT(right.show("b"), HasSubstr("partner sys_priority: 99\n"));
}

TEST_F(LacpTest, AnswersMarkers) {
    wire({1});
    const Marker request{.port = 5, .system = k_right, .transaction = 42};
    pass(0ms);
    EXPECT_TRUE(left.receive(1, encode_slow_frame(k_right, request), now));
    EXPECT_LE(left.next(), now);
    const auto out = left.run(now);
    ASSERT_EQ(out.size(), 1u);
    auto response = request;
    response.response = true;
    EXPECT_EQ(decode_slow_frame(out[0].frame), SlowPdu(response));
    EXPECT_TRUE(left.receive(1, out[0].frame, now)); // of which nothing comes
    EXPECT_TRUE(left.run(now).empty());
    EXPECT_EQ(left.statistics(1).markers, 1u);
}

TEST_F(LacpTest, CountsWhatItCannotRead) {
    wire({1});
    pass(0ms);
    const auto received = left.receive(1, Bytes(60), now);
    ASSERT_FALSE(received);
    EXPECT_EQ(received.error().message,
              "p1 received a frame of EtherType 0x0000; that of LACP is 0x8809");
    EXPECT_EQ(left.statistics(1).bad, 1u);
    EXPECT_TRUE(left.may_carry(1));
    EXPECT_EQ(left.receive(9, Bytes(60), now).error().message,
              "an LACP frame from port 9, which is no member");
}

TEST_F(LacpTest, AMemberThatLeavesIsForgotten) {
    wire({1});
    pass(0ms);
    left.remove_member(1);
    EXPECT_FALSE(left.negotiated() || left.may_carry(1) || left.current(1));
    EXPECT_TRUE(left.run(now).empty());
    EXPECT_EQ(left.next(), std::nullopt);
}

TEST_F(LacpTest, ShowsWhatOpenVSwitchShows) {
    wire({5, 6});
    pass(500ms);
    EXPECT_THAT(left.show("bond0"),
                testing::StartsWith("---- bond0 ----\n"
                                    "  status: active negotiated\n"
                                    "  sys_id: 02:00:00:00:00:01\n"
                                    "  sys_priority: 65534\n"
                                    "  aggregation key: 5\n"
                                    "  lacp_time: fast\n"
                                    "\n"
                                    "member: p5: current attached\n"
                                    "  port_id: 5\n"
                                    "  port_priority: 65535\n"
                                    "  may_enable: true\n"
                                    "\n"
                                    "  actor sys_id: 02:00:00:00:00:01\n"
                                    "  actor sys_priority: 65534\n"
                                    "  actor port_id: 5\n"
                                    "  actor port_priority: 65535\n"
                                    "  actor key: 5\n"
                                    "  actor state: activity timeout aggregation synchronized "
                                    "collecting distributing\n"
                                    "\n"
                                    "  partner sys_id: 02:00:00:00:00:02\n"
                                    "  partner sys_priority: 65534\n"
                                    "  partner port_id: 5\n"
                                    "  partner port_priority: 65535\n"
                                    "  partner key: 5\n"
                                    "  partner state: timeout aggregation synchronized "
                                    "collecting distributing\n"
                                    "\n"
                                    "member: p6: current attached\n"));
    const auto counted = left.statistics(5);
    EXPECT_THAT(left.show_statistics("bond0"),
                testing::StartsWith(fmt::format("---- bond0 statistics ----\n"
                                                "\n"
                                                "member: p5:\n"
                                                "  TX PDUs: {}\n"
                                                "  RX PDUs: {}\n"
                                                "  RX Bad PDUs: 0\n"
                                                "  RX Marker Request PDUs: 0\n"
                                                "  Link Expired: 0\n"
                                                "  Link Defaulted: 0\n"
                                                "  Carrier Status Changed: 1\n",
                                                counted.sent, counted.received)));
}

} // namespace
} // namespace bvs::protocol
