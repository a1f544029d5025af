// SPDX-License-Identifier: Apache-2.0
//
// Programs on netdevs: the one place that knows tcx, clsact and XDP. Each function leaves the
// netdev either with the program or as it was.
//
// tcx and XDP programs sit on a BPF link, pinned at a path: the link outlives the process, and
// another program is swapped in by one update. clsact keeps the program in the qdisc; a filter is
// replaced in one step as well.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::loader {

// For people; one that is gone has only its number.
std::string netdev_name(std::uint32_t ifindex);

// Kernel 6.6. Found by asking for a link on a netdev that cannot exist.
bool kernel_has_tcx();

Result<> attach_tcx(int program_fd, std::uint32_t ifindex, const std::string &pin);

// An error with code EOPNOTSUPP if the driver has no native XDP, EBUSY if another program is there.
Result<> attach_xdp(int program_fd, std::uint32_t ifindex, const std::string &pin);

// Ends the link; nothing if there is none.
void detach_link(const std::string &pin);

// The netdev of a pinned link; 0 if it is gone, and the link with it.
std::uint32_t link_netdev(const std::string &pin);
std::uint32_t link_id(const std::string &pin); // 0 if there is none

// Where the link of a netdev's hook is pinned; kind is "tcx" or "xdp".
std::string link_pin(const std::string &pin_dir, std::string_view kind, std::uint32_t ifindex);

// Ids of the links at the netdev's tcx hook, whosever they are.
std::vector<std::uint32_t> tcx_links(std::uint32_t ifindex);

enum class Side : bool { ingress, egress };
Result<> attach_clsact(int program_fd, std::uint32_t ifindex, Side side = Side::ingress);
void detach_clsact(std::uint32_t ifindex);

// The id of the program at ingress in the place that attach_clsact() uses; 0 if there is none.
std::uint32_t clsact_program(std::uint32_t ifindex);

} // namespace bvs::loader
