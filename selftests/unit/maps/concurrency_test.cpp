// SPDX-License-Identifier: Apache-2.0
//
// A packet on another CPU, as a thread that looks rules up all the time, while rules around those
// that it must find come and go, and the index grows under it.
#include "maps/pipeline_writer.h"
#include "pipeline_fixture.h"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <random>
#include <thread>

namespace bvs::maps {
namespace {

constexpr std::uint16_t k_bridge = 3;
constexpr std::uint64_t k_stable = 64; // values whose rule of priority 100 is always there
const std::vector<bvs_instruction> k_end(1);

NewRule rule(std::uint32_t words, std::uint32_t priority, std::uint64_t value) {
    NewRule made = {.priority = priority, .code = k_end};
    made.mask.words = words;
    for (std::uint32_t i = 0; i < words; ++i) {
        made.mask.word[i] = static_cast<std::uint8_t>(i);
        made.mask.mask[i] = ~0ULL;
        made.value.word[i] = value;
    }
    return made;
}

// Looks up until it is told to stop; between two look-ups it holds nothing.
class Reader {
  public:
    explicit Reader(const PipelineMaps &maps) : maps_(maps), thread_([this] { run(); }) {}
    ~Reader() {
        stop_ = true;
        thread_.join();
    }
    // Until every look-up that is under way has ended.
    void grace() const {
        const auto begun = turns_.load();
        while (turns_.load() < begun + 2)
            std::this_thread::yield();
    }
    std::uint64_t turns() const { return turns_; }
    std::uint64_t wrong() const { return wrong_; }

  private:
    void run() {
        for (std::uint64_t value = 0; !stop_; value = (value + 1) % k_stable) {
            bvs_flow flow;
            for (auto &word : flow.word)
                word = value;
            const auto met = look_up(maps_, k_bridge, 0, flow);
            if (!met || maps_.rules[met].priority != 100 || maps_.rules[met].key[0] != value)
                ++wrong_;
            ++turns_;
        }
    }

    const PipelineMaps &maps_;
    std::atomic<bool> stop_ = false;
    std::atomic<std::uint64_t> turns_ = 0;
    std::atomic<std::uint64_t> wrong_ = 0;
    std::thread thread_;
};

TEST(Concurrency, WhatStaysIsFoundAtEveryMoment) {
    const KernelMaps kernel;
    auto maps = kernel.open();
    std::unique_ptr<Reader> reader;
    PipelineWriter writer(*maps, 2, [&] {
        if (reader)
            reader->grace();
    });
    ASSERT_TRUE(writer.start(1));
    writer.begin(k_bridge);
    for (std::uint64_t value = 0; value < k_stable; ++value)
        ASSERT_TRUE(writer.add(rule(1 + value % 12, 100, value)));
    ASSERT_TRUE(writer.commit());
    reader = std::make_unique<Reader>(*maps);

    std::mt19937 random(3);
    std::vector<std::uint32_t> others;
    for (int round = 0; round < 200; ++round) {
        writer.begin(k_bridge); // before them in their chains, but never seen
        for (std::uint64_t value = 0; value < k_stable; ++value)
            ASSERT_TRUE(writer.add(rule(1 + value % 12, 101 + random() % 9, value)));
        writer.abort();
        writer.begin(k_bridge); // behind them, and strangers in the same buckets
        for (auto n = random() % 800; n; --n) {
            const auto value = random() % 3 ? random() : random() % k_stable;
            others.push_back(*writer.add(rule(1 + random() % 12, random() % 100, value)));
        }
        std::ranges::shuffle(others, random);
        for (auto n = round % 50 ? random() % (others.size() / 2 + 1) : others.size(); n; --n) {
            writer.remove(others.back());
            others.pop_back();
        }
        ASSERT_TRUE(writer.commit());
        if (random() % 3 == 0)
            writer.reclaim();
    }
    EXPECT_EQ(reader->wrong(), 0U);
    EXPECT_GT(reader->turns(), 10000U);
}

} // namespace
} // namespace bvs::maps
