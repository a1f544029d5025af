// SPDX-License-Identifier: Apache-2.0
#include "switch/of_bridge.h"

#include "switch/compile/program.h"
#include "switch/model/action_use.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::daemon {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::size_t k_bulk = 10'000;           // flows in one change
constexpr std::size_t k_expired_at_once = 2'000; // some 20 ms

bool is_normal(const model::Flow &flow) {
    const model::Instructions normal{.apply = {model::action::Output{.port = model::port::normal}}};
    return flow.table == 0 && flow.match.match().matches_all() && *flow.instructions == normal;
}

// 0 is none, and none is longer than any.
std::uint16_t shorter(std::uint16_t now, std::uint16_t wanted) {
    return wanted && (!now || wanted < now) ? wanted : now;
}

} // namespace

OfBridge::OfBridge(OfBridgeParts parts)
    : parts_(std::move(parts)), datapath_(parts_.number, parts_.maps, parts_.writer) {
    for (unsigned table = 0; table < model::k_tables; ++table)
        table_configs_.push_back({.table = static_cast<std::uint8_t>(table)});
}

// ---- changes ----------------------------------------------------------------------------------

// Carried out on the tables and for the datapath, or not at all.
Answer<> OfBridge::carry_out(const std::function<Answer<>(OfDraft &)> &plan) {
    OfDraft draft(tables(), monotonic_now());
    auto done = plan(draft);
    if (done)
        done = datapath_.write(draft, tables());
    if (!done) {
        draft.undo();
        return done;
    }
    note_timeouts(draft);
    tell(draft);
    tell_of_vacancies();
    look_whether_simple();
    bulk_change_ |= draft.flows().size() >= k_bulk;
    parts_.changed();
    return {};
}

Answer<> OfBridge::flow_mod(const model::FlowMod &mod) {
    return carry_out([&](OfDraft &draft) { return draft.add(mod); });
}

Answer<> OfBridge::group_mod(const model::GroupMod &mod) {
    return carry_out([&](OfDraft &draft) { return draft.add(mod); });
}

Answer<> OfBridge::meter_mod(const model::MeterMod &mod) {
    return carry_out([&](OfDraft &draft) { return draft.add(mod); });
}

// Ports and packets are no part of the draft: they follow when all else is done.
std::expected<void, ofagent::BundleFailure>
OfBridge::commit(const std::vector<ofagent::Change> &changes) {
    std::size_t index = 0;
    const auto plan = [&](OfDraft &draft) -> Answer<> {
        for (index = 0; index < changes.size(); ++index) {
            auto done = std::visit(
                [&](const auto &change) -> Answer<> {
                    if constexpr (requires { draft.add(change); })
                        return draft.add(change);
                    else
                        return {};
                },
                changes[index]);
            if (!done)
                return done;
        }
        index = changes.empty() ? 0 : changes.size() - 1;
        return {};
    };
    if (auto done = carry_out(plan); !done)
        return std::unexpected(ofagent::BundleFailure{index, done.error()});
    for (const auto &change : changes) {
        if (const auto *mod = std::get_if<model::PortMod>(&change))
            (void)port_mod(*mod);
        if (const auto *packet = std::get_if<model::PacketOut>(&change))
            (void)packet_out(*packet);
    }
    return {};
}

bool OfBridge::adopt() {
    const bool there = datapath_.flags() & BVS_PIPELINE_CONFIGURED;
    datapath_.set_flags(datapath_.flags() | BVS_PIPELINE_CONFIGURED);
    if (!there) {
        parts_.writer.clear_table_counters(parts_.number);
        return false;
    }
    options_ = model::TlvTable(parts_.maps.tlv_tables.get(parts_.number));
    datapath_.adopt(tables());
    flows_.for_each({},
                    [&](model::FlowId id, const model::Flow &flow) { watch_timeouts(id, flow); });
    for (const auto &[flow, counters, created] : datapath_.hidden()) {
        failed_open_ |= flow == fail_open_flow();
        if (flow != fail_open_flow())
            in_band_.push_back(flow);
    }
    simple_rule_ = find_simple_rule(); // what was counted while no daemon ran is this one's
    look_whether_simple();
    return true;
}

// Also the end of the bridge: its number may be another's next.
void OfBridge::dismantle() {
    reset(false);
    (void)tlv_mod({.command = model::TlvCommand::clear});
    in_band_.clear();
    failed_open_ = false;
    set_hidden();
    datapath_.set_flags(0);
}

