// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/action_parts.h"
#include "ofagent/wire/port_number.h"

#include <array>

namespace bvs::wire {

using model::Field;
namespace action = model::action;

namespace {

// OpenFlow 1.0 and what Nicira adds to it.
class Writer10 : public NiciraWriter {
  public:
    using NiciraWriter::NiciraWriter;
    using NiciraWriter::operator();

    void operator()(const action::Output &output) {
        ActionFrame frame(writer_, 0);
        writer_.u16(narrow_port(output.port));
        writer_.u16(output.max_len);
    }
    void operator()(const action::Enqueue &enqueue) {
        ActionFrame frame(writer_, 11);
        writer_.u16(narrow_port(enqueue.port));
        writer_.zeros(6);
        writer_.u32(enqueue.queue);
    }
    void operator()(const action::SetVlanVid &set) {
        ActionFrame frame(writer_, 1);
        writer_.u16(set.vid);
    }
    void operator()(const action::SetVlanPcp &set) {
        ActionFrame frame(writer_, 2);
        writer_.u8(set.pcp);
    }
    void operator()(const action::PopVlan &) { ActionFrame frame(writer_, 3); }
    void operator()(const action::SetField &set);
    void operator()(const action::Move &copy) { move(copy); }

    void operator()(const action::Group &group) { put32(Nicira::group, group.group); }
    void operator()(const action::SetQueue &set) { put32(Nicira::set_queue, set.queue); }
    void operator()(const action::PushMpls &push) { put16(Nicira::push_mpls, push.eth_type); }
    void operator()(const action::PopMpls &pop) { put16(Nicira::pop_mpls, pop.eth_type); }
    void operator()(const action::SetMplsTtl &set) { put8(Nicira::set_mpls_ttl, set.ttl); }
    void operator()(const action::DecMplsTtl &) {
        NiciraFrame frame(writer_, Nicira::dec_mpls_ttl);
    }
    void operator()(const action::SetIpTtl &set) {
        load2({Field::ip_ttl, {0, set.ttl}, model::all_ones(8)});
    }
    void operator()(const action::DecIpTtl &dec) {
        if (dec.controllers.empty())
            NiciraFrame frame(writer_, Nicira::dec_ttl);
        else
            dec_ttl_ids(dec);
    }

    // set_vlan_vid makes the tag that push_vlan would; the others have nothing here.
    void operator()(const action::PushVlan &) {}
    void operator()(const action::PushPbb &) {}
    void operator()(const action::PopPbb &) {}
    void operator()(const action::CopyTtlOut &) {}
    void operator()(const action::CopyTtlIn &) {}
    void operator()(const action::Meter &) {}

  private:
    void put8(Nicira subtype, std::uint8_t value) {
        NiciraFrame frame(writer_, subtype);
        writer_.u8(value);
    }
    void put16(Nicira subtype, std::uint16_t value) {
        NiciraFrame frame(writer_, subtype);
        writer_.u16(value);
    }
    void put32(Nicira subtype, std::uint32_t value) {
        NiciraFrame frame(writer_, subtype);
        writer_.zeros(2);
        writer_.u32(value);
    }
};

// The fields that OpenFlow 1.0 has setters for; ports only those of one protocol.
struct Setter10 {
    Field field;
    std::uint16_t type;
    std::uint8_t bytes;
    std::uint8_t shift = 0;
    std::uint8_t ip_proto = 0; // 0: of any
};
constexpr auto k_setters10 = std::to_array<Setter10>({
    {Field::eth_src, 4, 6},
    {Field::eth_dst, 5, 6},
    {Field::ipv4_src, 6, 4},
    {Field::ipv4_dst, 7, 4},
    {Field::ip_dscp, 8, 1, 2},
    {Field::tcp_src, 9, 2, 0, 6},
    {Field::tcp_dst, 10, 2, 0, 6},
    {Field::udp_src, 9, 2, 0, 17},
    {Field::udp_dst, 10, 2, 0, 17},
    {Field::sctp_src, 9, 2, 0, 132},
    {Field::sctp_dst, 10, 2, 0, 132},
});

// Which protocol's ports a rule's setters mean when they are read back.
std::uint8_t setters_protocol(std::uint8_t ip_proto) {
    return ip_proto == 17 || ip_proto == 132 ? ip_proto : std::uint8_t{6};
}

void Writer10::operator()(const action::SetField &set) {
    bool whole = model::is_whole(set.field, set.tlv, set.mask);
    if (whole && set.field == Field::tunnel_id && set.value.low >> 32) {
        NiciraFrame frame(writer_, Nicira::set_tunnel64);
        writer_.zeros(6);
        writer_.u64(set.value.low);
        return;
    }
    if (whole && set.field == Field::tunnel_id)
        return put32(Nicira::set_tunnel, static_cast<std::uint32_t>(set.value.low));
    if (whole && set.field == Field::mpls_label)
        return put32(Nicira::set_mpls_label, static_cast<std::uint32_t>(set.value.low));
    if (whole && set.field == Field::mpls_tc)
        return put8(Nicira::set_mpls_tc, static_cast<std::uint8_t>(set.value.low));
    auto setter = std::ranges::find(k_setters10, set.field, &Setter10::field);
    if (!whole || setter == k_setters10.end() ||
        (setter->ip_proto && setter->ip_proto != setters_protocol(scope_.ip_proto)))
        return load2(set);
    ActionFrame frame(writer_, setter->type);
    writer_.value({set.value.high, set.value.low << setter->shift}, setter->bytes);
}

// OpenFlow 1.1 and newer.
class Writer11 : public NiciraWriter {
  public:
    using NiciraWriter::NiciraWriter;
    using NiciraWriter::operator();

