// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/action.h"
#include "ofagent/text/choice.h"
#include "ofagent/text/field_value.h"
#include "ofagent/text/scan.h"
#include "ofagent/text/subfield.h"

#include <algorithm>
#include <array>

namespace bvs::text {

namespace action = model::action;
namespace port = model::port;
using model::Action;
using model::Actions;
using model::Field;

namespace {

constexpr std::uint8_t k_current_table = 255;
constexpr std::uint8_t k_reason_action = 1;
constexpr unsigned k_tos_shift = 2;

// What OpenFlow 1.0 calls setting a whole field.
struct OldName {
    Field field;
    std::string_view name;
};
constexpr auto k_old_names = std::to_array<OldName>({
    {Field::eth_src, "mod_dl_src"},
    {Field::eth_dst, "mod_dl_dst"},
    {Field::ipv4_src, "mod_nw_src"},
    {Field::ipv4_dst, "mod_nw_dst"},
    {Field::tcp_src, "mod_tp_src"},
    {Field::udp_src, "mod_tp_src"},
    {Field::sctp_src, "mod_tp_src"},
    {Field::tcp_dst, "mod_tp_dst"},
    {Field::udp_dst, "mod_tp_dst"},
    {Field::sctp_dst, "mod_tp_dst"},
});

std::string_view name_at(std::span<const std::string_view> names, std::size_t number) {
    return number < names.size() ? names[number] : "?";
}

struct Printer {
    const Style &style;

    std::string port(std::uint32_t number) const { return format_port(number, style.ports); }
    std::string old_set_field(const action::SetField &set) const;
    std::string members(const action::Bundle &bundle) const;

