// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bfd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace bvs::protocol {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

constexpr model::Mac k_left = {2, 0, 0, 0, 0, 1}, k_right = {2, 0, 0, 0, 0, 2};

// Two sessions and the wire between them.
class BfdTest : public testing::Test {
  protected:
    static Bfd::Random seeded(unsigned seed) {
        return [random = std::mt19937(seed)]() mutable { return random(); };
    }
    bool deliver(Bfd &from, Bfd &to, std::size_t &counter, bool arrives) {
        const auto wishes = from.run(now);
        counter += wishes.frames.size();
        for (const auto &frame : wishes.frames)
            if (arrives)
                to.receive(decode_bfd_frame(frame).value(), now).value();
        return !wishes.frames.empty();
    }
    // Time passes by the sessions' own wishes.
    void pass(Milliseconds span) {
        const auto end = now + span;
        for (;;) {
            for (bool talking = true; talking;) {
                const bool to = deliver(left, right, left_sent, left_arrives);
                const bool fro = deliver(right, left, right_sent, right_arrives);
                talking = to || fro;
            }
            const auto next = std::max(std::min(left.next(), right.next()), now + 1ms);
            if (next > end)
                break;
            now = next;
        }
        now = end;
    }
    BfdFrame packet(BfdPacket packet) {
        packet.my_discriminator = 77;
        packet.desired_min_tx = packet.required_min_rx = 1s;
        return {.packet = packet};
    }

    Time now{std::chrono::hours(1)};
    Bfd left{"left", k_left, {}, seeded(1), now};
    Bfd right{"right", k_right, {}, seeded(2), now};
    bool left_arrives = true, right_arrives = true;
    std::size_t left_sent = 0, right_sent = 0;
};

TEST_F(BfdTest, TheSessionComesUp) {
    EXPECT_FALSE(left.forwarding());
    pass(3s);
    EXPECT_EQ(left.state(), BfdState::up);
    EXPECT_EQ(right.state(), BfdState::up);
    EXPECT_EQ(left.status(), (model::StringMap{{"forwarding", "true"},
                                               {"state", "up"},
                                               {"diagnostic", "No Diagnostic"},
                                               {"remote_state", "up"},
                                               {"remote_diagnostic", "No Diagnostic"},
                                               {"flap_count", "1"}}));
}

TEST_F(BfdTest, PacketsComeWithJitterAsTheReceiverWishes) {
    right.configure(k_right, {.min_rx = 50ms});
    pass(10s);
    left_sent = right_sent = 0;
    pass(100s);
    EXPECT_GE(left_sent, 1000u); // a tenth of a second, our wish
    EXPECT_LE(left_sent, 1334u);
    EXPECT_GE(right_sent, 100u); // a second, the peer's
    EXPECT_LE(right_sent, 134u);
}

TEST_F(BfdTest, ASilentPeerIsDetected) {
    pass(5s);
    right_arrives = false;
    pass(1999ms);
    EXPECT_TRUE(left.forwarding());
    pass(1002ms);
    EXPECT_FALSE(left.forwarding());
    EXPECT_THAT(left.status(), Contains(Pair("diagnostic", "Control Detection Time Expired")));
    EXPECT_THAT(left.status(), Contains(Pair("flap_count", "2")));
    pass(1s);
    EXPECT_THAT(right.status(), Contains(Pair("diagnostic", "Neighbor Signaled Session Down")));
    EXPECT_FALSE(right.forwarding());
    right_arrives = true;
    pass(4s);
    EXPECT_TRUE(left.forwarding() && right.forwarding());
}

