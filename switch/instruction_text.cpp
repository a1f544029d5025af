// SPDX-License-Identifier: Apache-2.0
#include "switch/instruction_text.h"

#include "maps/account.h"
#include "ofagent/text/field_value.h"
#include "ofagent/text/port.h"
#include "switch/model/action.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace bvs::daemon {

namespace {

constexpr std::array<std::string_view, BVS_OP_N> k_names = {{
#define BVS_OP_NAME(name) #name,
    BVS_OPS(BVS_OP_NAME)
#undef BVS_OP_NAME
}};

std::string own_name(unsigned op) {
    if (op >= k_names.size())
        return fmt::format("instruction {}", op);
    std::string name(k_names[op]);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

std::string port_text(std::uint32_t port) {
    return text::format_port(port, text::nameless());
}

std::string load_text(const bvs_instruction &in, const model::KnownHeaders &headers,
                      OptionFields options) {
    if (in.word == BVS_WORD_options_present)
        return {};
    const auto *field = field_of(in.word, in.a, headers, options);
    if (!field || field->bits > 64)
        return fmt::format("load:{:#x}/{:#x}->{}", in.b, in.a,
                           subfield_text(in.word, 0, 64, headers, options));
    const auto ones = bvs_low_bits(field->bits);
    const text::MaskedValue value = {{0, in.b >> field->lowest & ones},
                                     {0, in.a >> field->lowest & ones}};
    return fmt::format("set_field:{}->{}",
                       text::format_field_value(*field, value, text::nameless()), field->name);
}

std::string output_text(const bvs_instruction &in) {
    const auto port = port_text(in.y);
    const auto max_len = in.a & 0xffff;
    if (in.y == model::port::controller)
        return fmt::format("{}:{}", port, max_len);
    return port == std::to_string(in.y) ? "output:" + port : port;
}

std::string resubmit_text(const bvs_instruction &in) {
    if (in.b == BVS_SAME_IN_PORT)
        return fmt::format("resubmit(,{})", in.y);
    return fmt::format("resubmit({},{})", port_text(static_cast<std::uint32_t>(in.b)), in.y);
}

std::string number_text(const std::optional<std::uint32_t> &number) {
    return number ? std::to_string(*number) : "(gone)";
}

std::string text_of(const bvs_instruction &in, unsigned op, const PlaceNames &names,
                    const model::KnownHeaders &headers) {
    const auto part = [&](unsigned word, unsigned lowest) {
        return subfield_text(word, lowest, in.z, headers, names.options);
    };
    switch (op) {
    case BVS_OP_END:
        return {};
    case BVS_OP_LOAD:
        return load_text(in, headers, names.options);
    case BVS_OP_MOVE:
        return fmt::format("move:{}->{}", part(in.word, in.x & 63), part(in.y & 63, in.x >> 8));
    case BVS_OP_OUTPUT:
        return output_text(in);
    case BVS_OP_OUTPUT_REG:
        return fmt::format("output:{}", part(in.word, in.x));
    case BVS_OP_GOTO:
        return fmt::format("goto_table:{}", in.y);
    case BVS_OP_RESUBMIT:
        return resubmit_text(in);
    case BVS_OP_SKIP:
        return fmt::format("skip {} if {:#x} of word {} is {}{:#x}", in.y, in.a, in.word,
                           in.z ? "not " : "", in.b);
    case BVS_OP_PUSH_VLAN:
        return fmt::format("push_vlan:{:#06x}", in.y);
    case BVS_OP_SET_VLAN:
        return load_text(in, headers, names.options);
    case BVS_OP_GROUP:
        return fmt::format("group:{}", number_text(names.group(in.y)));
    case BVS_OP_METER:
        return fmt::format("meter:{}", number_text(names.meter(in.y)));
    case BVS_OP_CONTROLLER:
        return fmt::format("controller(reason={},max_len={},id={})", in.y >> 16, in.y & 0xffff,
                           in.x);
    case BVS_OP_SAMPLE:
        return fmt::format("sample({})", sample_text(in.y, in.a, in.b));
    case BVS_OP_CLEAR:
        return "clear_actions";
    case BVS_OP_STACK_PUSH:
        return fmt::format("push:{}", part(in.word, in.x));
    case BVS_OP_STACK_POP:
        return fmt::format("pop:{}", part(in.word, in.x));
    case BVS_OP_MULTIPATH:
        return fmt::format("multipath({})", part(in.word, in.x));
    case BVS_OP_BUNDLE:
        return in.z ? fmt::format("bundle_load({})", part(in.word, in.x)) : "bundle";
    case BVS_OP_PUSH_MPLS:
        return fmt::format("push_mpls:{:#06x}", in.y);
    case BVS_OP_POP_MPLS:
        return fmt::format("pop_mpls:{:#06x}", in.y);
    default:
        return own_name(op);
    }
}

} // namespace

std::string sample_text(std::uint32_t collectors, std::uint64_t where, std::uint64_t how) {
    const auto port = static_cast<std::uint32_t>(how >> 32);
    const auto direction = how >> 16 & 0xff;
    auto text = fmt::format("probability={},collector_set_id={},obs_domain_id={},obs_point_id={}",
                            how & 0xffff, collectors, where & 0xffffffff, where >> 32);
    if (port != model::port::any)
        text += ",sampling_port=" + port_text(port);
    if (direction != BVS_SAMPLE_ANYWHERE)
        text += direction == BVS_SAMPLE_EGRESS ? ",egress" : ",ingress";
    return text;
}

std::string instruction_text(const bvs_instruction &instruction, const PlaceNames &names,
                             const model::KnownHeaders &headers) {
    const auto text = text_of(instruction, instruction.op & ~BVS_OP_WRITE & 0xff, names, headers);
    return instruction.op & BVS_OP_WRITE ? fmt::format("write_actions({})", text) : text;
}

} // namespace bvs::daemon
