// SPDX-License-Identifier: Apache-2.0
//
// Link aggregation of one port of a bridge: which members a partner agrees to use together. IEEE
// 802.1AX-2014, 6.4, in the simpler form that Open vSwitch has: one aggregator a port, and what the
// standard's receive, periodic, selection, mux and transmit machines do is decided together.
//
// A member is current while PDUs come, expired when three periods of our choice passed without one,
// and defaulted, with no partner, three seconds later. Of the members that have a partner, the one
// that the better system (lower priority, then lower address) prefers leads. All with the same
// partner system and the same keys are attached, and may carry frames once the partner is in sync.
// With fallback, defaulted members are attached while nobody negotiates.
//
// Invariants: a member without carrier carries and sends nothing; at most three LACPDUs are sent on
// a link within a second (6.4.16); PDUs that cannot be read change nothing but a counter.
// Errors: receive() says in a sentence why a frame was no good. Thread: any one at a time.
#pragma once

#include "switch/protocol/slow_frame.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bvs::protocol {

struct LacpSettings {
    bool active = false; // begins to speak; a passive one only answers
    bool fast = false;   // asks for a PDU each second, else each 30
    bool fallback_active_backup = false;
    std::uint16_t priority = 65535;
    model::Mac system{};

    bool operator==(const LacpSettings &) const = default;
};

struct LacpMemberSettings {
    std::string name;
    model::Mac mac{}; // its frames' source
    std::uint16_t port = 0;
    std::uint16_t priority = 65535;
    std::uint16_t key = 0; // 0: the number of the member that was there first

    bool operator==(const LacpMemberSettings &) const = default;
};

struct LacpStatistics {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t bad = 0;
    std::uint64_t markers = 0; // requests
    std::uint64_t expired = 0;
    std::uint64_t defaulted = 0;
    std::uint64_t carrier_changes = 0;

    bool operator==(const LacpStatistics &) const = default;
};

class Lacp {
  public:
    explicit Lacp(const LacpSettings &settings) : settings_(settings) {}

    void configure(const LacpSettings &settings, Time now);
    // Adds a member, without carrier, or changes it.
    void set_member(PortId id, const LacpMemberSettings &settings, Time now);
    void remove_member(PortId id);
    void set_carrier(PortId id, bool up, Time now);

    // A frame of EtherType 0x8809 from a member. Is to be followed by run().
    Result<> receive(PortId id, ByteSpan frame, Time now);

    std::vector<Outgoing> run(Time now);
    std::optional<Time> next() const; // when to run again; nothing: not before something happens

    bool negotiated() const { return negotiated_; } // some member has a partner
    bool attached(PortId id) const;
    bool may_carry(PortId id) const;
    bool current(PortId id) const; // Interface.lacp_current: it has a partner
    LacpStatistics statistics(PortId id) const;

    // As `ovs-appctl lacp/show` and `lacp/show-stats` print it.
    std::string show(std::string_view name) const;
    std::string show_statistics(std::string_view name) const;

  private:
    enum class Status { current, expired, defaulted };
    struct Member {
        LacpMemberSettings settings;
        std::uint64_t joined = 0; // the lower, the longer it has been there
        Status status = Status::defaulted;
        bool carrier = false;
        bool attached = false;
        LacpParty partner;
        std::optional<LacpParty> told;                // what the partner knows of us
        std::optional<Time> listens_until;            // what was heard holds till then
        std::optional<Time> sends_at;                 // the next periodic PDU
        std::array<std::optional<Time>, 3> last_sent; // in a ring
        std::size_t oldest_sent = 0;
        std::vector<Marker> markers; // to be answered
        LacpStatistics statistics;
    };

    const Member *find(PortId id) const;
    std::uint16_t default_key() const;
    LacpParty actor(const Member &member) const;
    bool may_carry(const Member &member) const;
    bool speaks(const Member &member) const;
    bool has_news(const Member &member) const;
    Milliseconds period(const Member &member) const;
    Time may_send_from(const Member &member) const;
    void hear(Member &member, const LacpPdu &pdu, Time now);
    static void expire(Member &member, Time now);
    void time_out(Member &member, Time now);
    bool is_better(const Member &left, const Member &right) const;
    bool goes_with(const Member &member, const Member &lead) const;
    void select();
    void send(PortId id, Member &member, Time now, std::vector<Outgoing> &out) const;

    LacpSettings settings_;
    std::map<PortId, Member> members_;
    std::uint64_t joined_ = 0;
    bool negotiated_ = false;
};

} // namespace bvs::protocol
