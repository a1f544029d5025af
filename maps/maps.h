// SPDX-License-Identifier: Apache-2.0
//
// Every map of one generation of the datapath as typed C++ (maps/maps.bpf.h has the kernel's side).
// One thread writes. `fdb` and `port_index` are views of arrays beside them, so it stays in place.
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/account.h"
#include "maps/array.h"
#include "maps/bond_bytes.h"
#include "maps/chunks.h"
#include "maps/counters.h"
#include "maps/fdb.h"
#include "maps/multicast_lists.h"
#include "maps/pipeline_maps.h"
#include "maps/port_index.h"
#include "maps/tunnels.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bvs::maps {

// An open map's descriptor by the map's name; it stays the giver's.
using FdOf = std::function<Result<int>(std::string_view name)>;

using MirrorVlans = Hash<std::uint32_t, std::uint32_t>; // of 1, by bvs_mirror_vlan()
using QueueDscp = Hash<bvs_port_queue, std::uint32_t>;

class Maps {
  public:
    static Result<std::unique_ptr<Maps>> open(const FdOf &fd_of);
    Maps(const Maps &) = delete;
    Maps &operator=(const Maps &) = delete;

    // XDP may send to this port's netdev; 0 takes the port out again.
    Result<> set_xdp_output(std::uint32_t port, std::uint32_t ifindex);

    // All words written to the mapped arrays, and entries to the hash maps, that the daemon alone
    // writes.
    std::uint64_t writes() const;

    Array<bvs_datapath_info> info;
    Array<bvs_port_bucket> port_buckets;
    Array<bvs_port_entry> ports;
    Array<bvs_vlan_bitmap> port_vlans;
    Array<bvs_bridge_entry> bridges;
    Array<bvs_fdb_bucket> fdb_buckets;
    Array<bvs_learned> port_learned;
    Array<bvs_learned> bridge_learned;
    Array<bvs_mirror> mirrors; // by bvs_mirror_place()
    Array<bvs_mirror_counts> mirror_counts;
    Array<bvs_port_mirrors> port_mirrors; // by port number
    Array<bvs_policer> policers;          // likewise
    MirrorVlans mirror_vlans;
    QueueDscp queue_dscp;
    Array<bvs_bond> bonds;               // by place
    Array<bvs_bond_member> bond_members; // by port number
    BondBytes bond_bytes;
    MulticastLists multicast;
    Array<bvs_tunnel> tunnels; // by port number
    Array<bvs_onward_info> onward_info;
    TunnelEnds tunnel_ends;
    LocalAddresses local_addresses;
    SourceAddresses source_addresses;
    Gatherers gatherers;
    Chunks accounts; // see maps/accounts.h
    Array<bvs_account_info> account_info;
    Array<bvs_sampler> samplers; // by bridge number
    PortCounters port_counters;
    int events_fd;          // ring buffer of bvs_drop_event
    int protocol_frames_fd; // ring buffer of bvs_protocol_frame
    int flow_events_fd;     // ring buffer of bvs_flow_event
    int xdp_outputs_fd;     // devmap by port number

    std::unique_ptr<PipelineMaps> pipeline;

    PortIndex port_index;
    Fdb fdb;

  private:
    struct Parts;
    explicit Maps(Parts parts);
};

} // namespace bvs::maps
