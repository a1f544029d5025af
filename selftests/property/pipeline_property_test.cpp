// SPDX-License-Identifier: Apache-2.0
//
// pipeline_property_test [--seed=N] [--pairs=N]
//
// Random packets through random pipelines, which change while their packets are cached: the
// datapath and the reference must send the same bytes to the same ports, and count the same.
#include "selftests/property/pipeline_twins.h"
#include "selftests/property/random_rules.h"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string_view>

using namespace bvs;
using namespace bvs::property;

namespace {

constexpr std::uint64_t k_pairs = 50000;
constexpr int k_rounds = 8; // of one pipeline
constexpr std::uint32_t k_packets = 50;

std::uint64_t seed = std::random_device{}();
std::uint64_t pairs_wanted = k_pairs;

constexpr std::size_t k_most_ways = 64;
constexpr std::array k_flippable = {
    model::Field::eth_src,  model::Field::eth_dst,  model::Field::vlan_vid,
    model::Field::vlan_pcp, model::Field::ip_dscp,  model::Field::ip_ecn,
    model::Field::ip_ttl,   model::Field::ipv4_src, model::Field::ipv4_dst,
    model::Field::ipv6_src, model::Field::ipv6_dst, model::Field::ipv6_label,
    model::Field::tcp_src,  model::Field::tcp_dst,  model::Field::udp_src,
    model::Field::udp_dst,  model::Field::arp_spa,  model::Field::arp_tpa,
    model::Field::arp_sha,  model::Field::nd_target};

unsigned kind_of(const Packet &packet) {
    switch (packet.network) {
    case Network::ipv4:
        return BVS_KIND_IPV4;
    case Network::ipv6:
        return BVS_KIND_IPV6;
    case Network::arp:
        return BVS_KIND_ARP;
    default:
        return BVS_KIND_OTHER;
    }
}

// A pipeline, and packets of which rules know.
class Trial {
  public:
    explicit Trial(std::uint64_t number)
        : random_(number, 2 + static_cast<std::uint32_t>(number % 5)), ports_(make_ports()),
          rules_(random_, make_samples(), static_cast<std::uint8_t>(1 + random_.below(4))),
          twins_(ports_) {
        for (std::uint32_t group = 4; group > 0; --group)
            twins_.apply({rules_.group(group)});
        for (auto n = 5 + random_.below(40); n > 0; --n)
            twins_.apply({rules_.flow()});
    }

    std::optional<Difference> round() {
        for (auto n = random_.below(4); n > 0; --n)
            twins_.apply(rules_.change(twins_.reference()));
        if (random_.one_in(4))
            twins_.reclaim();
        if (auto difference = twins_.compare(samples_))
            return difference;
        if (auto difference = flip_unseen_bits())
            return difference;
        return twins_.compare_counters();
    }

    const ReferencePipeline &pipeline() const { return twins_.reference(); }
    std::uint64_t left_out() const { return twins_.left_out(); }

  private:
    ReferencePipeline::Ports make_ports() {
        ReferencePipeline::Ports ports;
        for (std::uint32_t port = 1; port <= random_.ports(); ++port)
            ports[port] = {.up = !random_.one_in(8), .no_flood = random_.one_in(4)};
        return ports;
    }
    std::vector<PacketState> make_samples() {
        std::vector<PacketState> states;
        for (std::uint32_t i = 0; i < k_packets; ++i) {
            samples_.push_back({random_.port(), random_.packet(i)});
            states.push_back({.packet = samples_[i].packet, .in_port = samples_[i].in_port});
        }
        return states;
    }

    // A bit that the cache does not compare: rules cannot have looked at it.
    std::optional<Sample> flip_unseen_bit(const Sample &sample) {
        const auto field = random_.one_of(k_flippable);
        PacketState state{.packet = sample.packet, .in_port = sample.in_port};
        const auto value = state.get(field);
        const auto &row = model::info(field);
        const auto bit = random_.below(field == model::Field::vlan_vid ? 12 : row.bits);
        const auto word = row.word + (row.bits == 128 && bit < 64 ? 1U : 0U);
        const auto mask = twins_.lab().cache_mask(kind_of(sample.packet));
        if (!value || mask.at(word) >> (row.lowest + bit % 64) & 1)
            return std::nullopt;
        const auto flipped = model::shift_left({0, 1}, bit);
        state.set(field, ~*value, flipped);
        return Sample{sample.in_port, state.packet};
    }

