// SPDX-License-Identifier: Apache-2.0
//
// The querier of one bridge: where no router does it, it asks hosts time and again which groups
// they want, so that what snooping knows does not age. In each VLAN it is one for IGMP and one for
// MLD, and each is silent while another one asks that the standards prefer: RFC 3376 and
// 3810, 6.6.2 and 7.6.2, the lower address. One without an address, 0.0.0.0, is no querier in that
// sense (RFC 4541, 2.1.1): it gives way to all that have one, and nobody does to it.
//
// Invariants: the first two queries are a quarter of the interval apart. Another's silence is
// measured by our own interval, not by the one that its query names (which the standards have a
// router adopt): a single forged one would keep us silent for hours.
// Thread: any one at a time. Times are the caller's steady clock.
#pragma once

#include "switch/model/ip_address.h"
#include "switch/protocol/bytes.h"

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace bvs::protocol {

struct QuerierSettings {
    std::chrono::seconds interval{150};
    std::chrono::seconds max_response{1}; // within which hosts answer
    model::Mac mac{};
    model::IpAddress ip4 = model::IpAddress::v4(0);
    model::IpAddress ip6; // link-local

    bool operator==(const QuerierSettings &) const = default;
};

// `other_config` of the bridge: mcast-snooping-querier, -query-interval, -query-max-response,
// -eth-src, -ip4-src, -ip6-src. `mac` is the bridge's own, `ageing` that of its groups. Nothing if
// there shall be none.
std::optional<QuerierSettings> settle_querier(const std::string &bridge, const model::Mac &mac,
                                              std::chrono::seconds ageing,
                                              const model::StringMap &other_config,
                                              model::Warnings &warnings);

class Querier {
  public:
    explicit Querier(const QuerierSettings &settings) : settings_(settings) {}

    void configure(const QuerierSettings &settings); // begins anew if that is a change
    void set_vlans(const std::set<std::uint16_t> &vlans);

    void receive(std::uint16_t vlan, const model::IpAddress &source, Time now); // another's query
    // Frames to be sent now, each in its VLAN by its tag. To be called about every second.
    std::vector<Bytes> run(Time now);

    std::string show() const; // who asks where, a line each

  private:
    struct Domain {
        std::uint16_t vlan = 0;
        bool v4 = false; // IGMP, or MLD

        auto operator<=>(const Domain &) const = default;
    };
    struct Duty {
        Time next{};            // when to ask
        unsigned startup = 2;   // queries that are left of it (RFC 3376, 8.7)
        model::IpAddress other; // who asks until then; none: we do
    };

    const model::IpAddress &address(bool v4) const { return v4 ? settings_.ip4 : settings_.ip6; }
    bool yields_to(const model::IpAddress &source) const;

    QuerierSettings settings_;
    std::map<Domain, Duty> duties_;
};

} // namespace bvs::protocol