void OfBridge::set_in_band(std::vector<HiddenFlow> flows) {
    if (flows == in_band_)
        return;
    in_band_ = std::move(flows);
    set_hidden();
}

void OfBridge::set_fail_open(bool open) {
    if (open == failed_open_)
        return;
    failed_open_ = open;
    set_hidden();
    if (open)
        (void)flow_mod({.command = model::FlowCommand::remove, .table = model::k_all_tables});
}

void OfBridge::set_hidden() {
    auto flows = in_band_;
    if (failed_open_)
        flows.push_back(fail_open_flow());
    (void)datapath_.set_hidden(flows);
    parts_.changed();
    look_whether_simple();
}

std::vector<OfDatapath::HiddenStats> OfBridge::hidden_flows() const {
    harvest();
    return datapath_.hidden();
}

void OfBridge::reset(bool normal) {
    (void)carry_out([&](OfDraft &draft) -> Answer<> {
        if (auto done = draft.add(model::FlowMod{.command = model::FlowCommand::remove,
                                                 .table = model::k_all_tables});
            !done)
            return done;
        if (auto done = draft.add(model::GroupMod{.command = model::GroupCommand::remove,
                                                  .group = model::k_all_groups});
            !done)
            return done;
        if (auto done = draft.add(model::MeterMod{.command = model::MeterCommand::remove,
                                                  .config = {.meter = model::k_all_meters}});
            !done)
            return done;
        if (!normal)
            return {};
        return draft.add(normal_flow());
    });
}

model::FlowMod OfBridge::normal_flow() {
    return {.priority = 0,
            .instructions = {.apply = {model::action::Output{.port = model::port::normal}}}};
}

void OfBridge::watch_timeouts(model::FlowId id, const model::Flow &flow) {
    if (flow.idle_timeout || flow.hard_timeout)
        timeouts_.watch(id, expiry(flow, flow.modified, {}).next);
    if (model::fin_timeout_of(*flow.instructions))
        finishing_.insert(id);
}

void OfBridge::note_timeouts(const OfDraft &draft) {
    for (const auto &[id, sum] : draft.flows()) {
        timeouts_.forget(id);
        finishing_.erase(id);
        if (sum.after)
            watch_timeouts(id, *sum.after);
    }
}

void OfBridge::tell(const OfDraft &draft) {
    if (!events_)
        return;
    draft.for_each_flow_change([&](const model::FlowChange &change) {
        using Kind = ofagent::FlowChange::Kind;
        const auto kind = !change.after                                      ? Kind::removed
                          : change.kind == model::FlowChange::Kind::modified ? Kind::modified
                                                                             : Kind::added;
        const auto &flow = change.after ? change.after : change.before;
        events_->flow_changed({.kind = kind,
                               .reason = change.reason,
                               .flow = model::stats_of(*flow, monotonic_now())});
    });
}

// A bridge that only switches needs no pipeline: its ports go the short way. Hidden rules do
// nothing else.
void OfBridge::look_whether_simple() {
    datapath_.credit(simple_rule_, parts_.short_way.take());
    simple_rule_ = find_simple_rule();
    if (needs_pipeline_ == !simple_rule_)
        return;
    needs_pipeline_ = !simple_rule_;
    parts_.need_pipeline(needs_pipeline_);
}

std::uint32_t OfBridge::find_simple_rule() const {
    std::uint32_t rule = failed_open_ ? datapath_.hidden_rule(fail_open_flow()) : 0;
    if (!rule && flows_.size() == 1)
        flows_.for_each({}, [&](model::FlowId id, const model::Flow &flow) {
            rule = is_normal(flow) ? datapath_.rule_of(id) : 0;
        });
    return rule;
}

// What was counted anywhere becomes rules' counters.
void OfBridge::harvest() const {
    datapath_.credit(simple_rule_, parts_.short_way.take());
    parts_.writer.harvest();
}

void OfBridge::ports_changed() {
    harvest(); // ports that went count for the last time
    datapath_.ports_changed(tables());
    parts_.changed();
}

// ---- time -------------------------------------------------------------------------------------

