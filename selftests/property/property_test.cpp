// SPDX-License-Identifier: Apache-2.0
//
// property_test [--seed=N] [--frames=N]
//
// Random frames through random switches: the datapath and the reference must send the same bytes to
// the same ports, and count the same. Ports are configured anew while addresses are known.
#include "selftests/property/random_switch.h"
#include "selftests/property/reference_switch.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <string_view>

using namespace bvs::fixture;
using namespace bvs::property;

namespace {

std::uint64_t seed = std::random_device{}();
std::uint64_t frames_wanted = 500000;

constexpr std::uint32_t k_batch = 50;
constexpr int k_batches = 8; // a topology

std::string text(const PortSettings &p) {
    constexpr std::string_view k_modes[] = {"trunk", "access", "native-tagged", "native-untagged",
                                            "dot1q-tunnel"};
    return fmt::format(
        "bridge {} {} tag {} vlans {} priority-tags {} flags {:#x} tpid {:#x} mtu {} "
        "mac_limit {}",
        p.bridge, k_modes[p.mode], p.tag, p.vlans, static_cast<int>(p.priority_tags), p.flags,
        p.tunnel_tpid, p.mtu, p.mac_limit);
}

std::string text(const Bytes &frame) {
    const auto shown = std::min<std::size_t>(frame.size(), 30);
    return fmt::format("{:02x}{} ({} bytes)", fmt::join(frame.begin(), frame.begin() + shown, ""),
                       shown < frame.size() ? "..." : "", frame.size());
}

std::string text(const std::map<std::uint32_t, Bytes> &outcome) {
    std::string words = outcome.empty() ? "        nothing\n" : "";
    for (const auto &[port, frame] : outcome)
        words += fmt::format("        port {}: {}\n", port, text(frame));
    return words;
}

// What became of the frame with this number; it is at its end.
std::map<std::uint32_t, Bytes> of_frame(const Delivery &delivery, std::uint32_t number) {
    const auto end = big_endian(number, 4);
    std::map<std::uint32_t, Bytes> found;
    for (const auto &[port, frames] : delivery)
        for (const auto &frame : frames)
            if (std::equal(end.rbegin(), end.rend(), frame.rbegin()))
                found[port] = frame;
    return found;
}

// One switch, twice.
class Twins {
  public:
    explicit Twins(RandomSwitch &random)
        : random_(random), topology_(random.topology()), lab_(topology_.ports, topology_.bridges),
          reference_(topology_.ports, topology_.bridges) {
        for (auto n = random.below(4); n > 0; --n)
            add_static();
    }

    void reconfigure() {
        for (std::uint32_t port = 1; port <= ports(); ++port) {
            if (random_.below(3))
                continue;
            auto &settings = topology_.ports[port - 1];
            settings = random_.port(topology_, settings.bridge);
            lab_.the_switch().set_port(port, settings);
            reference_.set_port(port, settings);
        }
    }

    void run_batch() {
        std::vector<Lab::Sent> sent;
        std::vector<std::map<std::uint32_t, Bytes>> outcomes;
        Delivery expected;
        for (std::uint32_t i = 0; i < k_batch; ++i) {
            sent.push_back(random_.frame(ports(), i));
            outcomes.push_back(reference_.receive(sent[i].first, sent[i].second));
            for (const auto &[port, frame] : outcomes[i])
                expected[port].push_back(frame);
        }
        const auto delivered = lab_.send(sent);
        for (std::uint32_t i = 0; delivered != expected && i < k_batch; ++i)
            if (const auto got = of_frame(delivered, i); got != outcomes[i])
                FAIL() << fmt::format("port {} sends {}\n    expected:\n{}    delivered:\n{}{}",
                                      sent[i].first, text(sent[i].second), text(outcomes[i]),
                                      text(got), describe());
        ASSERT_EQ(delivered, expected) << "the frames are right, but not their order or number";
    }

    void compare_counters() {
        for (std::uint32_t port = 1; port <= ports(); ++port) {
            const auto ours = lab_.counters(port);
            const auto theirs = reference_.counters(port);
            ASSERT_TRUE(std::ranges::equal(words(ours), words(theirs)))
                << fmt::format("port {} counts {}\n      expected {}\n{}", port, words(ours),
                               words(theirs), describe());
        }
    }

  private:
    std::uint32_t ports() const { return static_cast<std::uint32_t>(topology_.ports.size()); }

    void add_static() {
        const auto port = 1 + random_.below(ports());
        const auto address = random_.address();
        const auto vlan = random_.vlan();
        lab_.add_static(port, address, vlan);
        reference_.add_static(port, address, vlan);
    }

    static std::vector<std::uint64_t> words(const bvs_port_counters &counters) {
        std::vector<std::uint64_t> all(sizeof counters / sizeof(std::uint64_t));
        std::memcpy(all.data(), &counters, sizeof counters);
        return all;
    }

    std::string describe() const {
        std::string words;
        for (const auto &[number, bridge] : topology_.bridges)
            words += fmt::format("    bridge {}: mac_limit {} flood_vlans {}\n", number,
                                 bridge.mac_limit, bridge.flood_vlans);
        for (std::uint32_t port = 1; port <= ports(); ++port)
            words += fmt::format("    port {}: {}\n", port, text(topology_.ports[port - 1]));
        return words;
    }

    RandomSwitch &random_;
    RandomSwitch::Topology topology_;
    Lab lab_;
    ReferenceSwitch reference_;
};

TEST(Datapath, DoesAsTheReference) {
    fmt::print("--seed={} --frames={}\n", seed, frames_wanted);
    std::fflush(stdout);
    RandomSwitch random(seed);
    for (std::uint64_t frames = 0; frames < frames_wanted;) {
        Twins twins(random);
        for (int batch = 0; batch < k_batches && frames < frames_wanted; ++batch) {
            if (batch)
                twins.reconfigure();
            ASSERT_NO_FATAL_FAILURE(twins.run_batch()) << "after " << frames << " frames";
            ASSERT_NO_FATAL_FAILURE(twins.compare_counters()) << "after " << frames << " frames";
            frames += k_batch;
        }
    }
}

} // namespace

int main(int count, char **words) {
    testing::InitGoogleTest(&count, words);
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word.starts_with("--seed="))
            seed = std::stoull(word.substr(7));
        else if (word.starts_with("--frames="))
            frames_wanted = std::stoull(word.substr(9));
    }
    return RUN_ALL_TESTS();
}
