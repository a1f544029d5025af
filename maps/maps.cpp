// SPDX-License-Identifier: Apache-2.0
#include "maps/maps.h"

#include <bpf/bpf.h>
#include <optional>
#include <tuple>

namespace bvs::maps {

namespace {

constexpr const char *k_fewer_vlans = "select fewer VLANs by mirrors";
constexpr const char *k_fewer_queues = "give fewer queues a dscp";
constexpr const char *k_fewer_gatherers =
    "take tunnels in at fewer netdevs, or set other_config:tunnel-aggregation=off";
constexpr const char *k_fewer_addresses =
    "tunnels work with those alone until some addresses of this host are removed";

// Opens into `place` unless something failed before; the first error is the one that counts.
class Opener {
  public:
    explicit Opener(const FdOf &fd_of) : fd_of_(fd_of) {}

    template <class Value>
    std::optional<Array<Value>> array(std::string_view name) {
        return take(
            and_fd(name, [&](int fd) { return Array<Value>::open(fd, std::string(name)); }));
    }

    template <class Map>
    std::optional<Map> hash(std::string_view name, std::string remedy) {
        return take(and_fd(
            name, [&](int fd) { return Map::open(fd, std::string(name), std::move(remedy)); }));
    }

    std::optional<TunnelEnds> tunnel_ends() {
        return take(TunnelEnds::open(fd("tunnel_ends"), fd("tunnel_listeners")));
    }

    std::optional<MulticastLists> multicast() {
        return take(MulticastLists::open(fd("receivers"), fd("multicast_lists")));
    }

    std::optional<Chunks> chunks(std::string_view name, std::size_t value_size,
                                 std::uint32_t values) {
        const auto made = fd(fmt::format("{}_made", name));
        return take(and_fd(name, [&](int fd) {
            return Chunks::open(fd, std::string(name), made, value_size, values);
        }));
    }

    std::optional<PortCounters> counters(std::string_view name) {
        return take(and_fd(name, [](int fd) { return PortCounters::open(fd); }));
    }

    std::optional<BondBytes> bond_bytes(std::string_view name) {
        return take(and_fd(name, [](int fd) { return BondBytes::open(fd); }));
    }

    std::unique_ptr<PipelineMaps> pipeline() {
        return take(PipelineMaps::open(fd_of_)).value_or(nullptr);
    }

    int fd(std::string_view name) {
        return take(and_fd(name, [](int fd) { return Result<int>(fd); })).value_or(-1);
    }

    const std::optional<Error> &error() const { return error_; }

  private:
    template <class Then>
    auto and_fd(std::string_view name, Then then) -> decltype(then(0)) {
        const auto fd = fd_of_(name);
        if (!fd)
            return std::unexpected(fd.error());
        return then(*fd);
    }

    template <class Value>
    std::optional<Value> take(Result<Value> result) {
        if (result)
            return std::move(*result);
        if (!error_)
            error_ = result.error();
        return std::nullopt;
    }

    const FdOf &fd_of_;
    std::optional<Error> error_;
};

} // namespace

struct Maps::Parts {
    explicit Parts(Opener &open)
        : info(open.array<bvs_datapath_info>("datapath_info")),
          port_buckets(open.array<bvs_port_bucket>("port_index")),
          ports(open.array<bvs_port_entry>("ports")),
          port_vlans(open.array<bvs_vlan_bitmap>("port_vlans")),
          bridges(open.array<bvs_bridge_entry>("bridges")),
          fdb_buckets(open.array<bvs_fdb_bucket>("fdb")),
          port_learned(open.array<bvs_learned>("port_learned")),
          bridge_learned(open.array<bvs_learned>("bridge_learned")),
          mirrors(open.array<bvs_mirror>("mirrors")),
          mirror_counts(open.array<bvs_mirror_counts>("mirror_counts")),
          port_mirrors(open.array<bvs_port_mirrors>("port_mirrors")),
          policers(open.array<bvs_policer>("policers")),
          mirror_vlans(open.hash<MirrorVlans>("mirror_vlans", k_fewer_vlans)),
          queue_dscp(open.hash<QueueDscp>("queue_dscp", k_fewer_queues)),
          bonds(open.array<bvs_bond>("bonds")),
          bond_members(open.array<bvs_bond_member>("bond_members")),
          bond_bytes(open.bond_bytes("bond_bytes")), multicast(open.multicast()),
          tunnels(open.array<bvs_tunnel>("tunnels")),
          onward_info(open.array<bvs_onward_info>("onward_info")), tunnel_ends(open.tunnel_ends()),
          local_addresses(open.hash<LocalAddresses>("local_addresses", k_fewer_addresses)),
          source_addresses(open.hash<SourceAddresses>("source_addresses", k_fewer_addresses)),
          gatherers(open.hash<Gatherers>("gatherers", k_fewer_gatherers)),
          accounts(open.chunks("accounts", sizeof(bvs_account_set), 1U << BVS_ACCOUNT_SHIFT)),
          account_info(open.array<bvs_account_info>("account_info")),
          samplers(open.array<bvs_sampler>("samplers")),
          port_counters(open.counters("port_counters")), events_fd(open.fd("events")),
          protocol_frames_fd(open.fd("protocol_frames")), flow_events_fd(open.fd("flow_events")),
          xdp_outputs_fd(open.fd("xdp_outputs")), pipeline(open.pipeline()) {}

