// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/service_cost.h"

#include "bench/tools/place.h"
#include "bench/tools/rounds.h"
#include "bench/tools/test_run.h"
#include "maps/accounts.h"
#include "selftests/fixture/small_switch.h"

#include <algorithm>
#include <bpf/libbpf.h>
#include <linux/pkt_cls.h>
#include <memory>
#include <vector>

namespace bvs::bench {

namespace {

using fixture::Bytes;
using fixture::Frame;
using fixture::mac;
using fixture::SmallSwitch;

constexpr std::uint32_t k_known = 2, k_nobody = 0x00ffffff;
constexpr std::uint32_t k_bond = 1; // place

// Each case has a bridge, and frames come in at its first port.
enum Bridge : std::uint16_t {
    k_plain = 1,
    k_idle,
    k_policed,
    k_policed_closely,
    k_mirrored,
    k_accounted,
    k_balanced,
    k_flood_1,
    k_flood_2
};

struct Place {
    Bridge bridge;
    std::uint32_t first_flags; // of the first port, beside that it is up
    std::uint32_t third_flags; // of the third
    std::uint32_t ports;
};

constexpr Place k_places[] = {
    {k_plain, 0, 0, 3},
    {k_idle, 0, BVS_PORT_MIRRORED | BVS_PORT_POLICED, 3},
    {k_policed, BVS_PORT_POLICED, 0, 3},
    {k_policed_closely, BVS_PORT_POLICED, 0, 3},
    {k_mirrored, BVS_PORT_MIRRORED, BVS_PORT_MIRROR, 3},
    {k_accounted, BVS_PORT_ACCOUNTED, 0, 3},
    {k_balanced, 0, BVS_PORT_BOND, 3}, // the third is a bond, whose only member is the second
    {k_flood_1, 0, 0, 2},
    {k_flood_2, 0, 0, 3},
};

class Stage {
  public:
    static Result<std::unique_ptr<Stage>> build();

    std::vector<Cost> costs(std::uint32_t packets);

  private:
    explicit Stage(std::unique_ptr<SmallSwitch> made) : switch_(std::move(made)) {}
    Result<> add(const Place &place);
    void serve(Bridge bridge, std::uint32_t first);

    std::unique_ptr<SmallSwitch> switch_;
    std::map<Bridge, std::uint32_t> first_; // port
};

Result<std::unique_ptr<Stage>> Stage::build() {
    const auto sandbox = fixture::Sandbox::enter();
    if (!sandbox)
        return std::unexpected(sandbox.error());
    auto made = SmallSwitch::open(*sandbox);
    if (!made)
        return std::unexpected(made.error());
    std::unique_ptr<Stage> stage(new Stage(std::move(*made)));
    maps::Accounts accounts(stage->switch_->maps(),
                            static_cast<unsigned>(libbpf_num_possible_cpus()));
    if (auto started = accounts.start(); !started)
        return std::unexpected(started.error());
    for (const auto &place : k_places)
        if (auto added = stage->add(place); !added)
            return std::unexpected(added.error());
    return stage;
}

Result<> Stage::add(const Place &place) {
    switch_->set_bridge(place.bridge, {});
    const auto first = switch_->ports() + 1;
    const bool bonds = place.bridge == k_balanced;
    for (std::uint32_t nth = 0; nth < place.ports; ++nth) {
        fixture::PortSettings port{.bridge = place.bridge};
        if (nth == 0)
            port.flags |= place.first_flags;
        if (nth == 1 && bonds) {
            port.flags |= BVS_PORT_MEMBER;
            port.bond = static_cast<std::uint16_t>(first + 2);
        }
        if (nth == 2) {
            port.flags |= place.third_flags;
            port.peer = bonds ? k_bond : 0;
        }
        if (auto added = switch_->add_port(port); !added)
            return std::unexpected(added.error());
    }
    first_[place.bridge] = first;
    serve(place.bridge, first);
    return switch_->maps().fdb.add({.mac = mac(k_known),
                                    .bridge = place.bridge,
                                    .port = first + (bonds ? 2 : 1),
                                    .seen = BVS_FDB_STATIC});
}

void Stage::serve(Bridge bridge, std::uint32_t first) {
    auto &maps = switch_->maps();
    const bvs_rate endless = {.paid = 0, .burst = std::uint64_t{1} << 40, .price = 1};
    const auto at = bridge == k_idle ? first + 2 : first;
    if (bridge == k_policed || bridge == k_policed_closely || bridge == k_idle)
        maps.policers.set(
            at, {.bytes = endless, .packets = {}, .coarse = bridge == k_policed, .reserved = {}});
    if (bridge == k_balanced) {
        bvs_bond bond{.choice = BVS_BOND_BY_FLOW, .basis = 0, .reserved = 0, .member = {}};
        std::ranges::fill(bond.member, first + 1);
        maps.bonds.set(k_bond, bond);
        maps.bond_members.set(first + 1, {.admits = BVS_BOND_UNICAST, .reserved = 0});
    }
    if (bridge == k_mirrored || bridge == k_idle) {
        maps.mirrors.set(
            bvs_mirror_place(bridge, 0),
            {.output = first + 2, .output_vlan = 0, .snaplen = 0, .listed = 0, .reserved = 0});
        maps.port_mirrors.set(at, {.received = 1, .sent = 0, .end = 1, .reserved = 0});
    }
}

std::vector<Cost> Stage::costs(std::uint32_t packets) {
    // UDP over IPv4, with nothing behind its header but zeros.
    constexpr Bytes::value_type udp[] = {0x45, 0, 0, 46, 0,  0, 0, 0, 64, 17, 0,    0,
                                         10,   0, 0, 1,  10, 0, 0, 2, 4,  0,  0x10, 0};
    Bytes payload(std::begin(udp), std::end(udp));
    payload.resize(46);
    const auto run = [this, packets, payload](Bridge bridge, std::uint32_t destination) {
        const TestRun one = {
            .program = switch_->datapath().tc_program_fd(),
            .ifindex = switch_->ifindex(first_.at(bridge)),
            .verdict = TC_ACT_REDIRECT,
            .frame =
                Frame{.dst = mac(destination), .src = mac(0), .type = ETH_P_IP, .payload = payload}
                    .bytes()};
        return [one, packets] { return nanoseconds(one, packets); };
    };
    return {{"plain", run(k_plain, k_known)},
            {"idle", run(k_idle, k_known)},
            {"policed", run(k_policed, k_known)},
            {"policed_closely", run(k_policed_closely, k_known)},
            {"mirrored", run(k_mirrored, k_known)},
            {"balanced", run(k_balanced, k_known)},
            {"accounted", run(k_accounted, k_known)},
            {"flood_1", run(k_flood_1, k_nobody)},
            {"flood_2", run(k_flood_2, k_nobody)}};
}

} // namespace

Result<std::string> service_cost(const ServiceCostOptions &options) {
    const auto stage = Stage::build();
    if (!stage)
        return std::unexpected(stage.error());
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());
    return in_rounds((*stage)->costs(options.packets), options.rounds, 2);
}

} // namespace bvs::bench
