// SPDX-License-Identifier: Apache-2.0
//
// A trace: what the datapath told of one packet (maps/trace.h), put together as the tables that it
// passed, the rules that it met there, what they did, and what came of it. Pure.
#pragma once

#include "maps/abi.h"
#include "switch/flow_fields.h"
#include "switch/instruction_text.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bvs::daemon {

struct TracedRule {
    std::string match; // as ovs-ofctl prints it; empty: matches all
    std::uint32_t priority = 0;
    std::uint64_t cookie = 0;
};

// What the places and numbers of the datapath stand for.
struct TraceNames {
    std::function<std::optional<TracedRule>(std::uint32_t place)> rule;
    PlaceNames places;
    // Of a group's bucket, by its index: the bucket's own id.
    std::function<std::uint32_t(std::uint32_t group, std::uint32_t index)> bucket;
};

struct Trace {
    struct Node {
        enum class Kind { table, action_set, bucket, action };
        Kind kind = Kind::table;
        std::string text;                // of an action
        std::uint32_t number = 0;        // of a table or bucket
        std::optional<TracedRule> rule;  // of a table; nothing: none matches
        std::vector<FieldValue> changes; // that the action made
        bool obvious = false;            // its text says what it changes
        std::list<Node> nodes;
    };
    struct Receiver {
        std::uint32_t port = 0;             // as the datapath numbers it
        std::uint32_t refusal = BVS_DROP_N; // why it does not get the packet; BVS_DROP_N: it does
    };

    std::uint32_t port = 0;  // where it came in; 0: at none that there is
    std::uint32_t bytes = 0; // of the frame
    bvs_flow flow{};         // as it came in
    bvs_flow final_flow{};   // as the pipeline left it
    std::list<Node> nodes;
    std::vector<Receiver> receivers;
    std::string datapath_actions;    // in Open vSwitch's syntax
    std::uint32_t drop = BVS_DROP_N; // why nothing comes of it; BVS_DROP_N: something does
    bool whole = false;              // no event is missing
};

// Events of one packet, in order.
Trace make_trace(std::span<const bvs_trace_event> events, const TraceNames &names);

} // namespace bvs::daemon
