// SPDX-License-Identifier: Apache-2.0
//
// What belongs to a port and moves with it to another switch: rules with what they have counted,
// and the addresses behind it. Written as a JSON document (docs/port-state.md) in which ports go by
// name: the port itself by the one that the document gives it, so that it may have another name and
// number where it is read. An error names the entry that is wrong. Pure.
#pragma once

#include "base/result.h"
#include "ofagent/text/port.h"
#include "switch/model/flow.h"
#include "switch/model/settings.h"
#include "switch/model/tlv_table.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::daemon {

struct PortAddress {
    std::uint16_t vlan = 0;
    model::Mac mac{};
    bool is_static = false;
    std::chrono::seconds age{}; // since it was seen; 0 if static

    bool operator==(const PortAddress &) const = default;
};

struct PortState {
    std::vector<model::FlowStats> flows; // `duration` since they were added or changed
    std::vector<PortAddress> addresses;
    std::vector<model::TlvMapping> options; // those that the flows name
};

// A bridge's ports as the document of one of them names them.
class PortsOfState : public text::Ports {
  public:
    PortsOfState(const text::Ports &others, std::string name, std::uint32_t number)
        : others_(others), name_(std::move(name)), number_(number) {}

    std::optional<std::uint32_t> number(std::string_view name) const override {
        return name == name_ ? number_ : others_.number(name);
    }
    std::string name(std::uint32_t number) const override {
        return number == number_ ? name_ : others_.name(number);
    }
    const std::string &own_name() const { return name_; }

  private:
    const text::Ports &others_;
    std::string name_;
    std::uint32_t number_;
};

std::string to_json(const PortState &state, const PortsOfState &ports);

// For the port of that number, on a bridge whose ports are these.
Result<PortState> parse_port_state(std::string_view text, const text::Ports &ports,
                                   std::uint32_t number);

} // namespace bvs::daemon