    // The way through the rules must be the same, and the rest is for the cache to get right.
    std::optional<Difference> flip_unseen_bits() {
        auto flipped = samples_;
        for (std::size_t i = 0; i < samples_.size(); ++i) {
            const auto other = flip_unseen_bit(samples_[i]);
            if (!other)
                continue;
            flipped[i] = *other;
            if (way(samples_[i]) != way(flipped[i]))
                return Difference{describe(samples_[i]) +
                                      "\n    goes another way than with a bit "
                                      "flipped that is in no mask, " +
                                      describe(flipped[i]),
                                  {}};
        }
        return twins_.compare(flipped);
    }
    std::vector<std::vector<Visit>> way(const Sample &sample) const {
        std::vector<std::vector<Visit>> ways;
        for (const auto &outcome : pipeline().run(sample.in_port, sample.packet, k_most_ways))
            ways.push_back(outcome.visits);
        return ways;
    }

    RandomValues random_;
    ReferencePipeline::Ports ports_;
    std::vector<Sample> samples_;
    RandomRules rules_;
    PipelineTwins twins_;
};

std::vector<Change> requests(const ReferencePipeline &pipeline) {
    std::vector<Change> all;
    for (const auto &[number, group] : pipeline.groups()) // a group leads to higher ones only
        all.insert(all.begin(), model::GroupMod{.type = group.type,
                                                .group = number,
                                                .buckets = group.buckets,
                                                .properties = group.properties});
    for (const auto &[id, flow] : pipeline.flows())
        all.emplace_back(flow);
    return all;
}

std::optional<Difference> try_again(const ReferencePipeline::Ports &ports,
                                    const std::vector<Change> &requests, Sample sample) {
    PipelineTwins twins(ports);
    if (!twins.apply(requests))
        return std::nullopt;
    auto &payload = sample.packet.payload;
    std::fill(payload.end() - 4, payload.end(), std::uint8_t{0}); // now the first one
    return twins.compare({sample});
}

// Leaves out whatever is not needed for the difference.
std::string shrink(const ReferencePipeline &pipeline, const Sample &sample) {
    auto needed = requests(pipeline);
    auto difference = try_again(pipeline.ports(), needed, sample);
    if (!difference)
        return "by itself it does not happen; it depends on what was cached or changed before\n" +
               describe(pipeline);
    for (std::size_t i = needed.size(); i-- > 0;) {
        auto fewer = needed;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (auto still = try_again(pipeline.ports(), fewer, sample)) {
            needed = std::move(fewer);
            difference = std::move(still);
        }
    }
    PipelineTwins twins(pipeline.ports());
    twins.apply(needed);
    return fmt::format("at the least:\n{}    {}", describe(twins.reference()), difference->how);
}

TEST(Pipeline, DoesAsTheReference) {
    fmt::print("--seed={} --pairs={}\n", seed, pairs_wanted);
    std::fflush(stdout);
    std::uint64_t left_out = 0, pairs = 0;
    for (auto trial_seed = seed; pairs < pairs_wanted; ++trial_seed) {
        std::optional<Difference> difference;
        std::optional<ReferencePipeline> pipeline;
        {
            Trial trial(trial_seed);
            for (int round = 0; round < k_rounds && !difference && pairs < pairs_wanted; ++round) {
                difference = trial.round();
                pairs += k_packets;
            }
            pipeline = trial.pipeline();
            left_out += trial.left_out();
        }
        if (difference)
            FAIL() << fmt::format(
                "--seed={}, after {} pairs: {}\n{}", trial_seed, pairs, difference->how,
                difference->sample.packet.payload.empty() ? describe(*pipeline)
                                                          : shrink(*pipeline, difference->sample));
    }
    fmt::print("{} pairs of pipeline and packet, {} of them left open\n", pairs, left_out);
}

} // namespace

int main(int count, char **words) {
    testing::InitGoogleTest(&count, words);
    if (const char *nightly = std::getenv("BVS_PROPERTY_PAIRS"))
        pairs_wanted = std::stoull(nightly);
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word.starts_with("--seed="))
            seed = std::stoull(word.substr(7));
        else if (word.starts_with("--pairs="))
            pairs_wanted = std::stoull(word.substr(8));
    }
    return RUN_ALL_TESTS();
}
