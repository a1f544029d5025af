// SPDX-License-Identifier: Apache-2.0
#include "switch/mirror_commands.h"

#include "switch/unixctl.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace bvs::daemon {

namespace {

using nlohmann::json;

json describe(const Mirrors &mirrors, const Mirrors::Live &live) {
    const auto &mirror = live.mirror;
    const auto counts = mirrors.counts(live);
    json vlans = json::array();
    for (std::size_t vid = 0; mirror.vlans && vid < mirror.vlans->size(); ++vid)
        if ((*mirror.vlans)[vid])
            vlans.push_back(vid);
    return {{"bridge", live.bridge},
            {"name", mirror.name},
            {"all", mirror.all},
            {"received", mirror.received},
            {"sent", mirror.sent},
            {"vlans", vlans},
            {"output_port", mirror.output_port},
            {"output_vlan", mirror.output_vlan},
            {"snaplen", mirror.snaplen},
            {"packets", counts.packets},
            {"bytes", counts.bytes},
            {"error", mirror.refusal}};
}

} // namespace

void add_mirror_commands(Commands &commands, const Mirrors &mirrors) {
    commands.add("bvs/mirrors", "", 0, 0, [&mirrors](Arguments) {
        std::vector<const Mirrors::Live *> sorted;
        for (const auto &[uuid, live] : mirrors.all())
            sorted.push_back(&live);
        std::ranges::sort(sorted, {}, [](const Mirrors::Live *live) {
            return std::pair(live->bridge, live->mirror.name);
        });
        json all = json::array();
        for (const auto *live : sorted)
            all.push_back(describe(mirrors, *live));
        return Result<std::string>(all.dump());
    });
}

} // namespace bvs::daemon
