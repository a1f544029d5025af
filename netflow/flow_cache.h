// SPDX-License-Identifier: Apache-2.0
//
// The flows that are being counted, and the decision when a record of one leaves (RFC 5470, 5.1.1;
// RFC 3954, 3.2):
//   - active: a flow that goes on is reported this long after the first packet that is not reported
//     yet, with what was counted since the last report;
//   - inactive: a flow without a packet for this long ends;
//   - ended: a flow with a FIN or RST ends this much later, so that the last segments and
//     acknowledgements are still its own and do not begin another one;
//   - no room: a new flow takes the place of one that has ended or, if there is none, of the one
//     that was seen longest ago, which is reported.
//
// Nothing is lost or counted twice, whatever the order of calls: what was counted is in exactly one
// record, or will be. A flow that has nothing to report leaves without a record.
//
// A state machine: times come in, records go out, to the end of a list. Each call but flush() and
// set() takes the same time however many flows there are, for each record that it gives. A time
// before that of an earlier call delays timeouts and does no other harm. No clock, no I/O; one
// thread.
#pragma once

#include "netflow/flow.h"

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>

namespace bvs::netflow {

struct CacheLimits {
    std::size_t most_flows = 0; // 0: each count leaves at once
    std::optional<Time> active; // nothing: a flow is reported when it ends
    Time inactive = std::chrono::seconds(15);
    Time ended = std::chrono::seconds(1);
};

class FlowCache {
  public:
    // `seed` is for hashes: a random number that nobody outside knows.
    FlowCache(const CacheLimits &limits, std::uint64_t seed)
        : limits_(limits), flows_(0, Hash{seed}) {}

    // Counts packets that were seen up to now.
    void count(const FlowKey &key, const Traffic &traffic, Time now, FlowRecords &out);

    // What is due, in at most `most` steps, each of which gives at most a record.
    void expire(Time now, FlowRecords &out,
                std::size_t most = std::numeric_limits<std::size_t>::max());
    // When something will be due; nothing: never, as things are.
    std::optional<Time> next() const;

    // Ends all flows.
    void flush(FlowRecords &out);
    // Other limits, which hold for the flows that are there as well.
    void set(const CacheLimits &limits, FlowRecords &out);

    std::size_t size() const { return flows_.size(); }

  private:
    using Hook = boost::intrusive::list_member_hook<>;
    struct Flow {
        const FlowKey *key = nullptr; // its own in flows_
        Traffic traffic;              // that is not reported yet
        Time started{};
        Time opened{}; // when that traffic began to be counted
        Time seen{};   // when it was counted last; of one that ended, when that was noticed
        bool ended = false;
        Hook by_seen;
        Hook by_opened; // in open_ if there is something to report
    };
    struct Hash {
        std::uint64_t seed;
        std::size_t operator()(const FlowKey &key) const { return hash_of(key, seed); }
    };
    template <Hook Flow::*hook>
    using List = boost::intrusive::list<Flow, boost::intrusive::member_hook<Flow, Hook, hook>,
                                        boost::intrusive::constant_time_size<false>>;

    Flow &insert(const FlowKey &key, const Traffic &traffic, Time now);
    void refresh(Flow &flow, const Traffic &traffic, Time now);
    bool expire_one(Time now, FlowRecords &out);
    void evict(FlowRecords &out);
    void report(Flow &flow, FlowEnd end, FlowRecords &out);
    void remove(Flow &flow, FlowEnd end, FlowRecords &out);

    CacheLimits limits_;
    std::unordered_map<FlowKey, Flow, Hash> flows_;
    // Each in the order in which its flows become due. A flow is either live or over.
    List<&Flow::by_seen> live_;
    List<&Flow::by_seen> over_;
    List<&Flow::by_opened> open_;
};

} // namespace bvs::netflow
