// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/action_parts.h"
#include "ofagent/wire/port_number.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Action;
using model::Actions;
using model::Answer;
using model::Field;
using model::Refusal;
using model::refuse;
namespace action = model::action;

namespace {

std::unexpected<model::OpenFlowError> refuse_set(OxmFault fault) {
    switch (fault) {
    case OxmFault::bad_length:
        return refuse(Refusal::action_bad_set_length, "a field of an action has a wrong length");
    case OxmFault::unknown_field:
        return refuse(Refusal::action_bad_set_type, "an action names an unknown field");
    case OxmFault::bad_value:
        return refuse(Refusal::action_bad_set_argument, "an action's value is beyond its field");
    case OxmFault::bad_wildcards:
        break;
    }
    return refuse(Refusal::action_bad_set_mask, "an action has a value outside of its mask");
}

Answer<> check_writable(Field field) {
    if (model::info(field).writable)
        return {};
    return refuse(Refusal::action_bad_set_type,
                  fmt::format("{} cannot be set", model::info(field).name));
}

// A port that a packet can be sent to.
Answer<std::uint32_t> check_output(std::uint32_t port) {
    if (port <= model::port::max || (port >= model::port::in_port && port != model::port::any))
        return port;
    return refuse(Refusal::action_bad_out_port, fmt::format("no packet can go to port {}", port));
}

Answer<Action> set_whole(Field field, model::Value value) {
    model::Value mask = model::all_ones(model::info(field).bits);
    if (!(value & ~mask).zero())
        return refuse(Refusal::action_bad_argument,
                      fmt::format("a value beyond {}", model::info(field).name));
    return action::SetField{field, value, mask};
}

enum class Side : std::uint8_t { src, dst };
Field l4_port(std::uint8_t ip_proto, Side side) {
    constexpr std::uint8_t udp = 17, sctp = 132;
    bool src = side == Side::src;
    if (ip_proto == udp)
        return src ? Field::udp_src : Field::udp_dst;
    if (ip_proto == sctp)
        return src ? Field::sctp_src : Field::sctp_dst;
    return src ? Field::tcp_src : Field::tcp_dst;
}

Answer<Action> read_tos(Reader &body) {
    unsigned tos = body.u8();
    body.skip(3);
    if (tos & 3)
        return refuse(Refusal::action_bad_argument, fmt::format("a TOS of {} sets ECN", tos));
    return set_whole(Field::ip_dscp, {0, tos >> 2});
}

Answer<Action> read_vlan(Reader &body, std::uint16_t type) {
    constexpr std::uint16_t set_vid = 1;
    constexpr unsigned max_vid = 0xfff, max_pcp = 7;
    unsigned value = type == set_vid ? body.u16() : body.u8();
    skip_padding(body);
    if (value > (type == set_vid ? max_vid : max_pcp))
        return refuse(Refusal::action_bad_argument, fmt::format("a tag cannot hold {}", value));
    if (type == set_vid)
        return action::SetVlanVid{static_cast<std::uint16_t>(value)};
    return action::SetVlanPcp{static_cast<std::uint8_t>(value)};
}

Answer<Action> read_output(Reader &body, const Dialect &dialect) {
    auto port = check_output(read_port(body, dialect));
    std::uint16_t max_len = body.u16();
    skip_padding(body);
    if (!port)
        return std::unexpected(port.error());
    return action::Output{*port, max_len};
}

Answer<Action> read_port_setter(Reader &body, ActionScope scope, Side side) {
    std::uint16_t port = body.u16();
    body.skip(2);
    return set_whole(l4_port(scope.ip_proto, side), {0, port});
}

Answer<Action> read_address_setter(Reader &body, Field field, std::size_t bytes) {
    model::Value value = body.value(bytes);
    skip_padding(body);
    return set_whole(field, value);
}

// OpenFlow 1.0.2, 5.2.4.
Answer<Action> read_action10(std::uint16_t type, Reader &body, const Dialect &dialect,
                             ActionScope scope) {
    constexpr std::size_t mac = 6, ipv4 = 4;
    switch (type) {
    case 0:
        return read_output(body, dialect);
    case 1:
    case 2:
        return read_vlan(body, type);
    case 3:
        body.skip(4);
        return action::PopVlan{};
    case 4:
        return read_address_setter(body, Field::eth_src, mac);
    case 5:
        return read_address_setter(body, Field::eth_dst, mac);
    case 6:
        return read_address_setter(body, Field::ipv4_src, ipv4);
    case 7:
        return read_address_setter(body, Field::ipv4_dst, ipv4);
    case 8:
        return read_tos(body);
    case 9:
        return read_port_setter(body, scope, Side::src);
    case 10:
        return read_port_setter(body, scope, Side::dst);
    case 11: {
        auto port = check_output(widen_port(body.u16()));
        body.skip(6);
        std::uint32_t queue = body.u32();
        if (!port)
            return std::unexpected(port.error());
        return action::Enqueue{*port, queue};
    }
    default:
        return refuse(Refusal::action_bad_type, fmt::format("OpenFlow 1.0 has no action {}", type));
    }
}

template <class T>
Answer<Action> read_plain(Reader &body) {
    body.skip(4);
    return T{};
}
template <class T>
Answer<Action> read_u8(Reader &body) {
    T action{body.u8()};
    body.skip(3);
    return action;
}
template <class T>
Answer<Action> read_u16(Reader &body) {
    T action{body.u16()};
    body.skip(2);
    return action;
}

// OpenFlow 1.5.1, 7.2.6.
Answer<Action> read_action11(std::uint16_t type, Reader &body, const Dialect &dialect) {
    bool of15 = dialect.version >= Version::of15;
    switch (type) {
    case 0:
        return read_output(body, dialect);
    case 11:
        return read_plain<action::CopyTtlOut>(body);
    case 12:
        return read_plain<action::CopyTtlIn>(body);
    case 15:
        return read_u8<action::SetMplsTtl>(body);
    case 16:
        return read_plain<action::DecMplsTtl>(body);
    case 17:
        return read_u16<action::PushVlan>(body);
    case 18:
        return read_plain<action::PopVlan>(body);
    case 19:
        return read_u16<action::PushMpls>(body);
    case 20:
        return read_u16<action::PopMpls>(body);
    case 21:
        return action::SetQueue{body.u32()};
    case 22:
        return action::Group{body.u32()};
    case 23:
        return read_u8<action::SetIpTtl>(body);
    case 24:
        return read_plain<action::DecIpTtl>(body);
    case 25:
        return read_set_field(body, of15);
    case 26:
        return read_u16<action::PushPbb>(body);
    case 27:
        return read_plain<action::PopPbb>(body);
    case 28:
        if (of15)
            return read_copy_field(body);
        break;
    case 29:
        if (of15)
            return action::Meter{body.u32()};
        break;
    default:
        break;
    }
    return refuse(Refusal::action_bad_type, fmt::format("an unknown action, {}", type));
}

Answer<Action> read_experimenter(Reader &body, const Dialect &dialect, ActionScope scope) {
    std::uint32_t experimenter = body.u32();
    if (experimenter == k_nicira)
        return read_nicira_action(body, dialect, scope);
    if (experimenter != k_onf)
        return refuse(Refusal::action_bad_experimenter,
                      fmt::format("no actions of experimenter {:#x} are known", experimenter));
    std::uint16_t type = body.u16();
    body.skip(2);
    if (type != k_onf_copy_field)
        return refuse(Refusal::action_bad_experimenter_type,
                      fmt::format("the ONF's action {} is not supported", type));
    return read_copy_field(body);
}

Answer<Action> read_action(Reader &reader, const Dialect &dialect, ActionScope scope) {
    constexpr std::size_t header = 4;
    std::uint16_t type = reader.u16();
    std::size_t length = reader.u16();
    if (length < header || padding8(length))
        return refuse(Refusal::action_bad_length, "an action's length is no multiple of 8");
    Reader body = reader.part(length - header);
    if (!reader.ok())
        return refuse(Refusal::action_bad_length, "an action is longer than its list");
    auto read = type == k_experimenter_action      ? read_experimenter(body, dialect, scope)
                : dialect.version == Version::of10 ? read_action10(type, body, dialect, scope)
                                                   : read_action11(type, body, dialect);
    // What was read beyond the end is worth nothing, and neither is what was made of it.
    if (!body.ok() || (read && body.left()))
        return refuse(Refusal::action_bad_length,
                      fmt::format("an action of type {} has a wrong length, {}", type, length));
    return read;
}

} // namespace

