// SPDX-License-Identifier: Apache-2.0
#include "switch/metrics.h"

#include <vector>

namespace bvs::daemon {

namespace {

struct QueueView {
    MetricLabels labels;
    LiveQueue queue;
};

std::vector<QueueView> queues_of(const MetricsSources &sources) {
    std::vector<QueueView> views;
    for (const auto &[name, interface] : sources.ports.config.interfaces())
        for (const auto &queue : sources.shaping.queues(name))
            views.push_back({{{"bridge", interface.bridge},
                              {"port", interface.port},
                              {"interface", name},
                              {"queue", fmt::to_string(queue.number)}},
                             queue});
    return views;
}

struct QueueFamily {
    MetricFamily family;
    std::uint64_t (*read)(const LiveQueue &queue);
};

constexpr QueueFamily k_queue_families[] = {
    {{"bvs_queue_packets", MetricType::counter, "packets", "Frames that the queue has sent."},
     [](const LiveQueue &queue) { return queue.counters.packets; }},
    {{"bvs_queue_bytes", MetricType::counter, "bytes", "Bytes of these."},
     [](const LiveQueue &queue) { return queue.counters.bytes; }},
    {{"bvs_queue_dropped_packets", MetricType::counter, "packets",
      "Frames that found no room in the queue."},
     [](const LiveQueue &queue) { return queue.counters.drops; }},
    {{"bvs_queue_least_rate_bits", MetricType::gauge, "bits",
      "What the queue is guaranteed, a second."},
     [](const LiveQueue &queue) { return queue.settings.min_rate; }},
    {{"bvs_queue_most_rate_bits", MetricType::gauge, "bits",
      "What the queue gets at most, a second."},
     [](const LiveQueue &queue) { return queue.settings.max_rate; }},
};

void add_queues(OpenMetrics &page, const MetricsSources &sources) {
    const auto views = queues_of(sources);
    for (const auto &family : k_queue_families) {
        page.begin(family.family);
        for (const auto &view : views)
            page.add(view.labels, family.read(view.queue));
    }
}

void add_mirrors(OpenMetrics &page, const Mirrors &mirrors) {
    const auto add = [&](const MetricFamily &family, __u64 bvs_mirror_counts::*count) {
        page.begin(family);
        for (const auto &[uuid, live] : mirrors.all())
            page.add({{"bridge", live.bridge}, {"mirror", live.mirror.name}},
                     std::uint64_t{mirrors.counts(live).*count});
    };
    add({"bvs_mirror_packets", MetricType::counter, "packets", "Copies that the mirror has sent."},
        &bvs_mirror_counts::packets);
    add({"bvs_mirror_bytes", MetricType::counter, "bytes", "Bytes of these."},
        &bvs_mirror_counts::bytes);
}

} // namespace

void add_service_metrics(OpenMetrics &page, const MetricsSources &sources) {
    add_queues(page, sources);
    add_mirrors(page, sources.mirrors);
}

} // namespace bvs::daemon
