// SPDX-License-Identifier: Apache-2.0
#include "switch/port_table.h"

namespace bvs::daemon {

Result<LivePort *> PortTable::bond(const std::string &bridge_name, const std::string &name) {
    if (const auto stored = compile::stored_name(name); stored != name && !bonds_.contains(name))
        if (auto node = bonds_.extract(stored)) { // adopted
            node.key() = node.mapped().name = name;
            bonds_.insert(std::move(node));
        }
    if (const auto place = bonds_.find(name); place != bonds_.end()) {
        if (place->second.bridge == bridge_name)
            return &place->second;
        remove_bond(name);
    }
    const auto place = bond_places_.take();
    if (!place)
        return fail("no place for bond {}: there are {} already", name, BVS_MAX_BONDS - 1);
    const auto number = port_numbers_.take();
    if (!number) {
        bond_places_.give_back(*place);
        return fail("no place for bond {}: there are {} ports already, or were until a moment ago",
                    name, BVS_MAX_PORTS - 1);
    }
    auto &bond = bonds_[name];
    bond = {.name = name, .bridge = bridge_name};
    bond.state.port.number = *number;
    bond.state.port.entry.peer = *place;
    by_number_[*number] = &bond;
    (void)maps().port_counters.clear(*number);
    maps().port_learned.set(*number, {});
    maps().bonds.set(*place, {});
    return &bond;
}

Result<> PortTable::change_bond(LivePort &bond, const model::Interface &member,
                                const model::Bridge &bridge) {
    const auto *home = this->bridge(bond.bridge);
    if (!home)
        return fail("no bridge named {}", bond.bridge);
    return change_port(bond, compile::compile_bond(member, bridge,
                                                   {.port = bond.number(), .bridge = home->number},
                                                   bond.bond_place()));
}

void PortTable::remove_bond(const std::string &name) {
    const auto found = bonds_.find(name);
    if (found == bonds_.end())
        return;
    auto &bond = found->second;
    bond_places_.give_back(bond.bond_place());
    for (const auto step : compile::steps(&bond.state, nullptr))
        (void)carry_out(step, bond, {});
    by_number_[bond.number()] = nullptr;
    bonds_.erase(found);
}

} // namespace bvs::daemon