    std::string operator()(const action::Output &it) const {
        if (it.port == port::controller)
            return fmt::format("CONTROLLER:{}", it.max_len);
        return (it.port < port::max ? "output:" : "") + port(it.port);
    }
    std::string operator()(const action::OutputField &it) const {
        return "output:" + format(it.source);
    }
    std::string operator()(const action::Enqueue &it) const {
        return fmt::format("enqueue:{}:{}", port(it.port), it.queue);
    }
    std::string operator()(const action::Group &it) const {
        return fmt::format("group:{}", it.group);
    }
    std::string operator()(const action::SetField &it) const;
    std::string operator()(const action::Load &it) const {
        return fmt::format("load:{}->{}", hex(it.value), format(it.destination));
    }
    std::string operator()(const action::Move &it) const {
        return fmt::format("move:{}->{}", format(it.source), format(it.destination));
    }
    std::string operator()(const action::SetVlanVid &it) const {
        return fmt::format("mod_vlan_vid:{}", it.vid);
    }
    std::string operator()(const action::SetVlanPcp &it) const {
        return fmt::format("mod_vlan_pcp:{}", it.pcp);
    }
    std::string operator()(const action::PushVlan &it) const {
        return fmt::format("push_vlan:{:#06x}", it.eth_type);
    }
    std::string operator()(const action::PopVlan &) const {
        return style.openflow10 ? "strip_vlan" : "pop_vlan";
    }
    std::string operator()(const action::PushMpls &it) const {
        return fmt::format("push_mpls:{:#06x}", it.eth_type);
    }
    std::string operator()(const action::PopMpls &it) const {
        return fmt::format("pop_mpls:{:#06x}", it.eth_type);
    }
    std::string operator()(const action::PushPbb &it) const {
        return fmt::format("push_pbb:{:#06x}", it.eth_type);
    }
    std::string operator()(const action::PopPbb &) const { return "pop_pbb"; }
    std::string operator()(const action::SetMplsTtl &it) const {
        return fmt::format("set_mpls_ttl({})", it.ttl);
    }
    std::string operator()(const action::DecMplsTtl &) const { return "dec_mpls_ttl"; }
    std::string operator()(const action::SetIpTtl &it) const {
        return fmt::format("mod_nw_ttl:{}", it.ttl);
    }
    std::string operator()(const action::DecIpTtl &it) const {
        if (it.controllers.empty())
            return "dec_ttl";
        return fmt::format("dec_ttl({})", fmt::join(it.controllers, ","));
    }
    std::string operator()(const action::CopyTtlOut &) const { return "copy_ttl_out"; }
    std::string operator()(const action::CopyTtlIn &) const { return "copy_ttl_in"; }
    std::string operator()(const action::SetQueue &it) const {
        return fmt::format("set_queue:{}", it.queue);
    }
    std::string operator()(const action::PopQueue &) const { return "pop_queue"; }
    std::string operator()(const action::Meter &it) const {
        return fmt::format("meter:{}", it.meter);
    }
    std::string operator()(const action::Resubmit &it) const;
    std::string operator()(const action::Controller &it) const;
    std::string operator()(const action::Note &it) const {
        return fmt::format("note:{:02x}", fmt::join(it.bytes, "."));
    }
    std::string operator()(const action::StackPush &it) const {
        return "push:" + format(it.source);
    }
    std::string operator()(const action::StackPop &it) const {
        return "pop:" + format(it.destination);
    }
    std::string operator()(const action::Clone &it) const {
        return fmt::format("clone({})", format(it.actions, style));
    }
    std::string operator()(const action::Exit &) const { return "exit"; }
    std::string operator()(const action::Multipath &it) const;
    std::string operator()(const action::Bundle &it) const;
    std::string operator()(const action::FinTimeout &it) const;
    std::string operator()(const action::Sample &it) const;
};

// Empty: it has no action of its own there.
std::string Printer::old_set_field(const action::SetField &set) const {
    const auto &info = model::info(set.field);
    if (set.mask != model::all_ones(info.bits))
        return {};
    switch (set.field) {
    case Field::ip_dscp:
        return fmt::format("mod_nw_tos:{}", set.value.low << k_tos_shift);
    case Field::tunnel_id:
        return fmt::format("set_tunnel{}:{}", set.value.low > ~0U ? "64" : "", hex(set.value));
    case Field::mpls_label:
        return fmt::format("set_mpls_label({})", set.value.low);
    case Field::mpls_tc:
        return fmt::format("set_mpls_tc({})", set.value.low);
    default:
        break;
    }
    const auto old = std::ranges::find(k_old_names, set.field, &OldName::field);
    if (old == k_old_names.end())
        return {};
    return fmt::format("{}:{}", old->name,
                       format_field_value(info, {set.value, set.mask}, style.ports));
}

std::string Printer::operator()(const action::SetField &it) const {
    if (auto old = style.openflow10 ? old_set_field(it) : std::string(); !old.empty())
        return old;
    const auto &info = model::info(it.field);
    const auto mask =
        model::is_whole(it.field, it.tlv, it.mask) ? model::all_ones(info.bits) : it.mask;
    return fmt::format("set_field:{}->{}", format_field_value(info, {it.value, mask}, style.ports),
                       info.name);
}

std::string Printer::operator()(const action::Resubmit &it) const {
    const auto table = it.table.value_or(k_current_table);
    if (table == k_current_table)
        return "resubmit:" + port(it.in_port);
    return fmt::format("resubmit({},{})", it.in_port == port::in_port ? "" : port(it.in_port),
                       table);
}

std::string Printer::operator()(const action::Controller &it) const {
    constexpr auto k_reasons = std::to_array<std::string_view>(
        {"no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"});
    if (it.reason == k_reason_action && !it.id)
        return fmt::format("CONTROLLER:{}", it.max_len);
    std::vector<std::string> words;
    if (it.reason != k_reason_action)
        words.push_back(fmt::format("reason={}", name_at(k_reasons, it.reason)));
    if (it.max_len != model::k_no_buffer_bytes)
        words.push_back(fmt::format("max_len={}", it.max_len));
    if (it.id)
        words.push_back(fmt::format("id={}", it.id));
    return fmt::format("controller({})", fmt::join(words, ","));
}

std::string Printer::operator()(const action::Multipath &it) const {
    return fmt::format("multipath({},{},{},{},{},{})",
                       name_at(k_hash_names, static_cast<std::size_t>(it.fields)), it.basis,
                       name_at(k_multipath_names, it.algorithm), it.max_link + 1, it.argument,
                       format(it.destination));
}

std::string Printer::members(const action::Bundle &bundle) const {
    std::vector<std::string> ports;
    for (const auto member : bundle.members)
        ports.push_back(port(member));
    return fmt::format("members:{}", fmt::join(ports, ","));
}

std::string Printer::operator()(const action::Bundle &it) const {
    return fmt::format("bundle{}({},{},{},ofport,{}{})", it.destination ? "_load" : "",
                       name_at(k_hash_names, static_cast<std::size_t>(it.fields)), it.basis,
                       name_at(k_bundle_names, it.algorithm),
                       it.destination ? format(*it.destination) + "," : "", members(it));
}

std::string Printer::operator()(const action::FinTimeout &it) const {
    std::vector<std::string> words;
    if (it.idle)
        words.push_back(fmt::format("idle_timeout={}", it.idle));
    if (it.hard)
        words.push_back(fmt::format("hard_timeout={}", it.hard));
    return fmt::format("fin_timeout({})", fmt::join(words, ","));
}

std::string Printer::operator()(const action::Sample &it) const {
    auto text =
        fmt::format("sample(probability={},collector_set_id={},obs_domain_id={},obs_point_id={}",
                    it.probability, it.collector_set, it.domain, it.point);
    if (it.port != port::any)
        text += ",sampling_port=" + port(it.port);
    if (it.direction == action::SampleDirection::ingress)
        text += ",ingress";
    if (it.direction == action::SampleDirection::egress)
        text += ",egress";
    return text + ")";
}

void append(std::vector<std::string> &words, const Actions &actions, const Style &style) {
    for (const auto &one : actions)
        words.push_back(std::visit(Printer{style}, static_cast<const Action::variant &>(one)));
}

} // namespace

std::string format(const Actions &actions, const Style &style) {
    std::vector<std::string> words;
    append(words, actions, style);
    return words.empty() ? "drop" : fmt::format("{}", fmt::join(words, ","));
}

std::string format(const model::Instructions &instructions, const Style &style) {
    std::vector<std::string> words;
    if (instructions.meter)
        words.push_back(fmt::format("meter:{}", *instructions.meter));
    append(words, instructions.apply, style);
    if (instructions.clear)
        words.emplace_back("clear_actions");
    if (!instructions.write.empty())
        words.push_back(fmt::format("write_actions({})", format(instructions.write, style)));
    if (const auto &metadata = instructions.metadata)
        words.push_back(fmt::format("write_metadata:{}{}", hex(metadata->value),
                                    metadata->mask == ~0ULL ? "" : "/" + hex(metadata->mask)));
    if (instructions.goto_table)
        words.push_back(fmt::format("goto_table:{}", *instructions.goto_table));
    return words.empty() ? "drop" : fmt::format("{}", fmt::join(words, ","));
}

} // namespace bvs::text
