// SPDX-License-Identifier: Apache-2.0
#include "switch/trace.h"

#include "switch/odp_text.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace bvs::daemon {

namespace {

using Node = Trace::Node;

template <class T>
T detail_of(const bvs_trace_event &event) {
    static_assert(sizeof(T) <= sizeof event.detail);
    T detail{};
    std::memcpy(&detail, event.detail, sizeof detail);
    return detail;
}

model::FlowWords words_of(const bvs_flow &flow) {
    model::FlowWords words;
    std::ranges::copy(flow.word, words.value.begin());
    return words;
}

// The part of a flow that a frame can show.
bvs_flow look_of(bvs_flow flow) {
    std::fill(flow.word + BVS_FLOW_PACKET_WORDS, flow.word + BVS_FLOW_TUNNEL, 0);
    return flow;
}

// Where nodes go: calls nest, and each has a list of its own or goes on in its caller's.
class Tree {
  public:
    explicit Tree(std::list<Node> &root) { open_.push_back({.nodes = &root}); }

    Node &add(unsigned depth, Node node) {
        return_to(depth);
        return open_.back().nodes->emplace_back(std::move(node));
    }
    // What follows at this depth is within the node.
    void enter(Node &node, bool action_set = false) {
        open_.back() = {.nodes = &node.nodes, .action_set = action_set};
    }
    // What follows one deeper is within the node.
    void call(Node &node) { open_.push_back({.nodes = &node.nodes}); }
    bool in_action_set(unsigned depth) {
        return_to(depth);
        return open_.back().action_set;
    }

  private:
    struct Open {
        std::list<Node> *nodes = nullptr;
        bool action_set = false;
    };

    void return_to(unsigned depth) {
        const Open within{.nodes = open_.back().nodes};
        open_.resize(depth + 1, within);
    }

    std::vector<Open> open_; // by depth
};

class Maker {
  public:
    Maker(Trace &trace, const TraceNames &names)
        : trace_(trace), names_(names), tree_(trace.nodes) {}

    void take(const bvs_trace_event &event) {
        switch (event.kind) {
        case BVS_TRACE_PACKET:
            return packet(event);
        case BVS_TRACE_TABLE:
            return table(event);
        case BVS_TRACE_STEP:
            return step(event);
        case BVS_TRACE_BUCKET:
            return bucket(event);
        case BVS_TRACE_DECIDED:
            return decided(event);
        case BVS_TRACE_EFFECT:
            return effect(event);
        case BVS_TRACE_PORT:
            return port(event);
        case BVS_TRACE_END:
            return end(event);
        default:
            return;
        }
    }

  private:
    void packet(const bvs_trace_event &event) {
        trace_.port = event.place;
        trace_.bytes = event.arg;
        trace_.flow = trace_.final_flow = event.flow;
        look_ = look_of(event.flow);
        actions_ = OdpActions(words_of(look_));
    }

    void table(const bvs_trace_event &event) {
        settle(event);
        auto &node = tree_.add(
            event.depth,
            {.kind = Node::Kind::table, .number = event.table, .rule = rule(event.place)});
        tree_.enter(node);
    }

    std::optional<TracedRule> rule(std::uint32_t place) const {
        if (!place)
            return std::nullopt;
        return names_.rule(place).value_or(TracedRule{.match = "(a rule that is gone)"});
    }

    void step(const bvs_trace_event &event) {
        settle(event);
        auto instruction = detail_of<bvs_instruction>(event);
        if (event.arg) {
            instruction.op &= static_cast<__u8>(~BVS_OP_WRITE);
            if (!tree_.in_action_set(event.depth))
                tree_.enter(tree_.add(event.depth, {.kind = Node::Kind::action_set}), true);
        }
        auto text = instruction_text(instruction, names_.places, headers_of(event.flow));
        if (text.empty())
            return;
        auto &node = tree_.add(event.depth, {.kind = Node::Kind::action,
                                             .text = std::move(text),
                                             .obvious = instruction.op == BVS_OP_LOAD ||
                                                        instruction.op == BVS_OP_SET_VLAN});
        if (instruction.op == BVS_OP_CLONE)
            tree_.call(node);
        acting_ = &node;
        before_ = event.flow;
    }

    void bucket(const bvs_trace_event &event) {
        settle(event);
        tree_.call(tree_.add(event.depth, {.kind = Node::Kind::bucket,
                                           .number = names_.bucket(event.place, event.arg)}));
    }

    // What the last action has made of the flow.
    void settle(const bvs_trace_event &event) {
        if (acting_)
            acting_->changes = changes(before_, event.flow, names_.places.options);
        acting_ = nullptr;
    }

    void decided(const bvs_trace_event &event) {
        settle(event);
        trace_.final_flow = event.flow;
    }

    void effect(const bvs_trace_event &event) {
        const auto effect = detail_of<bvs_effect>(event);
        take_off();
        actions_.look(look_, event.flow);
        look_ = event.flow;
        if (effect.kind == BVS_EFFECT_CONTROLLER)
            actions_.add(fmt::format("userspace(controller(reason={},controller_id={},max_len={}))",
                                     effect.arg >> 16, effect.v0 >> 48, effect.arg & 0xffff));
        else if (effect.kind == BVS_EFFECT_SAMPLE)
            actions_.add(fmt::format("userspace(flow_sample({}))",
                                     sample_text(effect.arg, effect.v0, effect.v1)));
        else if (effect.kind == BVS_EFFECT_METER)
            actions_.add(
                fmt::format("meter({})", names_.places.meter(effect.arg).value_or(effect.arg)));
    }

    void port(const bvs_trace_event &event) {
        trace_.receivers.push_back({.port = event.place, .refusal = event.arg});
        if (event.arg != BVS_DROP_N)
            return;
        if (!wears_)
            wears_ = had_ = event.detail[0];
        wear(event.detail[1]);
        actions_.add(fmt::to_string(event.place));
    }

    void wear(std::uint64_t tag) {
        if (wears_ == tag)
            return;
        if (*wears_)
            actions_.pop_vlan();
        if (tag)
            actions_.push_vlan(tag);
        wears_ = tag;
    }

    // What the packet wore for a port only.
    void take_off() {
        if (wears_)
            wear(had_);
        wears_.reset();
    }

    void end(const bvs_trace_event &event) {
        trace_.drop = event.arg;
        trace_.datapath_actions = actions_.text().empty() ? "drop" : actions_.text();
    }

    Trace &trace_;
    const TraceNames &names_;
    Tree tree_;
    Node *acting_ = nullptr;
    bvs_flow before_{};
    bvs_flow look_{};
    std::optional<std::uint64_t> wears_; // the outer tag, as NORMAL gave it to the last port
    std::uint64_t had_ = 0;              // and before
    OdpActions actions_{model::FlowWords()};
};

} // namespace

Trace make_trace(std::span<const bvs_trace_event> events, const TraceNames &names) {
    Trace trace;
    Maker maker(trace, names);
    for (const auto &event : events)
        maker.take(event);
    const auto in_place = [&events](const bvs_trace_event &event) {
        return event.index == static_cast<std::uint32_t>(&event - events.data());
    };
    trace.whole = !events.empty() && events.back().kind == BVS_TRACE_END &&
                  std::ranges::all_of(events, in_place);
    return trace;
}

} // namespace bvs::daemon
