// SPDX-License-Identifier: Apache-2.0
//
// Actions to instructions, one after the other: what program.h's functions have in common.
#pragma once

#include "switch/compile/program.h"
#include "switch/compile/subfield.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace bvs::compile {

// One action after the other; the visitor's answer is whether the datapath can do it.
class Compiler {
  public:
    Compiler(std::uint8_t table, const Places &places) : table_(table), places_(places) {}
    // Of packets of any kind.
    static Compiler unknowing(const Places &places) {
        Compiler made(0, places);
        made.guards_ = true;
        return made;
    }

    model::Answer<> list(const model::Actions &actions);
    model::Answer<> set(const model::Actions &actions); // write_actions
    void one(std::uint8_t op, std::uint32_t y = 0) { add({.op = op, .y = y}); }
    void load(const model::Subfield &to, model::Value value, model::Value mask);
    void guarded(model::Field field, std::size_t begin);
    model::Answer<> meter(std::uint32_t number);
    Program finish();

    model::Answer<> operator()(const model::action::Output &a);
    model::Answer<> operator()(const model::action::OutputField &a);
    model::Answer<> operator()(const model::action::Enqueue &a);
    model::Answer<> operator()(const model::action::Group &a);
    model::Answer<> operator()(const model::action::SetField &a);
    model::Answer<> operator()(const model::action::Load &a);
    model::Answer<> operator()(const model::action::Move &a);
    model::Answer<> operator()(const model::action::SetVlanVid &a);
    model::Answer<> operator()(const model::action::SetVlanPcp &a);
    model::Answer<> operator()(const model::action::PushVlan &a);
    model::Answer<> operator()(const model::action::PopVlan &);
    model::Answer<> operator()(const model::action::PushMpls &a);
    model::Answer<> operator()(const model::action::PopMpls &a);
    model::Answer<> operator()(const model::action::PushPbb &a);
    model::Answer<> operator()(const model::action::PopPbb &);
    model::Answer<> operator()(const model::action::SetMplsTtl &a);
    model::Answer<> operator()(const model::action::DecMplsTtl &);
    model::Answer<> operator()(const model::action::CopyTtlOut &) {
        return copy_ttl(BVS_OP_COPY_TTL_OUT);
    }
    model::Answer<> operator()(const model::action::CopyTtlIn &) {
        return copy_ttl(BVS_OP_COPY_TTL_IN);
    }
    model::Answer<> operator()(const model::action::SetIpTtl &a);
    model::Answer<> operator()(const model::action::DecIpTtl &a);
    model::Answer<> operator()(const model::action::SetQueue &a) {
        return queue(a.queue), model::Answer<>{};
    }
    model::Answer<> operator()(const model::action::PopQueue &);
    model::Answer<> operator()(const model::action::Meter &a) { return meter(a.meter); }
    model::Answer<> operator()(const model::action::Resubmit &a);
    model::Answer<> operator()(const model::action::Controller &a);
    model::Answer<> operator()(const model::action::Note &) { return {}; }
    model::Answer<> operator()(const model::action::Sample &a);
    model::Answer<> operator()(const model::action::StackPush &a);
    model::Answer<> operator()(const model::action::StackPop &a);
    model::Answer<> operator()(const model::action::Clone &a);
    model::Answer<> operator()(const model::action::Exit &) { return op(BVS_OP_EXIT); }
    model::Answer<> operator()(const model::action::Multipath &a);
    model::Answer<> operator()(const model::action::Bundle &a);
    model::Answer<> operator()(const model::action::FinTimeout &a);

  private:
    void add(bvs_instruction instruction);
    void written(const model::Subfield &to);
    model::Answer<> op(std::uint8_t op, std::uint32_t y = 0) {
        return one(op, y), model::Answer<>{};
    }
    model::Answer<> unable(std::string_view action) const;
    model::Answer<> copy_ttl(std::uint8_t op);
    void read_labels();
    void queue(std::uint32_t queue);
    void read(unsigned word, unsigned lowest, unsigned bits);

    std::uint8_t table_;
    const Places &places_;
    std::uint8_t write_ = 0; // BVS_OP_WRITE inside write_actions
    bool guards_ = false;
    Program program_;
    std::vector<std::pair<std::size_t, std::vector<std::uint16_t>>> dec_ttls_; // and whom they tell
};

} // namespace bvs::compile
