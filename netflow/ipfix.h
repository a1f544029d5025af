// SPDX-License-Identifier: Apache-2.0
//
// IPFIX over UDP (RFC 7011), as one observation domain sends it. Flows of any kind: the template of
// a record has the elements that its headers have, so there is one for each combination of tagged
// or not, IPv4, IPv6 or other, TCP, other ports, ICMP or other, and the tunnel around it.
//
// - Times are absolute, in milliseconds; counters are deltas. octetDeltaCount begins at the IP
//   header, layer2OctetDeltaCount at the Ethernet header. Interfaces are ifIndexes.
// - Tunnels are said with VMware's elements (enterprise 6876), as Open vSwitch does. There are none
//   for outer IPv6 addresses, which are left out.
// - The header's sequence is the number of data records sent before, since the encoder was made;
//   several domains need an encoder each.
// - When packets are sampled, each record names the selector, and an options record says what it
//   does (RFC 5477): uniform probabilistic sampling, with the mean interval and space beside the
//   probability for collectors that know these only.
//
// Records in, datagrams out; templates: templated.h. No clock, no I/O; one thread.
#pragma once

#include "netflow/templated.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace bvs::netflow {

struct IpfixSettings {
    std::uint32_t domain = 0;
    std::uint32_t sampling = 1;      // one of so many packets is counted
    std::string virtual_observation; // virtualObsID; empty: none; only the first 254 bytes count
    TemplateRefresh refresh;
    std::size_t most_bytes = k_most_bytes;
};

class Ipfix {
  public:
    explicit Ipfix(const IpfixSettings &settings);

    Datagrams encode(std::span<const FlowRecord> records, const Moment &moment);

    std::uint32_t sent() const { return sequence_; } // data records so far

  private:
    const Elements &elements_of(std::uint16_t id, const FlowKey &key);
    void add_sampling(Time now);

    IpfixSettings settings_;
    Templated templated_;
    std::map<std::uint16_t, Elements> elements_; // of the templates used so far
    std::uint32_t sequence_ = 0;
};

} // namespace bvs::netflow