Answer<model::Subfield> check_place(const std::expected<FieldPlace, OxmFault> &place,
                                    unsigned offset, unsigned bits, Access access) {
    if (!place)
        return refuse_set(place.error());
    if (access == Access::write)
        if (auto writable = check_writable(place->field); !writable)
            return std::unexpected(writable.error());
    auto found = subfield(*place, offset, bits);
    if (!found)
        return refuse(Refusal::action_bad_argument,
                      fmt::format("{} has no {} bits from bit {}", model::info(place->field).name,
                                  bits, offset));
    return *found;
}

Answer<Action> read_set_field(Reader &body, bool may_mask) {
    auto field = read_oxm(body);
    if (!field)
        return refuse_set(field.error());
    if (auto writable = check_writable(field->field); !writable)
        return std::unexpected(writable.error());
    if (!may_mask && field->mask != model::all_ones(model::info(field->field).bits))
        return refuse(Refusal::action_bad_set_mask, "only OpenFlow 1.5 sets parts of a field");
    skip_padding(body);
    return action::SetField{field->field, field->value, field->mask};
}

Answer<Action> read_copy_field(Reader &body) {
    unsigned bits = body.u16(), from = body.u16(), to = body.u16();
    body.skip(2);
    auto source = check_place(read_place(body), from, bits, Access::read);
    auto destination = check_place(read_place(body), to, bits, Access::write);
    skip_padding(body);
    if (!source || !destination)
        return std::unexpected(source ? destination.error() : source.error());
    return action::Move{*source, *destination};
}

ActionScope scope_of(const model::Match &match) {
    ActionScope scope;
    if (auto ip_proto = match.exact(Field::ip_proto))
        scope.ip_proto = static_cast<std::uint8_t>(ip_proto->low);
    return scope;
}

Answer<Actions> read_actions(Reader &reader, const Dialect &dialect, ActionScope scope) {
    Actions actions;
    while (reader.left()) {
        auto action = read_action(reader, dialect, scope);
        if (!action)
            return std::unexpected(action.error());
        actions.push_back(std::move(*action));
    }
    return actions;
}

} // namespace bvs::wire
