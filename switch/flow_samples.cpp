// SPDX-License-Identifier: Apache-2.0
//
// What the datapath shows of single packets, and sFlow's counters of ports.
#include "switch/flow_export.h"

#include <algorithm>
#include <bpf/libbpf.h>
#include <cstring>

namespace bvs::daemon {

namespace {

constexpr unsigned k_most_events = 65536; // at once, as there is other work too
constexpr std::uint32_t k_sets_alone = 8; // so many for a packet without a place are too few
constexpr int k_enough = -EINTR;
constexpr std::size_t k_addresses = 12; // bytes of a frame, in front of its tag

// With the tag that was beside it.
netflow::Bytes whole(const bvs_flow_event &event, const std::uint8_t *frame, std::size_t most) {
    netflow::Bytes bytes(frame, frame + event.captured);
    const auto tci = static_cast<std::uint16_t>(event.key.eth_src >> 48);
    const auto tpid = static_cast<std::uint16_t>(event.key.network >> 48);
    if (tpid && bytes.size() >= k_addresses)
        bytes.insert(bytes.begin() + k_addresses,
                     {static_cast<std::uint8_t>(tpid >> 8), static_cast<std::uint8_t>(tpid),
                      static_cast<std::uint8_t>(tci >> 8), static_cast<std::uint8_t>(tci)});
    if (bytes.size() > most)
        bytes.resize(most);
    return bytes;
}

std::uint32_t low(std::uint64_t count) {
    return static_cast<std::uint32_t>(count);
}

netflow::CounterSample counters_of(const host::Link &link, const host::LinkStatistics &counts) {
    netflow::CounterSample sample{.ifindex = static_cast<std::uint32_t>(link.ifindex),
                                  .admin_up = link.up,
                                  .link_up = link.carrier,
                                  .promiscuous = link.promiscuous};
    sample.in = {.octets = counts.rx_bytes,
                 .unicast = low(counts.rx_packets - counts.rx_multicast),
                 .multicast = low(counts.rx_multicast),
                 .broadcast = 0xffffffff,
                 .discards = low(counts.rx_dropped),
                 .errors = low(counts.rx_errors)};
    sample.out = {.octets = counts.tx_bytes,
                  .unicast = low(counts.tx_packets),
                  .multicast = 0xffffffff,
                  .broadcast = 0xffffffff,
                  .discards = low(counts.tx_dropped),
                  .errors = low(counts.tx_errors)};
    sample.in_unknown_protocols = 0xffffffff;
    return sample;
}

} // namespace

void FlowExport::FreeRing::operator()(ring_buffer *ring) const {
    ring_buffer__free(ring);
}

Result<> FlowExport::start() {
    ring_.reset(ring_buffer__new(parts_.table.maps().flow_events_fd, on_event, this, nullptr));
    if (!ring_)
        return fail_errno(errno, "cannot read the datapath's samples");
    watch_.emplace(parts_.io, ring_buffer__epoll_fd(ring_.get()), [this] { read_events(); });
    return {};
}

int FlowExport::on_event(void *self, void *data, std::size_t size) {
    auto &us = *static_cast<FlowExport *>(self);
    bvs_flow_event event;
    if (size < sizeof event)
        return 0;
    std::memcpy(&event, data, sizeof event);
    event.captured =
        static_cast<std::uint16_t>(std::min<std::size_t>(event.captured, size - sizeof event));
    us.take(event, static_cast<const std::uint8_t *>(data) + sizeof event);
    return ++us.events_ < k_most_events ? 0 : k_enough;
}

void FlowExport::read_events() {
    if (!ring_)
        return;
    events_ = 0;
    pools_.clear();
    ring_buffer__consume(ring_.get());
    if (!bridges_.empty() && events_)
        encode();
    if (alone_ - alone_before_ > accounts_.sets() / k_sets_alone) {
        alone_before_ = alone_;
        grow();
    }
}

void FlowExport::take(const bvs_flow_event &event, const std::uint8_t *frame) {
    const auto *port = parts_.table.port_of_number(event.port);
    if (event.kind == BVS_FLOW_EVENT_COUNT)
        alone_ += event.counts.packets;
    const auto bridge = event.kind == BVS_FLOW_EVENT_SFLOW
                            ? static_cast<std::uint16_t>(port ? port->entry().bridge : 0)
                            : bridge_of(event.key);
    auto *exports = exports_of(bridge);
    if (!exports)
        return;
    const auto traffic = traffic_of(event.counts, event.time, event.time, event.tcp_flags);
    if (event.kind == BVS_FLOW_EVENT_COUNT)
        exports->add_alone(flow_key(event.key, std::nullopt, port_of()), traffic);
    else if (event.kind == BVS_FLOW_EVENT_IPFIX)
        exports->add_sampled(flow_key(event.key, std::nullopt, port_of()), traffic);
    else if (event.kind == BVS_FLOW_EVENT_ACTION && event.captured >= sizeof(bvs_flow_sample))
        take_by_rule(*exports, event, frame);
    else if (event.kind == BVS_FLOW_EVENT_SFLOW && port && exports->wishes().sflow)
        exports->add_sample(sample_of(event, frame, *port));
}

void FlowExport::take_by_rule(BridgeExport &exports, const bvs_flow_event &event,
                              const std::uint8_t *detail) {
    bvs_flow_sample sample;
    std::memcpy(&sample, detail, sizeof sample);
    auto key = event.key;
    std::optional<std::uint16_t> output;
    if (sample.port != model::port::any && sample.direction == BVS_SAMPLE_EGRESS)
        output = static_cast<std::uint16_t>(sample.port);
    else if (sample.port != model::port::any)
        key.eth_dst = (key.eth_dst & bvs_low_bits(48)) | std::uint64_t{sample.port} << 48;
    exports.add_by_rule(sample, flow_key(key, output, port_of()),
                        traffic_of(event.counts, event.time, event.time, event.tcp_flags));
}

// The pool is all that came in at the port.
netflow::PacketSample FlowExport::sample_of(const bvs_flow_event &event, const std::uint8_t *frame,
                                            const LivePort &port) {
    const auto &wanted = *exports_of(port.entry().bridge)->wishes().sflow;
    auto [pool, fresh] = pools_.try_emplace(event.port);
    if (fresh)
        if (const auto counts = parts_.table.maps().port_counters.get(event.port))
            pool->second = low(counts->rx_packets);
    const auto tci = static_cast<std::uint16_t>(event.key.eth_src >> 48);
    const netflow::VlanAndPriority vlan{.vlan = tci & 0xfffU, .priority = std::uint32_t{tci} >> 13};
    const auto ifindex = port.state.port.netdev();
    return {.source = ifindex,
            .rate = wanted.sampling,
            .pool = pool->second,
            .drops = low(parts_.table.maps().account_info.get(0).lost_samples),
            .input = ifindex,
            .received = vlan,
            .sent = vlan,
            .frame_length = event.length,
            .frame = whole(event, frame, wanted.header)};
}

void FlowExport::poll_counters(BridgeExport &exports, const std::string &bridge) {
    for (const auto &[name, port] : parts_.table.ports()) {
        const auto ifindex = static_cast<int>(port.state.port.netdev());
        const auto *link = parts_.links.find(ifindex);
        const auto *counts = parts_.links.statistics(ifindex);
        if (port.bridge == bridge && link && counts)
            exports.add_sample(counters_of(*link, *counts));
    }
}

} // namespace bvs::daemon
