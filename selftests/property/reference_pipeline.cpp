// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/reference_pipeline.h"

#include <algorithm>
#include <utility>

namespace bvs::property {

namespace action = model::action;
namespace port = model::port;
using model::Actions;
using model::Field;
using model::Subfield;

namespace {

constexpr std::size_t k_most_tags = 2;
constexpr std::uint32_t k_unset = 0xfffffff7; // OFPP_UNSET

// The bits from `offset` on, as a mask of the field.
Value mask_of(const Subfield &subfield) {
    return model::shift_left(model::low_bits(subfield.bits), subfield.offset);
}

// OpenFlow 1.5.1, 5.6: the order of an action set.
int turn(const model::Action &action) {
    if (std::holds_alternative<action::PopVlan>(action))
        return 0;
    if (std::holds_alternative<action::PushVlan>(action))
        return 1;
    if (std::holds_alternative<action::DecIpTtl>(action))
        return 2;
    if (std::holds_alternative<action::Group>(action))
        return 4;
    if (std::holds_alternative<action::Output>(action))
        return 5;
    if (std::holds_alternative<action::Resubmit>(action))
        return 6;
    return 3;
}

bool same_kind(const model::Action &one, const model::Action &other) {
    const auto *field = std::get_if<action::SetField>(&one);
    const auto *other_field = std::get_if<action::SetField>(&other);
    if (field && other_field)
        return field->field == other_field->field;
    return one.index() == other.index();
}

// One of a kind, the last one; of group, output and resubmit the first that there is.
Actions action_set(const Actions &written) {
    Actions set;
    for (const auto &action : written) {
        std::erase_if(set, [&](const auto &earlier) { return same_kind(action, earlier); });
        set.push_back(action);
    }
    std::ranges::stable_sort(set, {}, turn);
    const auto last =
        std::ranges::find_if(set, [](const auto &action) { return turn(action) > 3; });
    if (last != set.end())
        set.erase(last + 1, set.end());
    return set;
}

} // namespace

// One packet's way, with these choices; choices beyond the list are the first ones.
class ReferencePipeline::Walk {
  public:
    struct Choice {
        std::size_t chosen = 0;
        std::size_t options = 0;
    };

    Walk(const ReferencePipeline &pipeline, std::vector<Choice> choices)
        : pipeline_(pipeline), choices_(std::move(choices)) {}

    Outcome run(std::uint32_t in_port, const Packet &packet) {
        state_.packet = packet;
        state_.in_port = in_port;
        try {
            table(0, in_port);
            exiting_ = false;
            run_action_set();
        } catch (const TooManyTags &) {
            outcome_.sent.clear();
        }
        return std::move(outcome_);
    }
    const std::vector<Choice> &choices() const { return choices_; }

    // Each returns whether the list that it is in goes on.
    bool operator()(const action::Output &a) { return output(a.port), true; }
    bool operator()(const action::OutputField &a);
    bool operator()(const action::Group &a);
    bool operator()(const action::SetField &a);
    bool operator()(const action::Load &a);
    bool operator()(const action::Move &a);
    bool operator()(const action::SetVlanVid &a) { return set_tag(a.vid, 0x0fff); }
    bool operator()(const action::SetVlanPcp &a) { return set_tag(a.pcp << 13, 0xe000); }
    bool operator()(const action::PushVlan &a);
    bool operator()(const action::PopVlan &) { return state_.pop_vlan(), true; }
    bool operator()(const action::SetIpTtl &a);
    bool operator()(const action::DecIpTtl &);
    bool operator()(const action::Resubmit &a);
    bool operator()(const action::StackPush &a);
    bool operator()(const action::StackPop &a);
    bool operator()(const action::Clone &a);
    bool operator()(const action::Exit &) { return exiting_ = true, false; }
    bool operator()(const auto &) { return true; }

  private:
    struct TooManyTags {}; // such a packet is dropped, whatever else was to become of it
    struct Saved {
        PacketState state;
        Actions set;
    };
    Saved save() const { return {state_, set_}; }
    void restore(Saved saved);

    bool list(const Actions &actions);
    void table(std::uint8_t number, std::uint32_t lookup_port);
    const std::pair<model::FlowId, model::FlowMod> *lookup(std::uint8_t table,
                                                           std::uint32_t in_port) const;
    void instructions(const model::FlowMod &flow);
    void write_actions(const Actions &actions);
    void run_action_set();
    void output(std::uint32_t to);
    void transmit(std::uint32_t to);
    bool set_tag(int bits, int mask);
    Value bits_of(const Subfield &subfield) const;
    void load(const Subfield &to, Value value);
    bool is_live(const model::Bucket &bucket) const;
    void run_bucket(std::uint32_t group, std::size_t bucket);
    std::size_t choose(std::size_t options);

