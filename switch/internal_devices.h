// SPDX-License-Identifier: Apache-2.0
//
// The netdevs of internal ports. Each is a veth pair: the end named as the port is the host's, to
// be given addresses or moved into a namespace; the other, hidden end is the datapath's port, and
// known by its name (switch/hidden_names.h). Addresses and MTUs live in the kernel.
#pragma once

#include "base/result.h"
#include "switch/hidden_names.h"
#include "switch/host/link_control.h"
#include "switch/host/link_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bvs::daemon {

class InternalDevices {
  public:
    InternalDevices(const host::LinkTable &links, host::LinkControl &control,
                    std::string_view rundir);

    // The hidden end; made, with its pair, if it is not there. Sets address and MTU where given and
    // different, as long as the host's end is in our namespace; a new pair without a given MTU
    // gets the first one.
    Result<host::Link> ensure(const std::string &port, const std::optional<host::Mac> &mac,
                              std::optional<std::uint32_t> mtu, std::uint32_t first_mtu);

    // The MTU that was `before` becomes `now`. One that somebody has set to another value stays,
    // unless it is larger than `now`; as does that of a port that was moved into a namespace.
    Result<> follow_mtu(const std::string &port, std::uint32_t before, std::uint32_t now);
    void remove(const std::string &port);

    // The host's end, while it is in our namespace.
    const host::Link *visible_end(const std::string &port) const;

    // The port whose hidden end this is; empty for any other link.
    std::string port_of(const host::Link &link) const;
    bool is_hidden_end(const host::Link &link) const; // of ours or another daemon's

    std::vector<std::string> present() const; // ports that have a pair

  private:
    Result<host::Link> create(const std::string &port, const std::optional<host::Mac> &mac,
                              std::uint32_t mtu);
    Result<> adjust(host::Link &hidden, const std::optional<host::Mac> &mac,
                    std::optional<std::uint32_t> mtu);

    const host::LinkTable &links_;
    host::LinkControl &control_;
    HiddenNames names_;
};

} // namespace bvs::daemon
