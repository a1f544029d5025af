// SPDX-License-Identifier: Apache-2.0
//
// The draft's bridges, ports and interfaces under their names, as people think of them: a port with
// a VLAN that has a fake bridge belongs to that. Names that are there twice keep their first
// meaning. To be made anew after a change. Pure.
#pragma once

#include "ctl/draft.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ctl {

struct ViewedBridge {
    std::string name;
    ovsdb::Uuid row;    // of a fake bridge: of its parent
    std::string parent; // of a fake bridge, else empty
    std::int64_t vlan = 0;

    bool is_fake() const { return !parent.empty(); }
};

struct ViewedPort {
    std::string name;
    ovsdb::Uuid row;
    std::string bridge;
    std::vector<std::string> interfaces; // sorted
};

struct ViewedInterface {
    std::string name;
    ovsdb::Uuid row;
    std::string port;
};

class SwitchView {
  public:
    explicit SwitchView(const Draft &draft);

    Result<const ViewedBridge *> bridge(std::string_view name) const; // an error if there is none
    const ViewedBridge *find_bridge(std::string_view name) const;
    const ViewedPort *find_port(std::string_view name) const;
    const ViewedInterface *find_interface(std::string_view name) const;

    // Sorted by name.
    std::vector<const ViewedBridge *> bridges() const;
    std::vector<const ViewedPort *> ports(std::string_view bridge) const;

    // Whether the name is free for a new bridge, port or interface; the error begins with `what`.
    Result<> check_free(std::string_view name, std::string_view what) const;

  private:
    template <class T>
    using Names = std::map<std::string, T, std::less<>>;

    void read_bridges(const Draft &draft);
    void read_ports(const Draft &draft, const ovsdb::Uuid &bridge);
    void read_port(const Draft &draft, const std::string &bridge, const ovsdb::Uuid &port);

    Names<ViewedBridge> bridges_;
    Names<ViewedPort> ports_;
    Names<ViewedInterface> interfaces_;
};

// The only row of Open_vSwitch.
ovsdb::Uuid root_row(const Draft &draft);

std::optional<std::int64_t> vlan_of_fake_bridge(const Draft &draft, const ovsdb::Uuid &port);

} // namespace bvs::ctl