    std::optional<Array<bvs_datapath_info>> info;
    std::optional<Array<bvs_port_bucket>> port_buckets;
    std::optional<Array<bvs_port_entry>> ports;
    std::optional<Array<bvs_vlan_bitmap>> port_vlans;
    std::optional<Array<bvs_bridge_entry>> bridges;
    std::optional<Array<bvs_fdb_bucket>> fdb_buckets;
    std::optional<Array<bvs_learned>> port_learned;
    std::optional<Array<bvs_learned>> bridge_learned;
    std::optional<Array<bvs_mirror>> mirrors;
    std::optional<Array<bvs_mirror_counts>> mirror_counts;
    std::optional<Array<bvs_port_mirrors>> port_mirrors;
    std::optional<Array<bvs_policer>> policers;
    std::optional<MirrorVlans> mirror_vlans;
    std::optional<QueueDscp> queue_dscp;
    std::optional<Array<bvs_bond>> bonds;
    std::optional<Array<bvs_bond_member>> bond_members;
    std::optional<BondBytes> bond_bytes;
    std::optional<MulticastLists> multicast;
    std::optional<Array<bvs_tunnel>> tunnels;
    std::optional<Array<bvs_onward_info>> onward_info;
    std::optional<TunnelEnds> tunnel_ends;
    std::optional<LocalAddresses> local_addresses;
    std::optional<SourceAddresses> source_addresses;
    std::optional<Gatherers> gatherers;
    std::optional<Chunks> accounts;
    std::optional<Array<bvs_account_info>> account_info;
    std::optional<Array<bvs_sampler>> samplers;
    std::optional<PortCounters> port_counters;
    int events_fd;
    int protocol_frames_fd;
    int flow_events_fd;
    int xdp_outputs_fd;
    std::unique_ptr<PipelineMaps> pipeline;
};

Result<std::unique_ptr<Maps>> Maps::open(const FdOf &fd_of) {
    Opener opener(fd_of);
    Parts parts(opener);
    if (opener.error())
        return std::unexpected(*opener.error());
    return std::unique_ptr<Maps>(new Maps(std::move(parts)));
}

Maps::Maps(Parts parts)
    : info(std::move(*parts.info)), port_buckets(std::move(*parts.port_buckets)),
      ports(std::move(*parts.ports)), port_vlans(std::move(*parts.port_vlans)),
      bridges(std::move(*parts.bridges)), fdb_buckets(std::move(*parts.fdb_buckets)),
      port_learned(std::move(*parts.port_learned)),
      bridge_learned(std::move(*parts.bridge_learned)), mirrors(std::move(*parts.mirrors)),
      mirror_counts(std::move(*parts.mirror_counts)), port_mirrors(std::move(*parts.port_mirrors)),
      policers(std::move(*parts.policers)), mirror_vlans(std::move(*parts.mirror_vlans)),
      queue_dscp(std::move(*parts.queue_dscp)), bonds(std::move(*parts.bonds)),
      bond_members(std::move(*parts.bond_members)), bond_bytes(*parts.bond_bytes),
      multicast(std::move(*parts.multicast)), tunnels(std::move(*parts.tunnels)),
      onward_info(std::move(*parts.onward_info)), tunnel_ends(std::move(*parts.tunnel_ends)),
      local_addresses(std::move(*parts.local_addresses)),
      source_addresses(std::move(*parts.source_addresses)), gatherers(std::move(*parts.gatherers)),
      accounts(std::move(*parts.accounts)), account_info(std::move(*parts.account_info)),
      samplers(std::move(*parts.samplers)), port_counters(*parts.port_counters),
      events_fd(parts.events_fd), protocol_frames_fd(parts.protocol_frames_fd),
      flow_events_fd(parts.flow_events_fd), xdp_outputs_fd(parts.xdp_outputs_fd),
      pipeline(std::move(parts.pipeline)), port_index(port_buckets),
      fdb(fdb_buckets, port_learned, bridge_learned, info.get(0).fdb_seed) {
    auto &version = onward_info.at(0).version;
    tunnel_ends.count_in(version);
    local_addresses.count_in(version);
    ++version; // a former daemon may have ended between a change and this
}

Result<> Maps::set_xdp_output(std::uint32_t port, std::uint32_t ifindex) {
    if (ifindex) {
        if (bpf_map_update_elem(xdp_outputs_fd, &port, &ifindex, BPF_ANY))
            return fail_errno(errno, "XDP cannot send to ifindex {}", ifindex);
    } else if (bpf_map_delete_elem(xdp_outputs_fd, &port) && errno != ENOENT) {
        return fail_errno(errno, "cannot take port number {} out of the devmap", port);
    }
    return {};
}

std::uint64_t Maps::writes() const {
    return info.writes() + port_buckets.writes() + ports.writes() + port_vlans.writes() +
           bridges.writes() + mirrors.writes() + mirror_counts.writes() + port_mirrors.writes() +
           policers.writes() + mirror_vlans.writes() + queue_dscp.writes() + bonds.writes() +
           bond_members.writes() + multicast.writes() + tunnels.writes() + onward_info.writes() +
           tunnel_ends.writes() + local_addresses.writes() + source_addresses.writes() +
           gatherers.writes() + samplers.writes();
}

} // namespace bvs::maps
