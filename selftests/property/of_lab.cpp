// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/of_lab.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cstdio>
#include <cstdlib>

namespace bvs::property {

namespace {

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

// One for the whole process, as the maps are.
maps::PipelineWriter &writer_of(maps::PipelineMaps &maps) {
    static maps::PipelineWriter writer(maps, static_cast<unsigned>(libbpf_num_possible_cpus()));
    static const bool started = (must(writer.start(0x5eed)), true);
    (void)started;
    return writer;
}

std::vector<fixture::PortSettings> settings(const ReferencePipeline::Ports &ports) {
    std::vector<fixture::PortSettings> all;
    for (const auto &[number, port] : ports) {
        const auto up = port.up ? BVS_PORT_UP : 0;
        const auto no_flood = port.no_flood ? BVS_PORT_NO_FLOOD : 0;
        all.push_back({.flags = static_cast<std::uint16_t>(up | no_flood)});
    }
    return all;
}

} // namespace

OfLab::OfLab(const ReferencePipeline::Ports &ports)
    : ports_(ports), lab_(settings(ports)), maps_(*lab_.maps().pipeline),
      writer_(writer_of(*lab_.maps().pipeline)), datapath_(k_bridge, maps_, writer_) {
    const auto most = lab_.the_switch().ports();
    for (std::uint32_t port = 1; port <= most; ++port) {
        const bvs_ofport key = {.bridge = k_bridge, .ofport = port};
        bpf_map_delete_elem(maps_.ofports_fd, &key);
        if (!ports.contains(port))
            continue;
        auto entry = lab_.maps().ports.get(port);
        entry.flags |= BVS_PORT_PIPELINE;
        lab_.maps().ports.set(port, entry);
        bpf_map_update_elem(maps_.ofports_fd, &key, &port, BPF_ANY);
    }
}

OfLab::~OfLab() {
    (void)apply(
        {model::FlowMod{.command = model::FlowCommand::remove, .table = model::k_all_tables},
         model::GroupMod{.command = model::GroupCommand::remove, .group = model::k_all_groups}});
    forget_cached();
    reclaim();
}

model::Answer<> OfLab::apply(const std::vector<Change> &changes) {
    daemon::OfDraft draft(tables(), daemon::monotonic_now());
    model::Answer<> done;
    for (const auto &change : changes)
        if (done)
            done = std::visit([&](const auto &mod) { return draft.add(mod); }, change);
    if (done)
        done = datapath_.write(draft, tables());
    if (!done)
        draft.undo();
    return done;
}

void OfLab::reclaim() {
    while (writer_.reclaimable())
        for (const auto &gone : writer_.reclaim())
            datapath_.forget(gone.rule);
    datapath_.all_gone();
}

void OfLab::forget_cached() {
    writer_.begin(k_bridge);
    must(writer_.commit({.groups = true, .all = true}));
}

ReferencePipeline OfLab::reference() const {
    ReferencePipeline::Flows flows;
    flows_.for_each({}, [&](model::FlowId id, const model::Flow &flow) {
        flows.emplace_back(id, model::FlowMod{.table = flow.table,
                                              .priority = flow.priority,
                                              .match = flow.match.match(),
                                              .instructions = *flow.instructions});
    });
    ReferencePipeline::Groups groups;
    for (const auto &[number, group] : groups_.all())
        groups[number] = group->description;
    return {std::move(flows), std::move(groups), ports_};
}

compile::FlowMask OfLab::cache_mask(unsigned kind) const {
    compile::FlowMask bits{};
    const auto mask = writer_.cache_mask(k_bridge, kind);
    for (std::uint32_t i = 0; i < BVS_CACHE_WORDS; ++i)
        bits[mask.word[i]] |= mask.mask[i];
    return bits;
}

std::uint32_t OfLab::trajectories() const {
    return maps_.trajectory_pool.get(0).next;
}

std::uint64_t OfLab::drops(bvs_drop_reason reason) const {
    std::uint64_t sum = 0;
    for (const auto &[number, port] : ports_)
        sum += lab_.counters(number).drops[reason];
    return sum;
}

fixture::Delivery OfLab::inject(const std::vector<fixture::Lab::Sent> &frames) {
    return lab_.during([&] {
        for (const auto &[port, frame] : frames)
            must(lab_.the_switch().datapath().inject(k_bridge, port, 0, frame));
    });
}

} // namespace bvs::property
