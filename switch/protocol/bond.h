// SPDX-License-Identifier: Apache-2.0
//
// The decisions of a bond: which members are enabled, which one is active, who carries which frames
// out and whose frames are let in. They are those of ovs-vswitchd (ovs-vswitchd.conf.db(5),
// "Bonding Configuration"); nothing here touches a frame but the announcements after a fail-over.
//
// A member is enabled while it is usable (carrier, and LACP's consent where LACP is on), after
// updelay and downdelay. If none is enabled, the next that is usable is so at once. One enabled
// member is the active one.
//
// After any call run() gives what is to be done, and only then the questions have answers; it is
// called again at next(). Times are the caller's steady clock. Thread: any one at a time.
#pragma once

#include "base/result.h"
#include "switch/protocol/bond_buckets.h"

#include <map>
#include <string>
#include <vector>

namespace bvs::protocol {

enum class BondMode { active_backup, balance_slb, balance_tcp };
enum class LacpStatus { off, configured, negotiated }; // configured: no partner at present

struct BondSettings {
    std::string name;
    BondMode mode = BondMode::active_backup;
    Milliseconds updelay{0};
    Milliseconds downdelay{0};
    Milliseconds rebalance_interval{10'000}; // 0: never
    std::string primary;                     // preferred as the active one, if not empty
    model::Mac last_active{};                // was it when the database was last written
    bool fallback_active_backup = false;     // while LACP has no partner
    bool all_members_active = false;         // group frames are taken from every member
    std::uint32_t hash_basis = 0;

    bool operator==(const BondSettings &) const = default;
};

struct BondMember {
    std::string name;
    model::Mac mac{};

    bool operator==(const BondMember &) const = default;
};

// Who carries a frame out.
enum class BondOutput { nobody, active, by_bucket };

// Whose frames are let in.
struct BondAdmission {
    bool unicast = false;
    bool multicast = false;
    // Not if the source was learned on another port: the frame is likely to be our own, sent out of
    // one member and come back by another.
    bool unless_moved = false;

    bool operator==(const BondAdmission &) const = default;
};

struct BondFrame {
    bool multicast = false;
    bool moved = false;          // the source was learned on another port
    bool gratuitous_arp = false; // whoever sends one has moved indeed,
    bool arp_locked = false;     // unless one of the same source came from elsewhere just now
};

bool admits(const BondAdmission &admission, const BondFrame &frame);

// How long gratuitous ARPs of a source are not believed from a bond (balance-slb) after one of them
// came from another port, since then they are reflections.
inline constexpr Milliseconds k_gratuitous_arp_lock{5000};

struct BondWishes {
    bool changed = false; // output, buckets or admission
    // Sources whose buckets are in here, and that were learned on other ports, are to be announced
    // with announcement() by the members that carry them now.
    BondBuckets::Set announce;
    std::vector<std::string> news; // sentences for the log
};

class Bond {
  public:
    Bond(const BondSettings &settings, Time now);

    void configure(const BondSettings &settings, Time now);
    // Adds a member, which is enabled at once if usable, or changes its name and address.
    void set_member(PortId id, const BondMember &member, bool usable);
    void remove_member(PortId id);
    void set_usable(PortId id, bool usable);
    void set_lacp(LacpStatus status);
    // As it was before a restart; before the first run().
    void resume(std::size_t bucket, PortId id) { buckets_.move(bucket, id); }
    void account(std::size_t bucket, std::uint64_t bytes) { buckets_.account(bucket, bytes); }

    BondWishes run(Time now);
    std::optional<Time> next() const;

    BondOutput output() const;
    std::optional<PortId> active() const { return active_; }
    std::optional<model::Mac> active_mac() const; // Port.bond_active_slave
    std::optional<PortId> carrier_of(std::size_t bucket) const;
    BondAdmission admission(PortId id) const;
    bool enabled(PortId id) const;

    // What a person asks for by name; the answers are those of ovs-vswitchd.
    Result<std::string> set_active(std::string_view name);
    // Until its link changes, or the delay that applies then has passed.
    Result<std::string> set_enabled(std::string_view name, bool on);
    Result<std::string> migrate(std::size_t bucket, std::string_view name);

    std::string show(Time now) const; // ovs-appctl bond/show
    std::string list_row() const;     // of bond/list
    static std::string_view list_heading() { return "bond\ttype\trecircID\tmembers\n"; }

  private:
    struct Member {
        BondMember who;
        bool usable = false;
        bool enabled = false;
        std::optional<Time> changes_at; // enabled becomes what usable is
    };
    using Members = std::map<PortId, Member>;

    bool balances() const { return output() == BondOutput::by_bucket; }
    std::vector<PortId> enabled_members() const;
    std::vector<PortId> by_name() const;
    Members::iterator find(std::string_view name);
    Member *active_member();
    void settle(Member &member, Time now, BondWishes &wishes) const;
    static void enable(Member &member, bool on, BondWishes &wishes);
    std::optional<PortId> choose() const;
    void elect(Time now, BondWishes &wishes);
    void rebalance(Time now, BondWishes &wishes);
    std::string member_text(PortId id, Time now) const;

    BondSettings settings_;
    Members members_;
    LacpStatus lacp_ = LacpStatus::off;
    std::optional<PortId> active_;
    BondBuckets buckets_;
    Time next_rebalance_;
    bool changed_ = true;
    bool elects_ = true; // anew, though the active one is well
    bool announces_all_ = false;
};

// A frame that makes other switches learn where `source` is: a RARP request about itself (RFC 903).
Bytes announcement(const model::Mac &source, std::uint16_t vlan);

std::string_view to_string(BondMode mode);

} // namespace bvs::protocol
