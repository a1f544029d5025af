// SPDX-License-Identifier: Apache-2.0
#include "switch/model/action_check.h"

#include "maps/abi.h"
#include "switch/model/flow.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::model {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

Answer<> inconsistent(std::string_view what, std::string_view missing) {
    return refuse(Refusal::action_match_inconsistent,
                  fmt::format("{} needs {}, which the match does not ask for", what, missing));
}

Answer<> bad_argument(std::string why) {
    return refuse(Refusal::action_bad_argument, std::move(why));
}

bool tag_type(std::uint16_t type) {
    return type == 0x8100 || type == 0x88a8;
}
bool label_type(std::uint16_t type) {
    return type == 0x8847 || type == 0x8848;
}

// One action after the other; knows what those before made of the packet.
class Checker {
  public:
    Checker(KnownHeaders &headers, const ActionRules &rules) : headers_(headers), rules_(rules) {}

    Answer<> operator()(const action::Output &a) const { return port(a.port); }
    Answer<> operator()(const action::OutputField &a) const { return source(a.source); }
    Answer<> operator()(const action::Enqueue &a) const;
    Answer<> operator()(const action::Group &a) const;
    Answer<> operator()(const action::SetField &a);
    Answer<> operator()(const action::Load &a);
    Answer<> operator()(const action::Move &a) const;
    Answer<> operator()(const action::SetVlanVid &a);
    Answer<> operator()(const action::SetVlanPcp &a);
    Answer<> operator()(const action::PushVlan &a);
    Answer<> operator()(const action::PopVlan &);
    Answer<> operator()(const action::PushMpls &a);
    Answer<> operator()(const action::PopMpls &a);
    Answer<> operator()(const action::PushPbb &a);
    Answer<> operator()(const action::PopPbb &);
    Answer<> operator()(const action::SetMplsTtl &) const { return mpls("set_mpls_ttl"); }
    Answer<> operator()(const action::DecMplsTtl &) const { return mpls("dec_mpls_ttl"); }
    Answer<> operator()(const action::CopyTtlOut &) const { return mpls("copy_ttl_out"); }
    Answer<> operator()(const action::CopyTtlIn &) const { return mpls("copy_ttl_in"); }
    Answer<> operator()(const action::SetIpTtl &) const { return ip("set_nw_ttl"); }
    Answer<> operator()(const action::DecIpTtl &) const { return ip("dec_ttl"); }
    Answer<> operator()(const action::Meter &a) const;
    Answer<> operator()(const action::Resubmit &a) const;
    Answer<> operator()(const action::StackPush &a) const { return source(a.source); }
    Answer<> operator()(const action::StackPop &a) const { return destination(a.destination); }
    Answer<> operator()(const action::Clone &a) const;
    Answer<> operator()(const action::Multipath &a) const;
    Answer<> operator()(const action::Bundle &a) const;
    Answer<> operator()(const action::FinTimeout &) const;
    Answer<> operator()(const action::Sample &a) const;
    Answer<> operator()(const action::SetQueue &) const { return {}; }
    Answer<> operator()(const action::PopQueue &) const { return {}; }
    Answer<> operator()(const action::Controller &) const { return {}; }
    Answer<> operator()(const action::Note &) const { return {}; }
    Answer<> operator()(const action::Exit &) const { return {}; }

  private:
    Answer<> port(std::uint32_t number) const;
    Answer<> needs(bool there, std::string_view what, std::string_view missing) const;
    Answer<> mpls(std::string_view what) const { return needs(headers_.mpls(), what, "MPLS"); }
    Answer<> ip(std::string_view what) const { return needs(headers_.ip(), what, "IP"); }
    Answer<> prerequisite(Field field) const;
    Answer<> source(const Subfield &subfield) const;
    Answer<> destination(const Subfield &subfield) const;
    Answer<> link(std::uint16_t algorithm, std::uint16_t most, action::HashFields fields) const;
    void written(Field field, Value value, Value mask);

