// SPDX-License-Identifier: Apache-2.0
//
// What the files that read and write actions share; nobody else includes it.
#pragma once

#include "ofagent/wire/action.h"
#include "ofagent/wire/experimenter.h"
#include "ofagent/wire/oxm.h"

#include <algorithm>

namespace bvs::wire {

inline constexpr std::uint16_t k_experimenter_action = 0xffff;
inline constexpr std::uint16_t k_onf_copy_field = 3200;
inline constexpr std::uint32_t k_short_in_port = 0x00000002; // the header of NXM_OF_IN_PORT

// Up to the next multiple of eight; more than that is left, and so an error.
inline void skip_padding(Reader &body) {
    body.skip(std::min<std::size_t>(body.left(), 7));
}

enum class Access : std::uint8_t { read, write };
// Nicira's actions name a subfield by its header and, in one number or two, offset and size.
model::Answer<model::Subfield> check_place(const std::expected<FieldPlace, OxmFault> &place,
                                           unsigned offset, unsigned bits, Access access);
model::Answer<model::Action> read_set_field(Reader &body, bool may_mask);
// copy_field after its type, or the ONF's after its own.
model::Answer<model::Action> read_copy_field(Reader &body);

// The field of a set_field or of its like.
void write_set(Writer &writer, const model::action::SetField &set, const Dialect &dialect);

// Everything after the experimenter's number.
model::Answer<model::Action> read_nicira_action(Reader &body, const Dialect &dialect,
                                                ActionScope scope);

// Writes type and length of an action, and at its end the padding.
class ActionFrame {
  public:
    ActionFrame(Writer &writer, std::uint16_t type) : writer_(writer), start_(writer.size()) {
        writer.u16(type);
        writer.u16(0);
    }
    ActionFrame(const ActionFrame &) = delete;
    ActionFrame &operator=(const ActionFrame &) = delete;
    ~ActionFrame() {
        writer_.pad8(start_);
        writer_.patch_length(start_ + sizeof(std::uint16_t), start_);
    }

  private:
    Writer &writer_;
    std::size_t start_;
};

// The subtypes that are written; those that are only read have no other place to be named at.
enum class Nicira : std::uint16_t {
    resubmit = 1,
    set_tunnel = 2,
    set_queue = 4,
    pop_queue = 5,
    reg_move = 6,
    reg_load = 7,
    note = 8,
    set_tunnel64 = 9,
    multipath = 10,
    bundle = 12,
    bundle_load = 13,
    resubmit_table = 14,
    output_reg = 15,
    exit = 17,
    dec_ttl = 18,
    fin_timeout = 19,
    controller = 20,
    dec_ttl_ids = 21,
    write_metadata = 22,
    push_mpls = 23,
    pop_mpls = 24,
    set_mpls_ttl = 25,
    dec_mpls_ttl = 26,
    stack_push = 27,
    stack_pop = 28,
    sample = 29,
    set_mpls_label = 30,
    set_mpls_tc = 31,
    output_reg2 = 32,
    reg_load2 = 33,
    controller2 = 37,
    sample2 = 38,
    group = 40,
    sample3 = 41,
    clone = 42,
};

class NiciraFrame : ActionFrame {
  public:
    NiciraFrame(Writer &writer, Nicira subtype) : ActionFrame(writer, k_experimenter_action) {
        writer.u32(k_nicira);
        writer.u16(static_cast<std::uint16_t>(subtype));
    }
};

// Those that are written alike in all versions.
class NiciraWriter {
  public:
    NiciraWriter(Writer &writer, const Dialect &dialect, ActionScope scope)
        : writer_(writer), dialect_(dialect), scope_(scope) {}

    void operator()(const model::action::OutputField &action);
    void operator()(const model::action::Load &action);
    void operator()(const model::action::PopQueue &action);
    void operator()(const model::action::Resubmit &action);
    void operator()(const model::action::Controller &action);
    void operator()(const model::action::Note &action);
    void operator()(const model::action::StackPush &action);
    void operator()(const model::action::StackPop &action);
    void operator()(const model::action::Clone &action);
    void operator()(const model::action::Exit &action);
    void operator()(const model::action::Multipath &action);
    void operator()(const model::action::Bundle &action);
    void operator()(const model::action::FinTimeout &action);
    void operator()(const model::action::Sample &action);

  protected:
    // A set_field that the version has no form for.
    void load2(const model::action::SetField &action);
    void move(const model::action::Move &action);
    void dec_ttl_ids(const model::action::DecIpTtl &action);

    Writer &writer_;
    const Dialect &dialect_;
    ActionScope scope_;

  private:
    void range(const model::Subfield &place);
    void stack(Nicira subtype, const model::Subfield &place);
};

} // namespace bvs::wire
