// SPDX-License-Identifier: Apache-2.0
//
// Flows and groups at random, made for packets that there are. A rule may be refused; what the
// model lets in is a pipeline that ends. Flows of a table that overlap differ in priority, as
// OpenFlow leaves open which of them would win.
#pragma once

#include "selftests/property/of_lab.h"
#include "selftests/property/random_values.h"

namespace bvs::property {

class RandomRules {
  public:
    // No flow of the last table calls anything, so that buckets may resubmit there.
    RandomRules(RandomValues &random, std::vector<PacketState> packets, std::uint8_t tables)
        : random_(random), packets_(std::move(packets)), tables_(tables) {}

    model::FlowMod flow();
    model::Actions cloned();
    model::GroupMod group(std::uint32_t number);

    // One request, or a few in a bundle, to change what is there.
    std::vector<Change> change(const ReferencePipeline &there);

  private:
    struct Making {
        PacketState packet; // for which it is
        std::uint8_t table = 0;
        std::vector<model::Field> fields; // that it has
        std::vector<model::Needs> needs;  // what the match has to promise
        unsigned depth = 0;
    };
    Making making(std::uint8_t table);
    model::Match match(Making &making);
    void promise(model::Match &match, const Making &making);
    model::Instructions instructions(Making &making);
    model::Actions actions(Making &making, std::uint32_t most);
    model::Actions action_set(Making &making, bool bucket);
    model::Action action(Making &making);
    model::Action move(Making &making);
    model::Action flow_control(Making &making);
    model::Action output();
    model::Action set_field(Making &making);
    model::Action tag(Making &making);
    model::Subfield subfield(Making &making, bool write);
    model::FlowMod like(const model::FlowMod &flow);
    bool last(std::uint8_t table) const { return table + 1 == tables_; }
    std::uint8_t later(std::uint8_t table);

    RandomValues &random_;
    std::vector<PacketState> packets_;
    std::uint8_t tables_;
};

} // namespace bvs::property