    KnownHeaders &headers_;
    const ActionRules &rules_;
};

Answer<> Checker::port(std::uint32_t number) const {
    switch (number) {
    case port::in_port:
    case port::normal:
    case port::flood:
    case port::all:
    case port::controller:
    case port::local:
        return {};
    case port::table:
        if (rules_.table_output)
            return {};
        return refuse(Refusal::action_bad_out_port, "only a packet-out can output to TABLE");
    default:
        if (may_be_port(number))
            return {};
        return refuse(
            Refusal::action_bad_out_port,
            fmt::format("no port can have number {:#x}; the highest is {}", number, k_max_port));
    }
}

Answer<> Checker::needs(bool there, std::string_view what, std::string_view missing) const {
    if (there || rules_.lenient)
        return {};
    return inconsistent(what, missing);
}

Answer<> Checker::prerequisite(Field field) const {
    const bool tag = field != Field::vlan_vid || headers_.tags;
    return needs(tag && headers_.have(info(field).needs), info(field).name, "its header");
}

Answer<> Checker::source(const Subfield &subfield) const {
    const auto &row = info(subfield.field);
    const unsigned bits = place_of(subfield.field, subfield.tlv).bits;
    if (!subfield.bits || subfield.offset + subfield.bits > bits)
        return refuse(Refusal::action_bad_set_length,
                      fmt::format("{} has no bits {} to {}, it has {} in all", row.name,
                                  subfield.offset, subfield.offset + subfield.bits - 1, bits));
    // Nicira's actions may read and write a tag that is not there.
    return needs(headers_.have(row.needs), row.name, "its header");
}

Answer<> Checker::destination(const Subfield &subfield) const {
    const auto &row = info(subfield.field);
    if (!row.writable)
        return refuse(Refusal::action_bad_set_argument,
                      fmt::format("{} cannot be written", row.name));
    return source(subfield);
}

void Checker::written(Field field, Value value, Value mask) {
    const bool whole = mask == all_ones(info(field).bits);
    const auto number = value.low;
    if (field == Field::eth_type)
        headers_.become(whole ? std::optional(static_cast<std::uint16_t>(number)) : std::nullopt);
    else if (field == Field::ip_proto)
        headers_.ip_proto = whole ? std::optional(static_cast<std::uint8_t>(number)) : std::nullopt;
    else if (field == Field::icmpv6_type)
        headers_.icmpv6_type =
            whole ? std::optional(static_cast<std::uint8_t>(number)) : std::nullopt;
    else if (field == Field::vlan_tci && mask.low & BVS_VLAN_PRESENT)
        headers_.tags = number & BVS_VLAN_PRESENT ? std::max(headers_.tags, 1U) : 0;
}

Answer<> Checker::operator()(const action::Enqueue &a) const {
    if (may_be_port(a.port) || a.port == port::in_port || a.port == port::local)
        return {};
    return refuse(Refusal::action_bad_out_port, fmt::format("port {:#x} has no queues", a.port));
}

Answer<> Checker::operator()(const action::Group &a) const {
    if (rules_.inventory.has_group(a.group))
        return {};
    return refuse(Refusal::action_bad_out_group, fmt::format("there is no group {}", a.group));
}

Answer<> Checker::operator()(const action::SetField &a) {
    const auto &row = info(a.field);
    const auto ones = all_ones(place_of(a.field, a.tlv).bits);
    if (!row.writable)
        return refuse(Refusal::action_bad_set_type, fmt::format("{} cannot be set", row.name));
    if (!((a.value | a.mask) & ~ones).zero() || !(a.value & ~a.mask).zero())
        return refuse(Refusal::action_bad_set_argument,
                      fmt::format("the value for {} has bits that the field, or the mask, does "
                                  "not have",
                                  row.name));
    if (a.mask.zero() || (row.masks == Masks::none && a.mask != ones))
        return refuse(Refusal::action_bad_set_mask,
                      fmt::format("{} cannot be set with this mask", row.name));
    if (a.field == Field::vlan_vid && !(a.value.low & a.mask.low & BVS_VLAN_PRESENT))
        return refuse(Refusal::action_bad_set_argument,
                      "vlan_vid must be set with 0x1000 (OFPVID_PRESENT); pop_vlan removes a tag");
    if (auto answer = prerequisite(a.field); !answer)
        return answer;
    written(a.field, a.value, a.mask);
    return {};
}

