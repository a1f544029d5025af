// SPDX-License-Identifier: Apache-2.0
//
// May these actions be carried out on what a match lets through? OpenFlow 1.5.1, 7.2.6 and 7.5.4.4,
// and for Nicira's actions what Open vSwitch refuses. A port that is not there is none of the
// errors, as it may come yet; a number that no port can have is. Pure functions.
#pragma once

#include "switch/model/action.h"
#include "switch/model/headers.h"
#include "switch/model/openflow_error.h"

#include <cstdint>

namespace bvs::model {

inline constexpr std::uint32_t k_max_port = 0xfeff; // as in Open vSwitch, for OpenFlow 1.0

// What is there to be named.
class Inventory {
  public:
    virtual ~Inventory() = default;

    virtual bool has_group(std::uint32_t group) const = 0;
    virtual bool has_meter(std::uint32_t meter) const = 0;
};

struct ActionRules {
    const Inventory &inventory;
    // OpenFlow 1.0: an action without the header that it is for does nothing.
    bool lenient = false;
    bool table_output = false; // output:TABLE, which only packet-outs have
};

// In order; `headers` are then those that are left.
Answer<> check_list(const Actions &actions, KnownHeaders &headers, const ActionRules &rules);
// As an action set, in whose order the sender has no say.
Answer<> check_set(const Actions &actions, KnownHeaders headers, const ActionRules &rules);
// A bucket's: an action set that may go on in a table, as in Open vSwitch.
Answer<> check_bucket(const Actions &actions, const ActionRules &rules);

// Where in an action set it has its turn (OpenFlow 1.5.1, 5.6), from 0; less: it cannot be in one.
int turn_in_set(const Action &action);

bool may_be_port(std::uint32_t port); // a number that a port of the switch can have

} // namespace bvs::model
