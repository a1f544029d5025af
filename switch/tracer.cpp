// SPDX-License-Identifier: Apache-2.0
#include "switch/tracer.h"

#include "ofagent/text/match.h"
#include "switch/model/frame.h"
#include "switch/of_bridge.h"
#include "switch/openflow.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <linux/if_ether.h>

namespace bvs::daemon {

namespace {

// Packets that are traced before the client has taken those before them: so tracing costs the
// datapath little, whatever traffic there is.
constexpr std::uint64_t k_most_ahead = 64;
constexpr std::chrono::seconds k_patience{5};

unsigned kind_of(const bvs_flow &flow) {
    switch (bvs_flow_get(&flow, eth_type)) {
    case ETH_P_IP:
        return BVS_KIND_IPV4;
    case ETH_P_IPV6:
        return BVS_KIND_IPV6;
    case ETH_P_ARP:
        return BVS_KIND_ARP;
    default:
        return BVS_KIND_OTHER;
    }
}

Result<model::FlowWords> words_of(const OfBridge &bridge, model::Match match) {
    if (const auto bound = bridge.bind(match); !bound)
        return fail("{}", bound.error().why);
    return match.words();
}

std::uint32_t low(const model::FlowWords &words, unsigned word, unsigned lowest) {
    return static_cast<std::uint32_t>(words.value[word] >> lowest);
}

} // namespace

Result<std::unique_ptr<Tracer>> Tracer::create(TracerParts parts) {
    auto &maps = *parts.datapath.maps().pipeline;
    for (std::size_t bridge = 0; bridge < maps.pipelines.size(); ++bridge)
        maps.pipelines.at(bridge).flags &= ~std::uint32_t{BVS_PIPELINE_TRACED};
    auto ring = TraceRing::open(maps.traces_fd);
    if (!ring)
        return std::unexpected(ring.error());
    return std::unique_ptr<Tracer>(new Tracer(std::move(parts), std::move(*ring)));
}

Result<Tracer::Told> Tracer::trace(const std::string &name, const model::Match &match,
                                   const std::optional<model::Bytes> &frame) {
    const auto *bridge = parts_.openflow.bridge(name);
    if (!bridge)
        return fail("no bridge named {}", name);
    const auto words = words_of(*bridge, match);
    const auto composed = frame ? Result<model::Bytes>(*frame) : model::compose(match);
    if (!words || !composed)
        return std::unexpected(words ? composed.error() : words.error());
    bvs_flow tunnel = {};
    std::ranges::copy(words->value, tunnel.word);
    last_number_ = last_number_ % (BVS_TRACE_LIVE - 1) + 1;
    read();
    const auto ran = parts_.datapath.trace(
        {.bridge = bridge->number(),
         .in_port = low(*words, BVS_WORD_in_port, BVS_LOWEST_in_port),
         .mark = low(*words, BVS_WORD_pkt_mark, BVS_LOWEST_pkt_mark),
         .priority = low(*words, BVS_WORD_skb_priority, BVS_LOWEST_skb_priority),
         .tunnel = tunnel},
        last_number_, *composed);
    if (!ran)
        return std::unexpected(ran.error());
    read();
    auto told = std::exchange(own_, std::nullopt);
    if (!told)
        return fail("the datapath has told nothing of the packet: it is no Ethernet frame, or the "
                    "ring for traces is full; try again");
    return std::move(*told);
}

void Tracer::read() {
    ring_.read([this](const TraceRing::Events &events) {
        const auto trace = events.front().trace;
        if (trace == last_number_) {
            for (const auto &[name, live] : parts_.table.bridges())
                if (live.number == events.front().bridge)
                    if (const auto *bridge = parts_.openflow.bridge(name))
                        own_ = tell(*bridge, events);
            return;
        }
        const auto *bridge = live_ ? parts_.openflow.bridge(live_->bridge) : nullptr;
        if (!bridge || trace < BVS_TRACE_LIVE || bridge->number() != events.front().bridge ||
            !live_->wanted)
            return;
        --live_->wanted;
        live_->found.push_back(tell(*bridge, events));
    });
}

Tracer::Told Tracer::tell(const OfBridge &bridge, std::span<const bvs_trace_event> events) const {
    auto trace = make_trace(events, bridge.trace_names());
    auto compared = megaflow(bridge, trace.flow);
    return {.trace = std::move(trace),
            .texts = {.bridge = bridge.name(),
                      .megaflow = std::move(compared),
                      .port_name = [this](std::uint32_t number) { return port_name(number); },
                      .options = bridge.options().fields()}};
}

std::string Tracer::megaflow(const OfBridge &bridge, const bvs_flow &flow) const {
    const auto mask = maps().cache_masks.get(bridge.number() * BVS_KINDS + kind_of(flow));
    model::FlowWords compared;
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(mask.words, BVS_CACHE_WORDS); ++i)
        compared.mask[mask.word[i]] |= mask.mask[i];
    for (std::size_t word = 0; word < BVS_FLOW_WORDS; ++word)
        compared.value[word] = flow.word[word] & compared.mask[word];
    const auto text = text::format(match_of(compared, bridge.options().fields()), text::nameless());
    return text.empty() ? "recirc_id=0,eth" : "recirc_id=0,eth," + text;
}