    const ReferencePipeline &pipeline_;
    std::vector<Choice> choices_;
    std::size_t chosen_ = 0;
    PacketState state_;
    Actions set_;
    std::uint8_t table_ = 0;
    bool exiting_ = false;
    Outcome outcome_;
};

void ReferencePipeline::Walk::restore(Saved saved) {
    state_ = std::move(saved.state);
    set_ = std::move(saved.set);
    exiting_ = false;
}

bool ReferencePipeline::Walk::list(const Actions &actions) {
    return std::ranges::all_of(actions,
                               [this](const auto &action) { return std::visit(*this, action); });
}

const std::pair<model::FlowId, model::FlowMod> *
ReferencePipeline::Walk::lookup(std::uint8_t table, std::uint32_t in_port) const {
    auto state = state_;
    state.in_port = in_port;
    const std::pair<model::FlowId, model::FlowMod> *best = nullptr;
    for (const auto &entry : pipeline_.flows_) {
        const auto &flow = entry.second;
        if (flow.table != table || (best && flow.priority <= best->second.priority))
            continue;
        const bool matches = std::ranges::all_of(flow.match.fields(), [&](const auto &field) {
            const auto value = state.get(field.field);
            return value && (*value & field.mask) == field.value;
        });
        if (matches)
            best = &entry;
    }
    return best;
}

void ReferencePipeline::Walk::table(std::uint8_t number, std::uint32_t lookup_port) {
    const auto before = std::exchange(table_, number);
    if (const auto *found = lookup(number, lookup_port)) {
        outcome_.visits.push_back({Visit::Kind::flow, found->first});
        instructions(found->second);
    } else {
        outcome_.visits.push_back({Visit::Kind::miss, number});
    }
    table_ = before;
}

void ReferencePipeline::Walk::instructions(const model::FlowMod &flow) {
    const auto &wanted = flow.instructions;
    if (!list(wanted.apply))
        return;
    if (wanted.clear) {
        set_.clear();
        state_.actset_output = k_unset;
    }
    write_actions(wanted.write);
    if (wanted.metadata)
        state_.set(Field::metadata, {0, wanted.metadata->value}, {0, wanted.metadata->mask});
    if (wanted.goto_table)
        table(*wanted.goto_table, state_.in_port);
}

void ReferencePipeline::Walk::write_actions(const Actions &actions) {
    set_.insert(set_.end(), actions.begin(), actions.end());
    state_.actset_output = k_unset;
    for (const auto &action : action_set(set_))
        if (const auto *output = std::get_if<action::Output>(&action))
            state_.actset_output = output->port;
}

void ReferencePipeline::Walk::run_action_set() {
    list(action_set(std::exchange(set_, {})));
}

void ReferencePipeline::Walk::transmit(std::uint32_t to) {
    const auto port = pipeline_.ports_.find(to);
    if (port != pipeline_.ports_.end() && port->second.up)
        outcome_.sent[to].push_back(state_.packet.frame());
}

void ReferencePipeline::Walk::output(std::uint32_t to) {
    if (to == port::in_port)
        return transmit(state_.in_port);
    if (to == port::flood || to == port::all) {
        for (const auto &[number, flags] : pipeline_.ports_)
            if (number != state_.in_port && (to == port::all || !flags.no_flood))
                transmit(number);
        return;
    }
    if (to != state_.in_port)
        transmit(to);
}

bool ReferencePipeline::Walk::operator()(const action::OutputField &a) {
    output(static_cast<std::uint32_t>(bits_of(a.source).low));
    return true;
}

// OpenFlow 1.0: makes a tag if there is none.
bool ReferencePipeline::Walk::set_tag(int bits, int mask) {
    auto &tags = state_.packet.tags;
    if (tags.empty())
        tags.push_back({});
    tags[0].tci = static_cast<std::uint16_t>((tags[0].tci & ~mask) | bits);
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::SetField &a) {
    state_.set(a.field, a.value, a.mask);
    return true;
}

Value ReferencePipeline::Walk::bits_of(const Subfield &subfield) const {
    const auto whole = state_.get(subfield.field).value_or(Value{});
    return model::shift_right(whole, subfield.offset) & model::low_bits(subfield.bits);
}

void ReferencePipeline::Walk::load(const Subfield &to, Value value) {
    state_.set(to.field, model::shift_left(value, to.offset), mask_of(to));
}

bool ReferencePipeline::Walk::operator()(const action::Load &a) {
    load(a.destination, a.value);
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::Move &a) {
    load(a.destination, bits_of(a.source));
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::PushVlan &a) {
    if (state_.packet.tags.size() == k_most_tags)
        throw TooManyTags();
    state_.push_vlan(a.eth_type);
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::SetIpTtl &a) {
    state_.set(Field::ip_ttl, {0, a.ttl}, {0, 0xff});
    return true;
}

// What follows in the list is not for a packet without time.
bool ReferencePipeline::Walk::operator()(const action::DecIpTtl &) {
    auto &packet = state_.packet;
    if (!packet.ip())
        return true;
    if (packet.ttl <= 1)
        return false;
    --packet.ttl;
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::Resubmit &a) {
    table(a.table.value_or(table_), a.in_port == port::in_port ? state_.in_port : a.in_port);
    return !exiting_;
}

bool ReferencePipeline::Walk::operator()(const action::StackPush &a) {
    state_.stack.push_back(bits_of(a.source));
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::StackPop &a) {
    if (state_.stack.empty())
        return true;
    const auto value = state_.stack.back();
    state_.stack.pop_back();
    load(a.destination, value & model::low_bits(a.destination.bits));
    return true;
}

bool ReferencePipeline::Walk::operator()(const action::Clone &a) {
    auto saved = save();
    list(a.actions);
    exiting_ = false;
    run_action_set();
    restore(std::move(saved));
    return true;
}

bool ReferencePipeline::Walk::is_live(const model::Bucket &bucket) const {
    if (bucket.watch_port != port::any) {
        const auto found = pipeline_.ports_.find(bucket.watch_port);
        if (found == pipeline_.ports_.end() || !found->second.up)
            return false;
    }
    if (bucket.watch_group == model::k_any_group)
        return true;
    const auto group = pipeline_.groups_.find(bucket.watch_group);
    return group != pipeline_.groups_.end() &&
           std::ranges::any_of(group->second.buckets,
                               [this](const auto &other) { return is_live(other); });
}

std::size_t ReferencePipeline::Walk::choose(std::size_t options) {
    if (chosen_ == choices_.size())
        choices_.push_back({});
    choices_[chosen_].options = options;
    return choices_[chosen_++].chosen;
}

void ReferencePipeline::Walk::run_bucket(std::uint32_t group, std::size_t bucket) {
    outcome_.visits.push_back({Visit::Kind::bucket, group, static_cast<std::uint32_t>(bucket)});
    auto saved = save();
    list(action_set(pipeline_.groups_.at(group).buckets[bucket].actions));
    restore(std::move(saved));
}

bool ReferencePipeline::Walk::operator()(const action::Group &a) {
    const auto &group = pipeline_.groups_.at(a.group);
    outcome_.visits.push_back({Visit::Kind::group, a.group});
    std::vector<std::size_t> live;
    for (std::size_t i = 0; i < group.buckets.size(); ++i)
        if (is_live(group.buckets[i]) &&
            (group.type != model::GroupType::select || group.buckets[i].weight))
            live.push_back(i);
    if (group.type == model::GroupType::select && !live.empty())
        run_bucket(a.group, live[choose(live.size())]);
    else if (group.type == model::GroupType::fast_failover && !live.empty())
        run_bucket(a.group, live.front());
    else if (group.type == model::GroupType::all || group.type == model::GroupType::indirect)
        for (std::size_t i = 0; i < group.buckets.size(); ++i)
            run_bucket(a.group, i);
    return true;
}

std::vector<Outcome> ReferencePipeline::run(std::uint32_t in_port, const Packet &packet,
                                            std::size_t most) const {
    std::vector<Outcome> outcomes;
    std::vector<Walk::Choice> choices;
    for (;;) {
        Walk walk(*this, choices);
        outcomes.push_back(walk.run(in_port, packet));
        choices = walk.choices();
        while (!choices.empty() && choices.back().chosen + 1 == choices.back().options)
            choices.pop_back();
        if (choices.empty())
            return outcomes;
        ++choices.back().chosen;
        if (outcomes.size() == most)
            return {};
    }
}

} // namespace bvs::property