Answer<> Checker::operator()(const action::Load &a) {
    const auto &[field, offset, bits, tlv] = a.destination;
    if (auto answer = destination(a.destination); !answer)
        return answer;
    if (!(a.value & ~all_ones(bits)).zero())
        return refuse(
            Refusal::action_bad_set_argument,
            fmt::format("the value does not fit into {} bits of {}", bits, info(field).name));
    written(field, shift_left(a.value, offset), shift_left(all_ones(bits), offset));
    return {};
}

Answer<> Checker::operator()(const action::Move &a) const {
    if (a.source.bits != a.destination.bits)
        return refuse(
            Refusal::action_bad_set_length,
            fmt::format("{} bits cannot be moved to {}", a.source.bits, a.destination.bits));
    if (auto answer = source(a.source); !answer)
        return answer;
    return destination(a.destination);
}

Answer<> Checker::operator()(const action::SetVlanVid &a) {
    if (a.vid > 0xfff)
        return bad_argument(fmt::format("{} is no VLAN", a.vid));
    headers_.tags = std::max(headers_.tags, 1U);
    return {};
}

Answer<> Checker::operator()(const action::SetVlanPcp &a) {
    if (a.pcp > 7)
        return bad_argument(fmt::format("{} is no VLAN priority", a.pcp));
    headers_.tags = std::max(headers_.tags, 1U);
    return {};
}

Answer<> Checker::operator()(const action::PushVlan &a) {
    if (!tag_type(a.eth_type))
        return bad_argument(fmt::format("{:#06x} is no type of a VLAN tag", a.eth_type));
    ++headers_.tags;
    return {};
}

Answer<> Checker::operator()(const action::PopVlan &) {
    auto answer = needs(headers_.tags, "pop_vlan", "a VLAN tag");
    headers_.tags -= headers_.tags ? 1 : 0;
    return answer;
}

Answer<> Checker::operator()(const action::PushMpls &a) {
    if (!label_type(a.eth_type))
        return bad_argument(fmt::format("{:#06x} is no type of MPLS", a.eth_type));
    headers_.become(a.eth_type);
    return {};
}

Answer<> Checker::operator()(const action::PopMpls &a) {
    auto answer = mpls("pop_mpls");
    headers_.become(a.eth_type);
    return answer;
}

Answer<> Checker::operator()(const action::PushPbb &a) {
    if (a.eth_type != 0x88e7)
        return bad_argument(fmt::format("{:#06x} is no type of PBB", a.eth_type));
    headers_.become(a.eth_type);
    return {};
}

Answer<> Checker::operator()(const action::PopPbb &) {
    auto answer = needs(headers_.pbb(), "pop_pbb", "PBB");
    headers_.become(std::nullopt);
    headers_.tags = 0;
    return answer;
}

Answer<> Checker::operator()(const action::Meter &a) const {
    if (rules_.inventory.has_meter(a.meter))
        return {};
    return refuse(Refusal::action_bad_meter, fmt::format("there is no meter {}", a.meter));
}

Answer<> Checker::operator()(const action::Resubmit &a) const {
    if (a.table && *a.table == k_tables)
        return bad_argument(fmt::format("table {} is the switch's own", *a.table));
    return {};
}

Answer<> Checker::operator()(const action::Clone &a) const {
    auto copy = headers_;
    return check_list(a.actions, copy, rules_);
}

