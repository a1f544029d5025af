// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/action_parts.h"
#include "ofagent/wire/port_number.h"

namespace bvs::wire {

using model::Field;
using model::Subfield;
namespace action = model::action;

// Offset and size in one number.
void NiciraWriter::range(const Subfield &place) {
    unsigned offset = place_offset(place, dialect_);
    writer_.u16(static_cast<std::uint16_t>(offset << 6 | (place.bits - 1u)));
}

void NiciraWriter::stack(Nicira subtype, const Subfield &place) {
    NiciraFrame frame(writer_, subtype);
    writer_.u16(static_cast<std::uint16_t>(place_offset(place, dialect_)));
    write_place(writer_, place, dialect_);
    writer_.u16(place.bits);
}

void NiciraWriter::load2(const action::SetField &set) {
    if (!sendable(set.field))
        return;
    NiciraFrame frame(writer_, Nicira::reg_load2);
    write_set(writer_, set, dialect_);
}

void NiciraWriter::move(const action::Move &move) {
    NiciraFrame frame(writer_, Nicira::reg_move);
    writer_.u16(move.source.bits);
    writer_.u16(static_cast<std::uint16_t>(place_offset(move.source, dialect_)));
    writer_.u16(static_cast<std::uint16_t>(place_offset(move.destination, dialect_)));
    write_place(writer_, move.source, dialect_);
    write_place(writer_, move.destination, dialect_);
}

void NiciraWriter::dec_ttl_ids(const action::DecIpTtl &dec) {
    NiciraFrame frame(writer_, Nicira::dec_ttl_ids);
    writer_.u16(static_cast<std::uint16_t>(dec.controllers.size()));
    writer_.zeros(4);
    for (std::uint16_t id : dec.controllers)
        writer_.u16(id);
}

void NiciraWriter::operator()(const action::OutputField &output) {
    NiciraFrame frame(writer_, Nicira::output_reg);
    range(output.source);
    write_place(writer_, output.source, dialect_);
    writer_.u16(output.max_len);
    writer_.zeros(6);
}

void NiciraWriter::operator()(const action::Load &load) {
    Subfield place = load.destination;
    std::uint64_t value = load.value.low;
    // The input port that can be set has 16 bits, which are all of it.
    if (place.field == Field::in_port && place.bits == 32) {
        place.bits = 16;
        value = narrow_port(static_cast<std::uint32_t>(value));
    }
    NiciraFrame frame(writer_, Nicira::reg_load);
    range(place);
    write_place(writer_, place, dialect_);
    writer_.u64(value);
}

void NiciraWriter::operator()(const action::PopQueue &) {
    NiciraFrame frame(writer_, Nicira::pop_queue);
}

void NiciraWriter::operator()(const action::Resubmit &resubmit) {
    NiciraFrame frame(writer_, resubmit.table ? Nicira::resubmit_table : Nicira::resubmit);
    writer_.u16(narrow_port(resubmit.in_port));
    writer_.u8(resubmit.table.value_or(0));
}

void NiciraWriter::operator()(const action::Controller &controller) {
    NiciraFrame frame(writer_, Nicira::controller);
    writer_.u16(controller.max_len);
    writer_.u16(controller.id);
    writer_.u8(controller.reason);
}

void NiciraWriter::operator()(const action::Note &note) {
    NiciraFrame frame(writer_, Nicira::note);
    writer_.bytes(note.bytes);
}

void NiciraWriter::operator()(const action::StackPush &push) {
    stack(Nicira::stack_push, push.source);
}

void NiciraWriter::operator()(const action::StackPop &pop) {
    stack(Nicira::stack_pop, pop.destination);
}

void NiciraWriter::operator()(const action::Clone &clone) {
    NiciraFrame frame(writer_, Nicira::clone);
    writer_.zeros(6);
    write_actions(writer_, clone.actions, dialect_, scope_);
}

void NiciraWriter::operator()(const action::Exit &) {
    NiciraFrame frame(writer_, Nicira::exit);
}

void NiciraWriter::operator()(const action::Multipath &multipath) {
    NiciraFrame frame(writer_, Nicira::multipath);
    writer_.u16(static_cast<std::uint16_t>(multipath.fields));
    writer_.u16(multipath.basis);
    writer_.zeros(2);
    writer_.u16(multipath.algorithm);
    writer_.u16(multipath.max_link);
    writer_.u32(multipath.argument);
    writer_.zeros(2);
    range(multipath.destination);
    write_place(writer_, multipath.destination, dialect_);
}

void NiciraWriter::operator()(const action::Bundle &bundle) {
    NiciraFrame frame(writer_, bundle.destination ? Nicira::bundle_load : Nicira::bundle);
    writer_.u16(bundle.algorithm);
    writer_.u16(static_cast<std::uint16_t>(bundle.fields));
    writer_.u16(bundle.basis);
    writer_.u32(k_short_in_port);
    writer_.u16(static_cast<std::uint16_t>(bundle.members.size()));
    if (bundle.destination) {
        range(*bundle.destination);
        write_place(writer_, *bundle.destination, dialect_);
    } else {
        writer_.zeros(6);
    }
    writer_.zeros(4);
    for (std::uint32_t member : bundle.members)
        writer_.u16(narrow_port(member));
}

void NiciraWriter::operator()(const action::FinTimeout &timeout) {
    NiciraFrame frame(writer_, Nicira::fin_timeout);
    writer_.u16(timeout.idle);
    writer_.u16(timeout.hard);
}

void NiciraWriter::operator()(const action::Sample &sample) {
    const bool directed = sample.direction != action::SampleDirection::none;
    const bool at_port = directed || sample.port != model::port::any;
    NiciraFrame frame(writer_, directed  ? Nicira::sample3
                               : at_port ? Nicira::sample2
                                         : Nicira::sample);
    writer_.u16(sample.probability);
    writer_.u32(sample.collector_set);
    writer_.u32(sample.domain);
    writer_.u32(sample.point);
    if (!at_port)
        return;
    writer_.u16(narrow_port(sample.port));
    writer_.u8(static_cast<std::uint8_t>(sample.direction));
    writer_.zeros(5);
}

} // namespace bvs::wire
