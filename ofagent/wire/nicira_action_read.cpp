// SPDX-License-Identifier: Apache-2.0
//
// Nicira's actions as ovs-actions(7) describes them. A subtype that is not in the table, among them
// those that BVS does not carry out yet, is refused as unknown.
#include "ofagent/wire/action_parts.h"
#include "ofagent/wire/port_number.h"

#include <array>
#include <fmt/format.h>

namespace bvs::wire {

using model::Action;
using model::Answer;
using model::Field;
using model::Refusal;
using model::refuse;
namespace action = model::action;

namespace {

constexpr std::size_t k_max_members = 2048;
constexpr unsigned k_short_port_bits = 16;
constexpr unsigned k_max_depth = 64;

std::unexpected<model::OpenFlowError> bad_argument(std::string why) {
    return refuse(Refusal::action_bad_argument, std::move(why));
}

struct Range {
    unsigned offset = 0, bits = 0;
};
Range read_range(Reader &body) {
    unsigned both = body.u16();
    return {both >> 6, (both & 63) + 1};
}

Answer<model::Subfield> read_ranged(Reader &body, Access access) {
    Range range = read_range(body);
    auto place = read_place(body);
    return check_place(place, range.offset, range.bits, access);
}

Action set_whole(Field field, std::uint64_t value) {
    return action::SetField{field, {0, value}, model::all_ones(model::info(field).bits)};
}

Answer<Action> read_load(Reader &body, const Dialect &, ActionScope) {
    Range range = read_range(body);
    Reader header = body;
    auto place = read_place(body);
    auto destination = check_place(place, range.offset, range.bits, Access::write);
    model::Value value{0, body.u64()};
    if (!destination)
        return std::unexpected(destination.error());
    if (!(value & ~model::all_ones(range.bits)).zero())
        return bad_argument("a load of more bits than it has room for");
    // A port of 16 bits as a whole is a port of 32.
    if (header.u32() == k_short_in_port && range.bits == k_short_port_bits) {
        destination->bits = model::info(Field::in_port).bits;
        value.low = widen_port(static_cast<std::uint16_t>(value.low));
    }
    return action::Load{*destination, value};
}

Answer<Action> read_move(Reader &body, const Dialect &, ActionScope) {
    unsigned bits = body.u16(), from = body.u16(), to = body.u16();
    auto source = check_place(read_place(body), from, bits, Access::read);
    auto destination = check_place(read_place(body), to, bits, Access::write);
    skip_padding(body);
    if (!source || !destination)
        return std::unexpected(source ? destination.error() : source.error());
    return action::Move{*source, *destination};
}

Answer<Action> read_output_reg(Reader &body, const Dialect &, ActionScope) {
    auto source = read_ranged(body, Access::read);
    std::uint16_t max_len = body.u16();
    body.skip(6);
    if (!source)
        return std::unexpected(source.error());
    return action::OutputField{*source, max_len};
}

Answer<Action> read_output_reg2(Reader &body, const Dialect &, ActionScope) {
    Range range = read_range(body);
    std::uint16_t max_len = body.u16();
    auto source = check_place(read_place(body), range.offset, range.bits, Access::read);
    body.skip(body.left()); // up to 24 bytes, 4 or 8 of them the header
    if (!source)
        return std::unexpected(source.error());
    return action::OutputField{*source, max_len};
}

template <class T>
Answer<Action> read_stack(Reader &body, const Dialect &, ActionScope) {
    unsigned offset = body.u16();
    auto place = read_place(body);
    unsigned bits = body.u16();
    skip_padding(body);
    constexpr Access access = std::is_same_v<T, action::StackPop> ? Access::write : Access::read;
    auto checked = check_place(place, offset, bits, access);
    if (!checked)
        return std::unexpected(checked.error());
    return T{*checked};
}

Answer<action::HashFields> read_hash_fields(Reader &body) {
    std::uint16_t fields = body.u16();
    if (fields > static_cast<std::uint16_t>(action::HashFields::symmetric_l3))
        return bad_argument(fmt::format("no fields to hash are numbered {}", fields));
    return static_cast<action::HashFields>(fields);
}

Answer<Action> read_multipath(Reader &body, const Dialect &, ActionScope) {
    constexpr std::uint16_t iter_hash = 3;
    action::Multipath multipath;
    auto fields = read_hash_fields(body);
    multipath.basis = body.u16();
    body.skip(2);
    multipath.algorithm = body.u16();
    multipath.max_link = body.u16();
    multipath.argument = body.u32();
    body.skip(2);
    auto destination = read_ranged(body, Access::write);
    if (!fields || !destination)
        return std::unexpected(fields ? destination.error() : fields.error());
    multipath.fields = *fields;
    multipath.destination = *destination;
    if (multipath.algorithm > iter_hash)
        return bad_argument(fmt::format("multipath has no algorithm {}", multipath.algorithm));
    if (destination->bits < 16 && multipath.max_link >> destination->bits)
        return bad_argument("multipath has more links than its destination has room for");
    return multipath;
}

Answer<Action> read_members(Reader &body, bool load) {
    constexpr std::uint16_t hrw = 1;
    action::Bundle bundle;
    bundle.algorithm = body.u16();
    auto fields = read_hash_fields(body);
    bundle.basis = body.u16();
    std::uint32_t type = body.u32();
    std::size_t members = body.u16();
    if (load) {
        auto destination = read_ranged(body, Access::write);
        if (!destination)
            return std::unexpected(destination.error());
        bundle.destination = *destination;
    } else if (body.u16() | body.u32()) {
        return bad_argument("a bundle that loads nothing has a destination");
    }
    body.skip(4);
    if (!fields)
        return std::unexpected(fields.error());
    bundle.fields = *fields;
    if (bundle.algorithm > hrw || type != k_short_in_port || members > k_max_members)
        return bad_argument("a bundle with an unknown algorithm, of no ports, or of too many");
    if (body.left() < members * sizeof(std::uint16_t))
        return refuse(Refusal::action_bad_length, "a bundle is shorter than its members");
    for (std::size_t i = 0; i < members; ++i)
        bundle.members.push_back(widen_port(body.u16()));
    skip_padding(body);
    return bundle;
}

Answer<Action> read_dec_ttl_ids(Reader &body, const Dialect &, ActionScope) {
    std::size_t ids = body.u16();
    body.skip(4);
    if (body.left() < ids * sizeof(std::uint16_t) || ids == 0)
        return refuse(Refusal::action_bad_length, "dec_ttl is shorter than its controllers");
    action::DecIpTtl dec;
    for (std::size_t i = 0; i < ids; ++i)
        dec.controllers.push_back(body.u16());
    skip_padding(body);
    return dec;
}

Answer<Action> read_resubmit_table(Reader &body, const Dialect &, ActionScope) {
    action::Resubmit resubmit{widen_port(body.u16()), body.u8()};
    if (resubmit.table == model::k_all_tables) // the current one
        resubmit.table.reset();
    body.skip(3);
    return resubmit;
}

Answer<Action> read_controller(Reader &body, const Dialect &, ActionScope) {
    action::Controller controller;
    controller.max_len = body.u16();
    controller.id = body.u16();
    controller.reason = body.u8();
    body.skip(1);
    return controller;
}

// The same with properties; some of them need more of a switch than BVS has.
Answer<Action> read_controller2(Reader &body, const Dialect &, ActionScope) {
    enum : std::uint16_t { max_len, id, reason };
    action::Controller controller;
    body.skip(6);
    while (body.left() && body.ok()) {
        constexpr std::size_t header = 4;
        std::uint16_t type = body.u16();
        std::size_t length = body.u16();
        if (length < header)
            return refuse(Refusal::action_bad_length, "a property is shorter than its header");
        Reader property = body.part(length - header);
        body.skip(padding8(length));
        switch (type) {
        case max_len:
            controller.max_len = property.u16();
            break;
        case id:
            controller.id = property.u16();
            break;
        case reason:
            controller.reason = property.u8();
            break;
        default:
            return refuse(Refusal::action_bad_experimenter_type,
                          fmt::format("controller's property {} is not supported", type));
        }
        if (!property.done())
            return refuse(Refusal::action_bad_length, "a property has a wrong length");
    }
    return controller;
}

Answer<Action> read_clone(Reader &body, const Dialect &dialect, ActionScope scope) {
    body.skip(6);
    if (++scope.depth > k_max_depth)
        return refuse(Refusal::action_too_many, "clones are nested too deep");
    auto actions = read_actions(body, dialect, scope);
    if (!actions)
        return std::unexpected(actions.error());
    return action::Clone{std::move(*actions)};
}

// What says where samples are taken came with the second and the third form.
enum class SampledAt : std::uint8_t { action, port, directed_port };
template <SampledAt where>
Answer<Action> read_sample(Reader &body, const Dialect &, ActionScope) {
    action::Sample sample;
    sample.probability = body.u16();
    sample.collector_set = body.u32();
    sample.domain = body.u32();
    sample.point = body.u32();
    if (!sample.probability)
        return bad_argument("a sample of nothing");
    if (where == SampledAt::action)
        return sample;
    sample.port = widen_port(body.u16());
    std::uint8_t direction = body.u8();
    body.skip(5);
    if (where == SampledAt::port)
        return sample;
    if (direction > static_cast<std::uint8_t>(action::SampleDirection::egress))
        return bad_argument(fmt::format("no direction of samples is numbered {}", direction));
    sample.direction = static_cast<action::SampleDirection>(direction);
    return sample;
}

template <class T>
Answer<Action> read_plain(Reader &body, const Dialect &, ActionScope) {
    body.skip(6);
    return T{};
}
template <class T>
Answer<Action> read_u8(Reader &body, const Dialect &, ActionScope) {
    T action{body.u8()};
    body.skip(5);
    return action;
}
template <class T>
Answer<Action> read_u16(Reader &body, const Dialect &, ActionScope) {
    T action{body.u16()};
    body.skip(4);
    return action;
}
template <class T>
Answer<Action> read_u32(Reader &body, const Dialect &, ActionScope) {
    body.skip(2);
    return T{body.u32()};
}

struct Entry {
    Nicira subtype;
    Answer<Action> (*read)(Reader &body, const Dialect &dialect, ActionScope scope);
};
constexpr auto k_entries = std::to_array<Entry>({
    {Nicira::resubmit,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         action::Resubmit resubmit{widen_port(body.u16()), {}};
         body.skip(4);
         return resubmit;
     }},
    {Nicira::set_tunnel,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         body.skip(2);
         return set_whole(Field::tunnel_id, body.u32());
     }},
    {Nicira::set_queue, read_u32<action::SetQueue>},
    {Nicira::pop_queue, read_plain<action::PopQueue>},
    {Nicira::reg_move, read_move},
    {Nicira::reg_load, read_load},
    {Nicira::note,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         ByteSpan bytes = body.rest();
         return action::Note{{bytes.begin(), bytes.end()}};
     }},
    {Nicira::set_tunnel64,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         body.skip(6);
         return set_whole(Field::tunnel_id, body.u64());
     }},
    {Nicira::multipath, read_multipath},
    {Nicira::bundle,
     [](Reader &body, const Dialect &, ActionScope) { return read_members(body, false); }},
    {Nicira::bundle_load,
     [](Reader &body, const Dialect &, ActionScope) { return read_members(body, true); }},
    {Nicira::resubmit_table, read_resubmit_table},
    {Nicira::output_reg, read_output_reg},
    {Nicira::exit, read_plain<action::Exit>},
    {Nicira::dec_ttl, read_plain<action::DecIpTtl>},
    {Nicira::fin_timeout,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         action::FinTimeout timeout{body.u16(), body.u16()};
         body.skip(2);
         return timeout;
     }},
    {Nicira::controller, read_controller},
    {Nicira::dec_ttl_ids, read_dec_ttl_ids},
    {Nicira::write_metadata,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         body.skip(6);
         std::uint64_t value = body.u64(), mask = body.u64();
         return action::SetField{Field::metadata, {0, value & mask}, {0, mask}};
     }},
    {Nicira::push_mpls, read_u16<action::PushMpls>},
    {Nicira::pop_mpls, read_u16<action::PopMpls>},
    {Nicira::set_mpls_ttl, read_u8<action::SetMplsTtl>},
    {Nicira::dec_mpls_ttl, read_plain<action::DecMplsTtl>},
    {Nicira::stack_push, read_stack<action::StackPush>},
    {Nicira::stack_pop, read_stack<action::StackPop>},
    {Nicira::sample, read_sample<SampledAt::action>},
    {Nicira::sample2, read_sample<SampledAt::port>},
    {Nicira::sample3, read_sample<SampledAt::directed_port>},
    {Nicira::set_mpls_label,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         body.skip(2);
         return set_whole(Field::mpls_label, body.u32() & 0xfffff);
     }},
    {Nicira::set_mpls_tc,
     [](Reader &body, const Dialect &, ActionScope) -> Answer<Action> {
         std::uint8_t tc = body.u8() & 7;
         body.skip(5);
         return set_whole(Field::mpls_tc, tc);
     }},
    {Nicira::output_reg2, read_output_reg2},
    {Nicira::reg_load2,
     [](Reader &body, const Dialect &, ActionScope) { return read_set_field(body, true); }},
    {Nicira::controller2, read_controller2},
    {Nicira::group, read_u32<action::Group>},
    {Nicira::clone, read_clone},
});

} // namespace

Answer<Action> read_nicira_action(Reader &body, const Dialect &dialect, ActionScope scope) {
    auto subtype = static_cast<Nicira>(body.u16());
    auto entry = std::ranges::find(k_entries, subtype, &Entry::subtype);
    if (entry == k_entries.end())
        return refuse(Refusal::action_bad_experimenter_type,
                      fmt::format("Nicira's action {} is not supported",
                                  static_cast<std::uint16_t>(subtype)));
    return entry->read(body, dialect, scope);
}

} // namespace bvs::wire