    void operator()(const action::Output &output) {
        ActionFrame frame(writer_, 0);
        writer_.u32(output.port);
        writer_.u16(output.max_len);
        writer_.zeros(6);
    }
    void operator()(const action::Enqueue &enqueue) {
        (*this)(action::SetQueue{enqueue.queue});
        (*this)(action::Output{enqueue.port, 0});
        (*this)(action::PopQueue{});
    }
    void operator()(const action::SetField &set) {
        if (!sendable(set.field))
            return;
        bool whole = model::is_whole(set.field, set.tlv, set.mask);
        if (dialect_.version < Version::of12 || (!whole && dialect_.version < Version::of15))
            return load2(set);
        ActionFrame frame(writer_, 25);
        write_set(writer_, set, dialect_);
    }
    void operator()(const action::SetVlanVid &set) {
        constexpr std::uint16_t present = 0x1000;
        (*this)(action::SetField{
            Field::vlan_vid, {0, std::uint64_t{set.vid} | present}, model::all_ones(13)});
    }
    void operator()(const action::SetVlanPcp &set) {
        (*this)(action::SetField{Field::vlan_pcp, {0, set.pcp}, model::all_ones(3)});
    }
    void operator()(const action::Move &copy) {
        if (dialect_.version < Version::of15)
            return move(copy);
        ActionFrame frame(writer_, 28);
        writer_.u16(copy.source.bits);
        writer_.u16(static_cast<std::uint16_t>(place_offset(copy.source, dialect_)));
        writer_.u16(static_cast<std::uint16_t>(place_offset(copy.destination, dialect_)));
        writer_.zeros(2);
        write_place(writer_, copy.source, dialect_);
        write_place(writer_, copy.destination, dialect_);
    }
    void operator()(const action::DecIpTtl &dec) {
        if (dec.controllers.empty())
            put(24);
        else
            dec_ttl_ids(dec);
    }
    // Before 1.5 an instruction, which writes itself.
    void operator()(const action::Meter &meter) {
        if (dialect_.version >= Version::of15)
            put32(29, meter.meter);
    }

    void operator()(const action::CopyTtlOut &) { put(11); }
    void operator()(const action::CopyTtlIn &) { put(12); }
    void operator()(const action::SetMplsTtl &set) { put8(15, set.ttl); }
    void operator()(const action::DecMplsTtl &) { put(16); }
    void operator()(const action::PushVlan &push) { put16(17, push.eth_type); }
    void operator()(const action::PopVlan &) { put(18); }
    void operator()(const action::PushMpls &push) { put16(19, push.eth_type); }
    void operator()(const action::PopMpls &pop) { put16(20, pop.eth_type); }
    void operator()(const action::SetQueue &set) { put32(21, set.queue); }
    void operator()(const action::Group &group) { put32(22, group.group); }
    void operator()(const action::SetIpTtl &set) { put8(23, set.ttl); }
    void operator()(const action::PushPbb &push) { put16(26, push.eth_type); }
    void operator()(const action::PopPbb &) { put(27); }

  private:
    void put(std::uint16_t type) { ActionFrame frame(writer_, type); }
    void put8(std::uint16_t type, std::uint8_t value) {
        ActionFrame frame(writer_, type);
        writer_.u8(value);
    }
    void put16(std::uint16_t type, std::uint16_t value) {
        ActionFrame frame(writer_, type);
        writer_.u16(value);
    }
    void put32(std::uint16_t type, std::uint32_t value) {
        ActionFrame frame(writer_, type);
        writer_.u32(value);
    }
};

template <class Visitor>
void visit_all(const model::Actions &actions, Visitor visitor) {
    for (const model::Action &action : actions)
        std::visit(visitor, static_cast<const model::Action::variant &>(action));
}

} // namespace

// Clients know the input port as a field to be set in NXM's form only.
void write_set(Writer &writer, const action::SetField &set, const Dialect &dialect) {
    constexpr Dialect nxm;
    write_oxm(writer, {set.field, set.value, set.mask, set.tlv},
              set.field == Field::in_port ? nxm : dialect);
}

void write_actions(Writer &writer, const model::Actions &actions, const Dialect &dialect,
                   ActionScope scope) {
    if (dialect.version == Version::of10)
        visit_all(actions, Writer10(writer, dialect, scope));
    else
        visit_all(actions, Writer11(writer, dialect, scope));
}

} // namespace bvs::wire
