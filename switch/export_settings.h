// SPDX-License-Identifier: Apache-2.0
//
// What rows of the tables NetFlow, IPFIX, sFlow and Flow_Sample_Collector_Set ask for
// (ovs-vswitchd.conf.db(5)), with Open vSwitch's defaults. Pure: a value that makes no sense is
// replaced and told of in a warning.
#pragma once

#include "netflow/flow_cache.h"
#include "ovsdb/replica.h"
#include "switch/model/settings.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace bvs::daemon {

struct NetflowSettings {
    std::set<std::string> targets;
    bool version9 = false; // external_ids:bvs-version=9
    std::uint8_t engine_type = 0;
    std::uint8_t engine_id = 0;
    bool add_id_to_interface = false;
    std::optional<netflow::Time> active; // nothing: when a flow ends

    bool operator==(const NetflowSettings &) const = default;
};

struct IpfixExport {
    std::set<std::string> targets;
    std::uint32_t sampling = 400; // 1: every packet is counted
    std::uint32_t domain = 0;
    std::uint32_t point = 0;
    netflow::Time active{};       // of flows that are kept together
    std::uint32_t most_flows = 0; // if packets are sampled; 0: each sample is a record
    bool input = true;            // what comes in is exported at all
    bool tunnels = true;          // with the tunnels that it came out of
    netflow::Time templates = std::chrono::minutes(10);
    std::string virtual_observation;

    // Of the cache of what is sampled.
    netflow::CacheLimits cache_limits() const {
        if (active <= netflow::Time())
            return {};
        return {.most_flows = most_flows, .active = active};
    }
    bool operator==(const IpfixExport &) const = default;
};

struct SflowExport {
    std::set<std::string> targets;
    std::string agent; // netdev or address; empty: that towards the first collector
    std::uint32_t header = 128;
    std::uint32_t sampling = 400;
    std::chrono::seconds polling{30}; // 0: no counters

    bool operator==(const SflowExport &) const = default;
};

NetflowSettings netflow_settings(const ovsdb::Row &row);
// `owner`: of the bridge, or of a collector set, for warnings.
IpfixExport ipfix_settings(const ovsdb::Row &row, const std::string &owner,
                           model::Warnings &warnings);
SflowExport sflow_settings(const ovsdb::Row &row, const std::string &bridge,
                           model::Warnings &warnings);

// What a bridge tells collectors.
struct ExportWishes {
    std::optional<NetflowSettings> netflow;
    std::optional<IpfixExport> ipfix;
    std::optional<SflowExport> sflow;
    std::map<std::uint32_t, IpfixExport> sets; // of what rules sample

    bool any() const { return netflow || ipfix || sflow || !sets.empty(); }
    bool ipfix_exact() const { return ipfix && ipfix->input && ipfix->sampling == 1; }
    bool exact() const { return netflow || ipfix_exact(); } // the datapath is to count flows
    bool operator==(const ExportWishes &) const = default;
};

// Of all bridges that export something, by name.
std::map<std::string, ExportWishes> export_wishes(const ovsdb::Replica &replica,
                                                  model::Warnings &warnings);

// A random number of 32 bits below this takes one packet in `sampling`.
inline std::uint64_t sampling_threshold(std::uint32_t sampling) {
    return (std::uint64_t{1} << 32) / sampling;
}

} // namespace bvs::daemon