TEST_F(BfdTest, IsSilentToWhoWantsNothingOrIsOnDemand) {
    EXPECT_TRUE(left.receive(packet({.state = BfdState::down}), now));
    left.run(now);
    auto quiet = packet({.state = BfdState::down});
    quiet.packet.required_min_rx = 0us;
    quiet.packet.multiplier = 255;
    EXPECT_TRUE(left.receive(quiet, now));
    for (int i = 0; i < 100; i++)
        EXPECT_TRUE(left.run(now += 1s).frames.empty());
    quiet.packet.poll = true; // which has to be answered
    EXPECT_TRUE(left.receive(quiet, now));
    EXPECT_LE(left.next(), now);
    const auto frames = left.run(now).frames;
    ASSERT_EQ(frames.size(), 1u);
    const auto answer = decode_bfd_frame(frames[0]).value().packet;
    EXPECT_TRUE(answer.final);
    EXPECT_FALSE(answer.poll);
}

TEST_F(BfdTest, AChangeOfIntervalIsPolledFor) {
    pass(10s);
    left.configure(k_left, {.min_rx = 200ms, .min_tx = 5s});
    EXPECT_THAT(left.show(now), HasSubstr("Local Flags: poll\n"));
    EXPECT_THAT(left.show(now), HasSubstr("TX Interval: Approx 1000ms\n"));
    EXPECT_THAT(left.show(now), HasSubstr("RX Interval: Approx 1000ms\n"));
    pass(3s);
    EXPECT_THAT(left.show(now), HasSubstr("Local Flags: none\n"));
    EXPECT_THAT(left.show(now), HasSubstr("TX Interval: Approx 5000ms\n"));
    EXPECT_THAT(left.show(now), HasSubstr("RX Interval: Approx 200ms\n"));
    pass(60s);
    EXPECT_TRUE(left.forwarding() && right.forwarding());
    EXPECT_THAT(right.status(), Contains(Pair("flap_count", "1")));
}

TEST_F(BfdTest, AConcatenatedPathStopsThePeer) {
    pass(5s);
    left.configure(k_left, {.cpath_down = true});
    pass(2s);
    EXPECT_TRUE(left.forwarding());
    EXPECT_EQ(right.state(), BfdState::up);
    EXPECT_FALSE(right.forwarding());
    EXPECT_THAT(right.status(), Contains(Pair("remote_diagnostic", "Concatenated Path Down")));
    left.configure(k_left, {});
    pass(2s);
    EXPECT_TRUE(right.forwarding());
}

TEST_F(BfdTest, ANeighborThatIsSwitchedOffIsBelieved) {
    pass(5s);
    auto off = packet({.state = BfdState::admin_down});
    EXPECT_TRUE(left.receive(off, now));
    EXPECT_EQ(left.state(), BfdState::down);
    EXPECT_TRUE(left.receive(off, now));
    EXPECT_EQ(left.state(), BfdState::down);
}

TEST_F(BfdTest, IgnoresOtherSessions) {
    auto other = packet({.state = BfdState::init});
    other.packet.your_discriminator = 1;
    const auto received = left.receive(other, now);
    ASSERT_FALSE(received);
    EXPECT_THAT(received.error().message, HasSubstr("left: a BFD packet for discriminator 0x1; "));
    EXPECT_EQ(left.state(), BfdState::down);
}

TEST_F(BfdTest, TakesOnlyWhatIsForIt) {
    BfdFrame frame{.destination = k_left, .destination_ip = 0x0a000001};
    EXPECT_TRUE(left.takes(frame, 5));
    left.configure(k_left, {.check_tunnel_key = true});
    EXPECT_FALSE(left.takes(frame, 5));
    EXPECT_TRUE(left.takes(frame, 0));
    left.configure(k_left, {.remote_destination = k_right});
    EXPECT_FALSE(left.takes(frame, 0));
    left.configure(k_left, {.source_ip = 0x0a000002, .checks_ip = true});
    EXPECT_FALSE(left.takes(frame, 0));
    left.configure(k_left, {.source_ip = 0x0a000001, .checks_ip = true});
    EXPECT_TRUE(left.takes(frame, 0));
}