void OfBridge::shorten_timeouts() {
    struct Wanted {
        model::FlowId flow = 0;
        std::uint16_t idle = 0, hard = 0;
    };
    std::vector<Wanted> wanted;
    for (const auto id : finishing_) {
        const auto &flow = *flows_.find(id);
        if (!datapath_.finished(id))
            continue;
        const auto fin = model::fin_timeout_of(*flow.instructions);
        if (!fin)
            continue;
        const auto idle = shorter(flow.idle_timeout, fin->idle);
        const auto hard = shorter(flow.hard_timeout, fin->hard);
        if (idle != flow.idle_timeout || hard != flow.hard_timeout)
            wanted.push_back({id, idle, hard});
    }
    if (wanted.empty())
        return;
    (void)carry_out([&](OfDraft &draft) -> Answer<> {
        for (const auto &[flow, idle, hard] : wanted)
            draft.set_timeouts(flow, idle, hard);
        return {};
    });
}

void OfBridge::expire() {
    const auto now = monotonic_now();
    datapath_.credit(simple_rule_, parts_.short_way.take());
    std::vector<std::pair<model::FlowId, model::RemovedReason>> expired;
    for (const auto id : timeouts_.take_due(now, k_expired_at_once)) {
        const auto &flow = *flows_.find(id);
        const auto when = expiry(flow, datapath_.last_used(id, flow), now);
        if (when.now)
            expired.emplace_back(id, when.reason);
        else
            timeouts_.watch(id, when.next);
    }
    if (expired.empty())
        return;
    const auto done = carry_out([&](OfDraft &draft) -> Answer<> {
        for (const auto &[id, reason] : expired)
            draft.remove(id, reason);
        return {};
    });
    if (!done)
        for (const auto &[id, reason] : expired)
            timeouts_.watch(id, now + std::chrono::seconds(1));
}

void OfBridge::gone(const maps::GoneRule &rule) {
    const auto removed = datapath_.forget(rule.rule);
    if (!removed || !removed->tell || !events_)
        return;
    auto stats = model::stats_of(*removed->flow, removed->when);
    stats.counters = {rule.counters.packets, rule.counters.bytes};
    events_->flow_removed({.reason = *removed->tell, .flow = std::move(stats)});
}

// ---- questions --------------------------------------------------------------------------------

ofagent::SwitchDescription OfBridge::description() const {
    return {.manufacturer = "BVS",
            .hardware = "BPF Virtual Switch",
            .software = parts_.version,
            .serial = "None",
            .datapath = parts_.name};
}

model::FlowStats OfBridge::stats(model::FlowId id, const model::Flow &flow) const {
    const auto now = monotonic_now();
    auto stats = model::stats_of(flow, now);
    stats.counters = datapath_.counters(id);
    stats.idle =
        std::chrono::duration_cast<std::chrono::seconds>(now - datapath_.last_used(id, flow));
    return stats;
}

std::vector<model::FlowStats> OfBridge::flow_stats(const model::FlowFilter &filter) const {
    harvest();
    std::vector<model::FlowStats> found;
    flows_.for_each(filter, [&](model::FlowId id, const model::Flow &flow) {
        found.push_back(stats(id, flow));
    });
    return found;
}

model::AggregateStats OfBridge::aggregate(const model::FlowFilter &filter) const {
    harvest();
    model::AggregateStats sum;
    flows_.for_each(filter, [&](model::FlowId id, const model::Flow &) {
        const auto counters = datapath_.counters(id);
        ++sum.flows;
        sum.counters.packets += counters.packets;
        sum.counters.bytes += counters.bytes;
    });
    return sum;
}

std::vector<model::PortDescription> OfBridge::ports() const {
    return parts_.ports.list();
}

Answer<> OfBridge::port_mod(const model::PortMod &mod) {
    const auto changes = parts_.ports.change(mod);
    if (!changes)
        return std::unexpected(changes.error());
    for (const auto &change : *changes)
        if (events_)
            events_->port_changed(change.kind, change.port);
    return {};
}

std::vector<model::PortStats> OfBridge::port_stats(std::uint32_t port) const {
    return parts_.ports.stats(port);
}

std::vector<model::QueueStats> OfBridge::queue_stats(std::uint32_t port,
                                                     std::uint32_t queue) const {
    return parts_.ports.queue_stats(port, queue);
}

std::vector<wire::QueueConfig> OfBridge::queue_configs(std::uint32_t port,
                                                       std::uint32_t queue) const {
    return parts_.ports.queue_configs(port, queue);
}

std::vector<model::GroupDescription> OfBridge::groups(std::uint32_t group) const {
    std::vector<model::GroupDescription> found;
    for (const auto &[id, value] : groups_.all())
        if (group == model::k_all_groups || group == id)
            found.push_back(value->description);
    return found;
}