Answer<> Checker::link(std::uint16_t algorithm, std::uint16_t most,
                       action::HashFields fields) const {
    if (algorithm > most)
        return bad_argument(fmt::format("there is no algorithm {} to choose a link", algorithm));
    if (fields > action::HashFields::symmetric_l3)
        return bad_argument(
            fmt::format("there is no set of fields {} to hash", static_cast<unsigned>(fields)));
    return {};
}

Answer<> Checker::operator()(const action::Multipath &a) const {
    if (auto answer = destination(a.destination); !answer)
        return answer;
    if (a.destination.bits < 16 && a.max_link >> a.destination.bits)
        return bad_argument(
            fmt::format("link {} does not fit into {} bits", a.max_link, a.destination.bits));
    return link(a.algorithm, 3, a.fields);
}

Answer<> Checker::operator()(const action::Bundle &a) const {
    for (const auto member : a.members)
        if (!may_be_port(member) && member != port::local)
            return refuse(Refusal::action_bad_out_port,
                          fmt::format("port {:#x} cannot be a member of a bundle", member));
    if (a.destination)
        if (auto answer = destination(*a.destination); !answer)
            return answer;
    return link(a.algorithm, 1, a.fields);
}

Answer<> Checker::operator()(const action::FinTimeout &) const {
    return needs(headers_.have(Needs::tcp), "fin_timeout", "TCP");
}

Answer<> Checker::operator()(const action::Sample &a) const {
    return a.probability ? Answer<>{} : bad_argument("a sample's probability cannot be 0");
}

} // namespace

bool may_be_port(std::uint32_t port) {
    return port && port <= k_max_port;
}

int turn_in_set(const Action &action) {
    return std::visit(Overloaded{
                          [](const action::CopyTtlIn &) { return 0; },
                          [](const action::PopVlan &) { return 1; },
                          [](const action::PopMpls &) { return 1; },
                          [](const action::PopPbb &) { return 1; },
                          [](const action::PushMpls &) { return 2; },
                          [](const action::PushPbb &) { return 3; },
                          [](const action::PushVlan &) { return 4; },
                          [](const action::CopyTtlOut &) { return 5; },
                          [](const action::DecIpTtl &) { return 6; },
                          [](const action::DecMplsTtl &) { return 6; },
                          [](const action::SetField &) { return 7; },
                          [](const action::Load &) { return 7; },
                          [](const action::Move &) { return 7; },
                          [](const action::SetVlanVid &) { return 7; },
                          [](const action::SetVlanPcp &) { return 7; },
                          [](const action::SetIpTtl &) { return 7; },
                          [](const action::SetMplsTtl &) { return 7; },
                          [](const action::SetQueue &) { return 8; },
                          [](const action::Meter &) { return 8; },
                          [](const action::Group &) { return 9; },
                          [](const action::Output &) { return 10; },
                          [](const auto &) { return -1; },
                      },
                      action);
}

Answer<> check_list(const Actions &actions, KnownHeaders &headers, const ActionRules &rules) {
    Checker checker(headers, rules);
    for (const auto &action : actions)
        if (auto answer = std::visit(checker, action); !answer)
            return answer;
    return {};
}

Answer<> check_set(const Actions &actions, KnownHeaders headers, const ActionRules &rules) {
    auto ordered = actions;
    for (const auto &action : actions)
        if (turn_in_set(action) < 0)
            return refuse(Refusal::action_bad_type, "an action set cannot have such an action");
    std::ranges::stable_sort(ordered, {}, turn_in_set);
    return check_list(ordered, headers, rules);
}

Answer<> check_bucket(const Actions &actions, const ActionRules &rules) {
    for (const auto &action : actions)
        if (turn_in_set(action) < 0 && !std::holds_alternative<action::Resubmit>(action))
            return refuse(Refusal::action_bad_type, "a bucket cannot have such an action");
    // A bucket does not know who uses it, so nothing is inconsistent.
    KnownHeaders headers;
    return check_list(actions, headers,
                      {.inventory = rules.inventory, .lenient = true, .table_output = false});
}

} // namespace bvs::model
