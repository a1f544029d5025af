// SPDX-License-Identifier: Apache-2.0
#include "switch/model/mirror.h"

#include <algorithm>

namespace bvs::model {

namespace {

constexpr std::int64_t k_least_snaplen = 14, k_most_snaplen = 65535;

std::string refusal_of(const MirrorRequest &request) {
    if (request.lost_output_port)
        return "its output_port is no port of the bridge";
    if (request.output_port.empty() && !request.output_vlan)
        return "it has neither output_port nor output_vlan";
    if (request.output_port.empty() && (*request.output_vlan < 1 || *request.output_vlan > 4094))
        return "its output_vlan is not within 1 to 4094";
    return {};
}

} // namespace

Mirror settle(const MirrorRequest &request) {
    Mirror mirror{.name = request.name,
                  .all = request.select_all,
                  .received = request.select_src_port,
                  .sent = request.select_dst_port,
                  .output_port = request.output_port,
                  .refusal = refusal_of(request)};
    if (!request.select_vlan.empty())
        mirror.vlans = to_vlan_set(request.select_vlan);
    if (mirror.refusal.empty() && mirror.output_port.empty())
        mirror.output_vlan = static_cast<std::uint16_t>(*request.output_vlan);
    if (request.snaplen)
        mirror.snaplen = static_cast<std::uint16_t>(
            std::clamp(*request.snaplen, k_least_snaplen, k_most_snaplen));
    // What it sends is refused there, and there are no copies of copies.
    mirror.received.erase(mirror.output_port);
    mirror.sent.erase(mirror.output_port);
    return mirror;
}

} // namespace bvs::model