TEST_F(BfdTest, TrafficProvesThatItForwards) {
    left.configure(k_left, {.forwarding_if_rx = true});
    pass(5s);
    right_arrives = false;
    std::uint64_t packets = 0;
    for (int i = 0; i < 20; i++) {
        left.traffic(packets += 100, now);
        pass(1s);
    }
    EXPECT_EQ(left.state(), BfdState::down);
    EXPECT_TRUE(left.forwarding());
    pass(3s);
    EXPECT_FALSE(left.forwarding());
    for (int i = 0; i < 100; i++) {
        left.traffic(packets += 100, now);
        pass(1s);
    }
    EXPECT_FALSE(left.forwarding()); // no control packet for a hundred intervals
}

TEST_F(BfdTest, WithoutTrafficTheIntervalDecays) {
    left.configure(k_left, {.min_rx = 200ms, .decay_min_rx = 2000ms});
    EXPECT_TRUE(left.wants_traffic());
    std::uint64_t packets = 0;
    const auto idle = [&](int seconds) {
        for (int i = 0; i < seconds; i++) {
            left.traffic(packets, now);
            pass(1s);
        }
    };
    idle(15);
    EXPECT_THAT(left.show(now), HasSubstr("Local Minimum RX Interval: 2000ms\n"));
    EXPECT_THAT(left.show(now), HasSubstr("RX Interval: Approx 2000ms\n"));
    for (int i = 0; i < 6; i++) {
        packets += 1000;
        idle(1);
    }
    EXPECT_THAT(left.show(now), HasSubstr("Local Minimum RX Interval: 200ms\n"));
    EXPECT_TRUE(left.forwarding());
    EXPECT_THAT(left.status(), Contains(Pair("flap_count", "1")));
}

TEST_F(BfdTest, APersonMaySayOtherwise) {
    left.set_forwarding(true);
    EXPECT_TRUE(left.run(now).changed);
    EXPECT_TRUE(left.forwarding());
    left.set_forwarding(std::nullopt);
    left.run(now);
    EXPECT_FALSE(left.forwarding());
}

TEST_F(BfdTest, SaysWhatChanged) {
    left.run(now);
    auto other = packet({.state = BfdState::down});
    EXPECT_TRUE(left.receive(other, now));
    const auto wishes = left.run(now);
    EXPECT_TRUE(wishes.changed);
    EXPECT_THAT(wishes.news, Contains("left: BFD is init (No Diagnostic), and was down (No "
                                      "Diagnostic)"));
    EXPECT_FALSE(left.run(now).changed);
}

TEST_F(BfdTest, ShowsWhatOpenVSwitchShows) {
    Bfd one("one", k_left, {}, [] { return 0x1234u; }, now);
    one.run(now);
    now += 10ms;
    EXPECT_EQ(one.show(now), "  Forwarding: false\n"
                             "  Detect Multiplier: 3\n"
                             "  Concatenated Path Down: false\n"
                             "  TX Interval: Approx 1000ms\n"
                             "  RX Interval: Approx 1000ms\n"
                             "  Detect Time: never\n"
                             "  Next TX Time: now +800ms\n"
                             "  Last TX Time: now -10ms\n"
                             "\n"
                             "  Local Flags: none\n"
                             "  Local Session State: down\n"
                             "  Local Diagnostic: No Diagnostic\n"
                             "  Local Discriminator: 0x1234\n"
                             "  Local Minimum TX Interval: 1000ms\n"
                             "  Local Minimum RX Interval: 1000ms\n"
                             "\n"
                             "  Remote Flags: none\n"
                             "  Remote Session State: down\n"
                             "  Remote Diagnostic: No Diagnostic\n"
                             "  Remote Discriminator: 0x0\n"
                             "  Remote Minimum TX Interval: 0ms\n"
                             "  Remote Minimum RX Interval: 1ms\n"
                             "  Remote Detect Multiplier: 0\n");
}

} // namespace
} // namespace bvs::protocol
