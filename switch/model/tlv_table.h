// SPDX-License-Identifier: Apache-2.0
//
// Which of Geneve's options a bridge's rules know as tun_metadata0 to tun_metadata63: Nicira's TLV
// table, as ovs-fields(7) and ovs-ofctl(8) describe it. A mapping has its place in the flow from
// the moment it is added; whoever names the field is given that place, and is refused without one.
// A mapping that is in use cannot be removed, so a place is good as long as anybody has it.
//
// Options have up to 16 bytes, as a field's value has, and all together fit into one header.
#pragma once

#include "maps/abi.h"
#include "switch/model/flow.h"
#include "switch/model/group.h"
#include "switch/model/openflow_error.h"

#include <cstdint>
#include <vector>

namespace bvs::model {

struct TlvMapping {
    std::uint16_t option_class = 0;
    std::uint8_t type = 0;
    std::uint8_t bytes = 0;
    std::uint16_t index = 0; // of the field: tun_metadata<index>

    bool operator==(const TlvMapping &) const = default;
};

enum class TlvCommand : std::uint16_t { add = 0, remove = 1, clear = 2 };

struct TlvMod {
    TlvCommand command = TlvCommand::add;
    std::vector<TlvMapping> mappings;

    bool operator==(const TlvMod &) const = default;
};

using OptionSet = std::uint64_t; // bit n: tun_metadata<n>

OptionSet options_in(const Match &match);
OptionSet options_in(const Actions &actions);
OptionSet options_in(const Instructions &instructions);
OptionSet options_in(const FlowMod &mod);
OptionSet options_in(const std::vector<Bucket> &buckets, const GroupProperties &properties);

class TlvTable {
  public:
    TlvTable() = default;
    explicit TlvTable(const bvs_tlv_table &table) : table_(table) {} // of a daemon before

    // All of it or nothing; `used` are not to go.
    Answer<> change(const TlvMod &mod, OptionSet used);

    std::vector<TlvMapping> mappings() const;        // by index
    std::vector<FieldInfo> fields() const;           // those that are mapped, with their places
    bvs_tlv_table entries() const { return table_; } // without the record

    // Gives every option that is named its place. If one is refused, what it was in is worth
    // nothing.
    Answer<> bind(Match &match) const;
    Answer<> bind(Actions &actions) const;
    Answer<> bind(FlowMod &mod) const;
    Answer<> bind(GroupMod &mod) const;

  private:
    Answer<TlvPlace> find(Field field) const;
    Answer<> bind(FieldMatch &said) const;
    Answer<> add(const TlvMapping &mapping);
    void remove(OptionSet options);
    template <class Use>
    Answer<> bind_use(Use &use) const;

    bvs_tlv_table table_{};
};

} // namespace bvs::model
