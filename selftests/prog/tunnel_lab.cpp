// SPDX-License-Identifier: Apache-2.0
#include "selftests/prog/tunnel_lab.h"

#include <gtest/gtest.h>

namespace bvs::fixture {

namespace {

std::vector<PortSettings> ports(std::uint32_t tunnels) {
    std::vector<PortSettings> settings(2);
    settings.resize(2 + tunnels, {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL, .mtu = 65535});
    return settings;
}

} // namespace

TunnelLab::TunnelLab(std::uint32_t tunnels) : lab(ports(tunnels)) {
    EXPECT_TRUE(lab.maps().port_counters.clear(0));
}

TunnelLab::~TunnelLab() {
    for (const auto &end : ends_)
        EXPECT_TRUE(lab.maps().tunnel_ends.erase(end));
    for (const auto &address : local_)
        EXPECT_TRUE(lab.maps().local_addresses.erase(address));
}

void TunnelLab::add_end(const Outer &like, std::uint32_t port, unsigned precision) {
    bvs_tunnel_end end = {.dst_port = like.port(),
                          .type = static_cast<__u8>(like.type),
                          .precision = static_cast<__u8>(precision)};
    if (!(precision & BVS_PRECISION_ANY_REMOTE))
        end.remote = like.remote();
    if (!(precision & BVS_PRECISION_ANY_LOCAL))
        end.local = like.local();
    if (!(precision & BVS_PRECISION_ANY_KEY))
        end.key = like.type != BVS_TUNNEL_GRE || like.flags & k_gre_key ? like.key : 0;
    EXPECT_TRUE(lab.maps().tunnel_ends.set(end, port));
    ends_.push_back(end);
    add_local(like.local());
}

void TunnelLab::add_local(const bvs_address &address) {
    EXPECT_TRUE(lab.maps().local_addresses.set(address, 1));
    local_.push_back(address);
}

} // namespace bvs::fixture