std::string Tracer::port_name(std::uint32_t number) const {
    const auto *port = parts_.table.port_of_number(number);
    return port ? port->name : "";
}

Result<std::uint32_t> Tracer::start(const std::string &name, const model::Match &match,
                                    std::uint64_t packets) {
    const auto *bridge = parts_.openflow.bridge(name);
    if (!bridge)
        return fail("no bridge named {}", name);
    if (live_)
        return fail("bridge {} is being traced for somebody else; wait, or end that one",
                    live_->bridge);
    const auto words = words_of(*bridge, match);
    if (!words)
        return std::unexpected(words.error());
    bvs_trace_filter filter = {};
    filter.bridge = bridge->number();
    for (unsigned i = 0; i < BVS_FLOW_WORDS; ++i) {
        if (!bvs_flow_comes_in(i) && words->mask[i])
            return fail("a filter on registers or metadata finds nothing: no packet comes in with "
                        "them");
        filter.mask.word[i] = words->mask[i];
        filter.value.word[i] = words->value[i];
    }
    maps().trace_filter.set(0, filter);
    live_.emplace(Live{.client = ++last_client_,
                       .bridge = name,
                       .number = bridge->number(),
                       .allowed = packets,
                       .wanted = packets,
                       .found = {},
                       .asked = std::chrono::steady_clock::now()});
    maps().pipelines.at(live_->number).flags |= BVS_PIPELINE_TRACED;
    allow(k_most_ahead);
    parts_.pipeline_changed(name);
    return live_->client;
}

void Tracer::allow(std::uint64_t packets) {
    const auto more = std::min(packets, live_->allowed);
    live_->allowed -= more;
    std::atomic_ref(maps().trace_filter.at(0).left).fetch_add(static_cast<std::int64_t>(more));
}

Result<Tracer::Live *> Tracer::find(std::uint32_t client) {
    if (live_ && live_->client == client)
        return &*live_;
    return fail("trace {} has ended: its bridge is gone, or nobody asked for its packets for {} "
                "seconds",
                client, k_patience.count());
}

Result<Tracer::Found> Tracer::take(std::uint32_t client) {
    const auto live = find(client);
    if (!live)
        return std::unexpected(live.error());
    read();
    (*live)->asked = std::chrono::steady_clock::now();
    Found found{.traces = std::exchange((*live)->found, {}), .done = !(*live)->wanted};
    if (found.done)
        finish();
    else
        allow(found.traces.size());
    return found;
}

Result<> Tracer::stop(std::uint32_t client) {
    if (auto live = find(client); !live)
        return std::unexpected(live.error());
    finish();
    return {};
}

void Tracer::finish() {
    maps().pipelines.at(live_->number).flags &= ~std::uint32_t{BVS_PIPELINE_TRACED};
    maps().trace_filter.set(0, {});
    const auto ended = std::exchange(live_, std::nullopt);
    parts_.pipeline_changed(ended->bridge);
}

void Tracer::every_second() {
    if (live_ && (std::chrono::steady_clock::now() - live_->asked > k_patience ||
                  !parts_.openflow.bridge(live_->bridge)))
        finish();
}

} // namespace bvs::daemon