std::vector<model::GroupStats> OfBridge::group_stats(std::uint32_t group) const {
    parts_.writer.harvest();
    std::vector<model::GroupStats> found;
    for (const auto &[id, value] : groups_.all()) {
        if (group != model::k_all_groups && group != id)
            continue;
        const auto counters = datapath_.group_counters(id);
        model::GroupStats stats{.group = id,
                                .counters = {counters.group.packets, counters.group.bytes}};
        for (const auto &bucket : counters.buckets)
            stats.buckets.push_back({bucket.packets, bucket.bytes});
        stats.references = flows_.users_of_group(id) + groups_.users(id);
        stats.duration = monotonic_now() - value->created;
        found.push_back(std::move(stats));
    }
    return found;
}

std::vector<model::MeterConfig> OfBridge::meters(std::uint32_t meter) const {
    std::vector<model::MeterConfig> found;
    for (const auto &[id, value] : meters_.all())
        if (meter == model::k_all_meters || meter == id)
            found.push_back(value->config);
    return found;
}

std::vector<model::MeterStats> OfBridge::meter_stats(std::uint32_t meter) const {
    std::vector<model::MeterStats> found;
    for (const auto &[id, value] : meters_.all()) {
        if (meter != model::k_all_meters && meter != id)
            continue;
        const auto counters = datapath_.meter_counters(id);
        model::MeterStats stats{.meter = id,
                                .flows = flows_.users_of_meter(id),
                                .counters = {counters.meter.packets, counters.meter.bytes},
                                .duration = monotonic_now() - value->created,
                                .bands = {}};
        for (const auto &band : counters.bands)
            stats.bands.push_back({band.packets, band.bytes});
        found.push_back(std::move(stats));
    }
    return found;
}

// ---- packets ----------------------------------------------------------------------------------

Answer<> OfBridge::packet_out(const model::PacketOut &packet) {
    if (packet.packet.size() < 14)
        return model::refuse(
            Refusal::bad_packet,
            fmt::format("a packet of {} bytes has no Ethernet header", packet.packet.size()));
    const bool from_table_0 =
        packet.actions == model::Actions{model::action::Output{.port = model::port::table}};
    std::vector<bvs_instruction> program;
    if (!from_table_0) {
        const OfInventory inventory(tables());
        model::KnownHeaders headers;
        auto actions = packet.actions;
        if (auto bound = options_.bind(actions); !bound)
            return bound;
        if (auto may =
                model::check_list(actions, headers, {.inventory = inventory, .lenient = true});
            !may)
            return may;
        auto compiled = compile::compile_actions(actions, datapath_.places());
        if (!compiled)
            return std::unexpected(compiled.error());
        program = std::move(compiled->code);
    }
    if (auto sent = parts_.inject({parts_.number, packet.in_port, program, packet.packet}); !sent)
        return model::refuse(Refusal::bad_packet, sent.error().message);
    return {};
}

std::optional<OfBridge::Named> OfBridge::named(std::uint32_t rule) const {
    const auto flow = datapath_.flow_of(rule, flows_);
    if (!flow)
        return std::nullopt;
    return Named{.table = flow->table,
                 .cookie = flow->cookie,
                 .miss = flow->priority == 0 && flow->match.match().matches_all()};
}

Answer<> OfBridge::set_fragments(std::uint8_t mode) {
    constexpr std::uint8_t drop = 1, reassemble = 2, nx_match = 3;
    if (mode == reassemble || mode > nx_match)
        return model::refuse(Refusal::config_bad_flags,
                             fmt::format("fragments cannot be treated in mode {}", mode));
    if (fragments_ == mode)
        return {};
    fragments_ = mode;
    constexpr auto modes = BVS_PIPELINE_FRAGMENTS_DROP | BVS_PIPELINE_FRAGMENTS_NX_MATCH;
    datapath_.set_flags((datapath_.flags() & ~static_cast<std::uint32_t>(modes)) |
                        (mode == drop       ? BVS_PIPELINE_FRAGMENTS_DROP
                         : mode == nx_match ? BVS_PIPELINE_FRAGMENTS_NX_MATCH
                                            : 0));
    return {};
}

void OfBridge::tell_of_misses(bool wanted) {
    const auto there = datapath_.flags();
    const auto flags = wanted
                           ? there | BVS_PIPELINE_MISS_TO_CONTROLLER
                           : there & ~static_cast<std::uint32_t>(BVS_PIPELINE_MISS_TO_CONTROLLER);
    if (flags != there)
        datapath_.set_flags(flags);
}

} // namespace bvs::daemon
