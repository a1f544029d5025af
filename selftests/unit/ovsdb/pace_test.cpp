// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/pace.h"

#include <gtest/gtest.h>

namespace bvs::ovsdb {
namespace {

using namespace std::chrono_literals;
using Verdict = Pace::Verdict;

const Time k_now = Time(1000s);

TEST(Pace, BacksOffFurtherEachTime) {
    Pace pace({});
    EXPECT_EQ(pace.start(k_now), k_now);
    for (auto delay : {1s, 2s, 4s, 8s, 8s})
        EXPECT_EQ(pace.disconnected(k_now), k_now + delay);
    pace.connected(k_now); // proves nothing yet
    EXPECT_EQ(pace.disconnected(k_now), k_now + 8s);
    pace.settled();
    EXPECT_EQ(pace.disconnected(k_now), k_now + 1s);
}

TEST(Pace, TriesEachRemoteBeforeItBacksOff) {
    Pace pace({.remotes = 3});
    for (auto delay : {0s, 0s, 1s, 0s, 0s, 2s})
        EXPECT_EQ(pace.disconnected(k_now), k_now + delay);
}

TEST(Pace, ProbesASilentPeerAndThenLeavesIt) {
    Pace pace({});
    pace.connected(k_now);
    EXPECT_EQ(pace.deadline(), k_now + 5s);
    EXPECT_EQ(pace.check(k_now + 4s), Verdict::nothing);
    EXPECT_EQ(pace.check(k_now + 5s), Verdict::send_probe);
    pace.heard(k_now + 6s);
    EXPECT_EQ(pace.check(k_now + 10s), Verdict::nothing);
    EXPECT_EQ(pace.check(k_now + 11s), Verdict::send_probe);
    EXPECT_EQ(pace.check(k_now + 15s), Verdict::nothing);
    EXPECT_EQ(pace.check(k_now + 16s), Verdict::peer_is_dead);
}

TEST(Pace, GivesUpAConnectionThatIsNotMade) {
    Pace pace({});
    pace.start(k_now);
    EXPECT_EQ(pace.check(k_now + 9s), Verdict::nothing);
    EXPECT_EQ(pace.check(k_now + 10s), Verdict::connect_timed_out);
    // The time until the next attempt does not count.
    EXPECT_EQ(pace.disconnected(k_now + 10s), k_now + 11s);
    EXPECT_EQ(pace.deadline(), k_now + 21s);
}

TEST(Pace, LeavesOffWhatIsNotWanted) {
    Pace pace({.probe_interval = 0s, .connect_timeout = 0s});
    pace.start(k_now);
    EXPECT_EQ(pace.deadline(), Time::max());
    pace.connected(k_now);
    EXPECT_EQ(pace.deadline(), Time::max());
}

} // namespace
} // namespace bvs::ovsdb
