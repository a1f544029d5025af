// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/oxm.h"

#include "ofagent/wire/experimenter.h"
#include "ofagent/wire/port_number.h"

#include <algorithm>
#include <array>

namespace bvs::wire {

using model::Field;
using model::FieldMatch;
using model::Value;

namespace {

constexpr std::uint16_t k_nxm0 = 0x0000;      // Nicira's, as in OpenFlow 1.0
constexpr std::uint16_t k_nxm1 = 0x0001;      // Nicira's extensions
constexpr std::uint16_t k_basic = 0x8000;     // OpenFlow's
constexpr std::uint16_t k_registers = 0x8001; // OpenFlow 1.5's packet registers
constexpr std::uint16_t k_experimenter = 0xffff;

// One way to send a field. Consecutive registers share an entry: field + n is number + n.
struct Form {
    Field field;
    std::uint16_t oxm_class;
    std::uint8_t number;
    std::uint8_t length;           // of the value
    Version since = Version::of12; // before, other forms are preferred
    std::uint8_t count = 1;        // of consecutive fields
    std::uint8_t shift = 0;        // the field's lowest bit in the value
};

// Of the forms of a field, the preferred comes first.
constexpr auto k_forms = std::to_array<Form>({
    {Field::in_port, k_basic, 0, 4},
    {Field::in_phy_port, k_basic, 1, 4},
    {Field::metadata, k_basic, 2, 8},
    {Field::eth_dst, k_basic, 3, 6},
    {Field::eth_src, k_basic, 4, 6},
    {Field::eth_type, k_basic, 5, 2},
    {Field::vlan_vid, k_basic, 6, 2},
    {Field::vlan_pcp, k_basic, 7, 1},
    {Field::ip_dscp, k_basic, 8, 1},
    {Field::ip_ecn, k_basic, 9, 1},
    {Field::ip_proto, k_basic, 10, 1},
    {Field::ipv4_src, k_basic, 11, 4},
    {Field::ipv4_dst, k_basic, 12, 4},
    {Field::tcp_src, k_basic, 13, 2},
    {Field::tcp_dst, k_basic, 14, 2},
    {Field::udp_src, k_basic, 15, 2},
    {Field::udp_dst, k_basic, 16, 2},
    {Field::sctp_src, k_basic, 17, 2},
    {Field::sctp_dst, k_basic, 18, 2},
    {Field::icmpv4_type, k_basic, 19, 1},
    {Field::icmpv4_code, k_basic, 20, 1},
    {Field::arp_op, k_basic, 21, 2},
    {Field::arp_spa, k_basic, 22, 4},
    {Field::arp_tpa, k_basic, 23, 4},
    {Field::arp_sha, k_basic, 24, 6},
    {Field::arp_tha, k_basic, 25, 6},
    {Field::ipv6_src, k_basic, 26, 16},
    {Field::ipv6_dst, k_basic, 27, 16},
    {Field::ipv6_label, k_basic, 28, 4},
    {Field::icmpv6_type, k_basic, 29, 1},
    {Field::icmpv6_code, k_basic, 30, 1},
    {Field::nd_target, k_basic, 31, 16},
    {Field::nd_sll, k_basic, 32, 6},
    {Field::nd_tll, k_basic, 33, 6},
    {Field::mpls_label, k_basic, 34, 4},
    {Field::mpls_tc, k_basic, 35, 1},
    {Field::mpls_bos, k_basic, 36, 1, Version::of13},
    {Field::pbb_isid, k_basic, 37, 3, Version::of13},
    {Field::tunnel_id, k_basic, 38, 8, Version::of13},
    {Field::ipv6_exthdr, k_basic, 39, 2, Version::of13},
    {Field::pbb_uca, k_basic, 41, 1, Version::of14},
    {Field::tcp_flags, k_basic, 42, 2, Version::of15},
    {Field::actset_output, k_basic, 43, 4, Version::of15},
    {Field::packet_type, k_basic, 44, 4, Version::of15},
    {Field::xreg0, k_registers, 0, 8, Version::of13, 8},
    {Field::tcp_flags, k_experimenter, 42, 2, Version::of13},
    {Field::actset_output, k_experimenter, 43, 4, Version::of13},
    {Field::in_port, k_nxm0, 0, 2},
    {Field::eth_dst, k_nxm0, 1, 6},
    {Field::eth_src, k_nxm0, 2, 6},
    {Field::eth_type, k_nxm0, 3, 2},
    {Field::vlan_tci, k_nxm0, 4, 2},
    {Field::ip_dscp, k_nxm0, 5, 1, Version::of12, 1, 2}, // the whole TOS byte
    {Field::ip_proto, k_nxm0, 6, 1},
    {Field::ipv4_src, k_nxm0, 7, 4},
    {Field::ipv4_dst, k_nxm0, 8, 4},
    {Field::tcp_src, k_nxm0, 9, 2},
    {Field::tcp_dst, k_nxm0, 10, 2},
    {Field::udp_src, k_nxm0, 11, 2},
    {Field::udp_dst, k_nxm0, 12, 2},
    {Field::icmpv4_type, k_nxm0, 13, 1},
    {Field::icmpv4_code, k_nxm0, 14, 1},
    {Field::arp_op, k_nxm0, 15, 2},
    {Field::arp_spa, k_nxm0, 16, 4},
    {Field::arp_tpa, k_nxm0, 17, 4},
    {Field::reg0, k_nxm1, 0, 4, Version::of12, 16},
    {Field::tunnel_id, k_nxm1, 16, 8},
    {Field::arp_sha, k_nxm1, 17, 6},
    {Field::arp_tha, k_nxm1, 18, 6},
    {Field::ipv6_src, k_nxm1, 19, 16},
    {Field::ipv6_dst, k_nxm1, 20, 16},
    {Field::icmpv6_type, k_nxm1, 21, 1},
    {Field::icmpv6_code, k_nxm1, 22, 1},
    {Field::nd_target, k_nxm1, 23, 16},
    {Field::nd_sll, k_nxm1, 24, 6},
    {Field::nd_tll, k_nxm1, 25, 6},
    {Field::ip_frag, k_nxm1, 26, 1},
    {Field::ipv6_label, k_nxm1, 27, 4},
    {Field::ip_ecn, k_nxm1, 28, 1},
    {Field::ip_ttl, k_nxm1, 29, 1},
    {Field::mpls_ttl, k_nxm1, 30, 1},
    {Field::tunnel_src, k_nxm1, 31, 4},
    {Field::tunnel_dst, k_nxm1, 32, 4},
    {Field::pkt_mark, k_nxm1, 33, 4},
    {Field::tcp_flags, k_nxm1, 34, 2},
    {Field::tunnel_gbp_id, k_nxm1, 38, 2},
    {Field::tunnel_gbp_flags, k_nxm1, 39, 1},
    {Field::tunnel_flags, k_nxm1, 104, 2},
    {Field::tunnel_ipv6_src, k_nxm1, 109, 16},
    {Field::tunnel_ipv6_dst, k_nxm1, 110, 16},
    {Field::xxreg0, k_nxm1, 111, 16, Version::of12, 4},
});

// Geneve's options, of whatever length they were given.
constexpr std::uint8_t k_option_number = 40; // of the first
constexpr std::size_t k_option_bytes = 124;  // in a header alone

constexpr std::uint8_t k_cookie_number = 30; // as mpls_ttl has, but 8 bytes long
constexpr std::uint8_t k_cookie_length = 8;

constexpr unsigned distance(Field first, Field field) {
    return static_cast<unsigned>(field) - static_cast<unsigned>(first);
}
constexpr bool has(const Form &form, Field field) {
    return field >= form.field && distance(form.field, field) < form.count;
}
constexpr bool nxm(const Form &form) {
    return form.oxm_class <= k_nxm1;
}

// Of a header: an experimenter's has 8 bytes, for which the older actions have no room.
enum class Size : std::uint8_t { four, any };

const Form *preferred_form(Field field, const Dialect &dialect, Size size = Size::any) {
    bool old = dialect.version < Version::of12;
    const Form *any = nullptr;
    for (const Form &form : k_forms) {
        if (!has(form, field) || (size == Size::four && form.oxm_class == k_experimenter))
            continue;
        if (old ? nxm(form) : form.since <= dialect.version)
            return &form;
        if (!any)
            any = &form;
    }
    return any;
}

struct OxmHeader {
    std::uint16_t oxm_class = 0;
    std::uint8_t number = 0;
    bool masked = false;
    std::size_t length = 0; // of what follows, without an experimenter's number
    bool known = true;      // else an experimenter that we do not know
};

std::expected<OxmHeader, OxmFault> read_header(Reader &reader) {
    OxmHeader header;
    header.oxm_class = reader.u16();
    std::uint8_t number = reader.u8();
    header.number = number >> 1;
    header.masked = number & 1;
    header.length = reader.u8();
    if (header.oxm_class == k_experimenter) {
        if (header.length < sizeof k_onf)
            return std::unexpected(OxmFault::bad_length);
        header.length -= sizeof k_onf;
        header.known = reader.u32() == k_onf;
    }
    if (!reader.ok())
        return std::unexpected(OxmFault::bad_length);
    return header;
}

void write_header(Writer &writer, const Form &form, Field field, bool masked) {
    bool experimenter = form.oxm_class == k_experimenter;
    unsigned number = form.number + distance(form.field, field);
    std::size_t length = form.length * (masked ? 2u : 1u) + (experimenter ? sizeof k_onf : 0);
    writer.u16(form.oxm_class);
    writer.u8(static_cast<std::uint8_t>(number << 1 | (masked ? 1 : 0)));
    writer.u8(static_cast<std::uint8_t>(length));
    if (experimenter)
        writer.u32(k_onf);
}

std::expected<std::pair<const Form *, Field>, OxmFault> find_form(const OxmHeader &header) {
    OxmFault fault = OxmFault::unknown_field;
    if (!header.known)
        return std::unexpected(fault);
    for (const Form &form : k_forms) {
        if (form.oxm_class != header.oxm_class || header.number < form.number ||
            header.number - form.number >= form.count)
            continue;
        if (header.length == form.length * (header.masked ? 2u : 1u))
            return std::pair{&form, form.field + (header.number - form.number)};
        fault = OxmFault::bad_length;
    }
    return std::unexpected(fault);
}

bool names_option(const OxmHeader &header) {
    return header.oxm_class == k_nxm1 && header.number >= k_option_number &&
           header.number < k_option_number + BVS_TLV_OPTIONS;
}

void write_option_header(Writer &writer, Field field, bool masked, std::size_t length) {
    const auto number = k_option_number + (field - Field::tun_metadata0);
    writer.u16(k_nxm1);
    writer.u8(static_cast<std::uint8_t>(number << 1 | (masked ? 1U : 0U)));
    writer.u8(static_cast<std::uint8_t>(length));
}

// A number of any length; nothing if it has more bits than an option's value can.
std::optional<Value> read_long(Reader &reader, std::size_t length) {
    Value value;
    for (const auto byte : reader.bytes(length)) {
        if (value.high >> 56)
            return std::nullopt;
        value = {value.high << 8 | value.low >> 56, value.low << 8 | byte};
    }
    return value;
}

// Bytes that a number takes; none of zero.
std::size_t bytes_of(Value value) {
    std::size_t bytes = 0;
    for (; !value.zero(); value = model::shift_right(value, 8))
        ++bytes;
    return bytes;
}

// Without a mask it is the whole option, whose length only the switch knows; without a byte but
// with a mask, that it is there.
std::expected<FieldMatch, OxmFault> read_option(Reader &payload, const OxmHeader &header) {
    const auto length = header.masked ? header.length / 2 : header.length;
    if (header.masked && header.length % 2)
        return std::unexpected(OxmFault::bad_length);
    const auto field = Field::tun_metadata0 + (header.number - k_option_number);
    const auto value = read_long(payload, length);
    const auto mask = header.masked ? read_long(payload, length)
                                    : std::optional(model::all_ones(model::info(field).bits));
    if (!value || !mask)
        return std::unexpected(OxmFault::bad_value);
    if (!(*value & ~*mask).zero())
        return std::unexpected(OxmFault::bad_wildcards);
    return FieldMatch{field, *value, *mask};
}

// As short as it can be, as Open vSwitch does.
void write_option(Writer &writer, const FieldMatch &match) {
    const bool masked = !model::is_whole(match.field, match.tlv, match.mask);
    const auto length = bytes_of(masked ? match.mask : match.value);
    write_option_header(writer, match.field, masked, masked ? 2 * length : length);
    writer.value(match.value, length);
    if (masked)
        writer.value(match.mask, length);
}

bool short_port(const Form &form) {
    return form.field == Field::in_port && form.length == sizeof(std::uint16_t);
}

// Of a port number: is it left whole by a form of sixteen bits?
bool is_short(const FieldMatch &match) {
    const auto port = static_cast<std::uint32_t>(match.value.low);
    const bool whole = match.mask == model::all_ones(model::info(match.field).bits);
    return widen_port(narrow_port(port)) == port && (whole || match.mask.low <= 0xffff);
}

} // namespace

std::expected<FieldMatch, OxmFault> read_oxm(Reader &reader) {
    auto header = read_header(reader);
    if (!header)
        return std::unexpected(header.error());
    Reader payload = reader.part(header->length);
    if (!reader.ok())
        return std::unexpected(OxmFault::bad_length);
    if (names_option(*header))
        return read_option(payload, *header);
    auto found = find_form(*header);
    if (!found)
        return std::unexpected(found.error());
    auto [form, field] = *found;

    const Value whole = model::all_ones(form->length * 8u);
    Value value = payload.value(form->length);
    Value mask = header->masked ? payload.value(form->length) : whole;
    if (!(value & ~mask).zero())
        return std::unexpected(OxmFault::bad_wildcards);
    Value bits = model::all_ones(model::info(field).bits);
    if (short_port(*form)) {
        value.low = widen_port(static_cast<std::uint16_t>(value.low));
        if (mask == whole)
            mask = bits;
    }
    // All forms with a shift are of one byte.
    if (value.low & model::all_ones(form->shift).low)
        return std::unexpected(OxmFault::bad_value);
    if (form->shift) {
        value.low >>= form->shift;
        mask.low >>= form->shift;
    }
    if (!(value & ~bits).zero())
        return std::unexpected(OxmFault::bad_value);
    return FieldMatch{field, value, mask & bits};
}

void write_oxm(Writer &writer, const FieldMatch &match, const Dialect &dialect) {
    if (model::is_option(match.field))
        return write_option(writer, match);
    const Form *form = preferred_form(match.field, dialect);
    if (form && short_port(*form) && !is_short(match))
        form = preferred_form(match.field, {.version = Version::of13});
    if (!form)
        return;
    bool masked = match.mask != model::all_ones(model::info(match.field).bits);
    write_header(writer, *form, match.field, masked);
    auto put = [&](Value value) {
        value.low =
            short_port(*form) ? narrow_port(static_cast<std::uint32_t>(value.low)) : value.low;
        if (form->shift)
            value.low <<= form->shift;
        writer.value(value, form->length);
    };
    put(match.value);
    if (masked)
        put(match.mask);
}

std::expected<FieldPlace, OxmFault> read_place(Reader &reader) {
    auto header = read_header(reader);
    if (!header)
        return std::unexpected(header.error());
    if (names_option(*header))
        return FieldPlace{Field::tun_metadata0 + (header->number - k_option_number)};
    auto found = find_form(*header);
    if (!found)
        return std::unexpected(found.error());
    return FieldPlace{found->second, found->first->shift};
}

std::expected<model::Subfield, OxmFault> subfield(FieldPlace place, unsigned offset,
                                                  unsigned bits) {
    if (bits == 0 || offset < place.shift ||
        offset - place.shift + bits > model::info(place.field).bits)
        return std::unexpected(OxmFault::bad_value);
    return model::Subfield{place.field, static_cast<std::uint16_t>(offset - place.shift),
                           static_cast<std::uint16_t>(bits)};
}

void write_place(Writer &writer, Field field, const Dialect &dialect) {
    if (model::is_option(field))
        write_option_header(writer, field, false, k_option_bytes);
    else if (const Form *form = preferred_form(field, dialect, Size::four))
        write_header(writer, *form, field, false);
    else
        writer.u32(0);
}

void write_place(Writer &writer, const model::Subfield &subfield, const Dialect &dialect) {
    constexpr Dialect nxm;
    constexpr unsigned short_port_bits = 16;
    bool short_form =
        subfield.field == Field::in_port && subfield.offset + subfield.bits <= short_port_bits;
    write_place(writer, subfield.field, short_form ? nxm : dialect);
}

unsigned place_offset(const model::Subfield &subfield, const Dialect &dialect) {
    const Form *form = preferred_form(subfield.field, dialect, Size::four);
    return subfield.offset + (form ? form->shift : 0u);
}

bool sendable(Field field) {
    return model::is_option(field) ||
           std::ranges::any_of(k_forms, [field](const Form &form) { return has(form, field); });
}

bool cookie_is_next(const Reader &reader) {
    Reader ahead = reader;
    auto header = read_header(ahead);
    return header && header->oxm_class == k_nxm1 && header->number == k_cookie_number &&
           header->length == k_cookie_length * (header->masked ? 2u : 1u);
}

std::expected<CookieMatch, OxmFault> read_cookie(Reader &reader) {
    auto header = read_header(reader);
    CookieMatch cookie{reader.u64(), ~0ULL};
    if (header && header->masked)
        cookie.mask = reader.u64();
    if (!header || !reader.ok())
        return std::unexpected(OxmFault::bad_length);
    if (cookie.value & ~cookie.mask)
        return std::unexpected(OxmFault::bad_wildcards);
    return cookie;
}

void write_cookie(Writer &writer, CookieMatch cookie) {
    bool masked = cookie.mask != ~0ULL;
    writer.u16(k_nxm1);
    writer.u8(k_cookie_number << 1 | (masked ? 1 : 0));
    writer.u8(k_cookie_length * (masked ? 2 : 1));
    writer.u64(cookie.value);
    if (masked)
        writer.u64(cookie.mask);
}

} // namespace bvs::wire
