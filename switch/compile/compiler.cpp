// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/compiler.h"

#include "switch/compile/guard.h"
#include "switch/compile/hash_fields.h"
#include "switch/model/flow.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::compile {

using model::Answer;
using model::Field;
using model::Refusal;
using model::Subfield;

namespace {

constexpr std::uint8_t k_invalid_ttl = 2; // OFPR_INVALID_TTL

} // namespace

#define READ(name) read(BVS_WORD_##name, BVS_LOWEST_##name, BVS_BITS_##name)

void Compiler::read(unsigned word, unsigned lowest, unsigned bits) {
    program_.reads[word] |= bvs_low_bits(bits) << lowest;
}

void Compiler::add(bvs_instruction instruction) {
    instruction.op |= write_;
    program_.code.push_back(instruction);
}

Answer<> Compiler::unable(std::string_view action) const {
    return model::refuse(Refusal::action_bad_type,
                         fmt::format("the datapath has no {} yet", action));
}

Answer<> Compiler::list(const model::Actions &actions) {
    for (const auto &action : actions)
        if (auto answer = std::visit(*this, action); !answer)
            return answer;
    return {};
}

Answer<> Compiler::set(const model::Actions &actions) {
    write_ = BVS_OP_WRITE;
    auto answer = list(actions);
    write_ = 0;
    return answer;
}

// Behind the program: what each DEC_TTL goes on with, which tells the controllers.
Program Compiler::finish() {
    for (const auto &[place, controllers] : dec_ttls_) {
        program_.code[place].y = static_cast<std::uint32_t>(program_.code.size());
        for (const auto id : controllers)
            add({.op = BVS_OP_CONTROLLER,
                 .x = id,
                 .y = model::k_no_buffer_bytes | k_invalid_ttl << 16});
        one(BVS_OP_END);
    }
    return std::move(program_);
}

// What was added since `begin` is for packets with the field only.
void Compiler::guarded(Field field, std::size_t begin) {
    if (!guards_)
        return;
    auto &code = program_.code;
    const auto skips = guard(field, static_cast<std::uint32_t>(code.size() - begin));
    code.insert(code.begin() + static_cast<std::ptrdiff_t>(begin), skips.begin(), skips.end());
    for (const auto &skip : skips)
        program_.reads[skip.word] |= skip.a;
}

// An option that something is written to is there afterwards.
void Compiler::written(const Subfield &to) {
    if (!model::is_option(to.field))
        return;
    const auto bit = 1ULL << (to.field - Field::tun_metadata0);
    add({.op = BVS_OP_LOAD, .word = BVS_WORD_options_present, .a = bit, .b = bit});
}

void Compiler::load(const Subfield &to, model::Value value, model::Value mask) {
    const auto begin = program_.code.size();
    for (const auto &piece : pieces_of(to)) {
        const auto bits = model::shift_right(mask, piece.offset).low << piece.lowest & piece.mask();
        const auto wanted = model::shift_right(value, piece.offset).low << piece.lowest;
        if (bits)
            add({.op = BVS_OP_LOAD, .word = piece.word, .a = bits, .b = wanted & bits});
    }
    written(to);
    guarded(to.field, begin);
}

Answer<> Compiler::operator()(const model::action::Output &a) {
    add({.op = BVS_OP_OUTPUT, .y = a.port, .a = a.max_len});
    return {};
}

Answer<> Compiler::operator()(const model::action::OutputField &a) {
    for (const auto &piece : pieces_of(a.source))
        if (!piece.offset) // a port number is in the low bits
            add({.op = BVS_OP_OUTPUT_REG,
                 .word = piece.word,
                 .x = piece.lowest,
                 .a = a.max_len,
                 .z = piece.bits});
    compile::add(program_.reads, a.source);
    return {};
}

void Compiler::queue(std::uint32_t queue) {
    add({.op = BVS_OP_LOAD,
         .word = BVS_WORD_skb_priority,
         .a = bvs_low_bits(BVS_BITS_skb_priority) << BVS_LOWEST_skb_priority,
         .b = std::uint64_t{bvs_queue_priority(queue)} << BVS_LOWEST_skb_priority});
}

Answer<> Compiler::operator()(const model::action::PopQueue &) {
    READ(skb_priority);
    return op(BVS_OP_POP_QUEUE);
}

// For this output only: afterwards the queue is what it was before.
Answer<> Compiler::operator()(const model::action::Enqueue &a) {
    const auto keep = [&](std::uint8_t op) {
        add({.op = op,
             .word = BVS_WORD_skb_priority,
             .x = BVS_LOWEST_skb_priority,
             .z = BVS_BITS_skb_priority});
    };
    READ(skb_priority);
    keep(BVS_OP_STACK_PUSH);
    queue(a.queue);
    one(BVS_OP_OUTPUT, a.port);
    keep(BVS_OP_STACK_POP);
    return {};
}

Answer<> Compiler::operator()(const model::action::Group &a) {
    const auto place = places_.group(a.group);
    if (!place)
        return model::refuse(Refusal::action_bad_out_group,
                             fmt::format("there is no group {}", a.group));
    return op(BVS_OP_GROUP, *place);
}

Answer<> Compiler::meter(std::uint32_t number) {
    const auto place = places_.meter(number);
    if (!place)
        return model::refuse(Refusal::action_bad_meter,
                             fmt::format("there is no meter {}", number));
    return op(BVS_OP_METER, *place);
}

Answer<> Compiler::operator()(const model::action::SetField &a) {
    auto mask = a.mask;
    // OFPVID_PRESENT is a way to write a VLAN; push_vlan makes the tag.
    if (a.field == Field::vlan_vid)
        mask.low &= ~static_cast<std::uint64_t>(BVS_VLAN_PRESENT);
    load(whole(a.field, a.tlv), a.value, mask);
    return {};
}

Answer<> Compiler::operator()(const model::action::Load &a) {
    load(a.destination, a.value, model::all_ones(a.destination.bits));
    return {};
}

Answer<> Compiler::operator()(const model::action::Move &a) {
    const auto begin = program_.code.size();
    for (const auto &[from, to] : pieces_of(a.source, a.destination))
        add({.op = BVS_OP_MOVE,
             .word = from.word,
             .x = static_cast<std::uint16_t>(from.lowest | to.lowest << 8),
             .y = to.word,
             .z = from.bits});
    written(a.destination);
    compile::add(program_.reads, a.source);
    guarded(a.source.field, begin);
    guarded(a.destination.field, begin);
    return {};
}

Answer<> Compiler::operator()(const model::action::SetVlanVid &a) {
    constexpr auto vid = 0xfffULL;
    add({.op = BVS_OP_SET_VLAN,
         .word = BVS_WORD_vlan_tci,
         .a = vid << BVS_LOWEST_vlan_tci,
         .b = (a.vid & vid) << BVS_LOWEST_vlan_tci});
    READ(vlan_tci);
    return {};
}

Answer<> Compiler::operator()(const model::action::SetVlanPcp &a) {
    constexpr auto lowest = BVS_LOWEST_vlan_tci + 13;
    add({.op = BVS_OP_SET_VLAN,
         .word = BVS_WORD_vlan_tci,
         .a = 7ULL << lowest,
         .b = (a.pcp & 7ULL) << lowest});
    READ(vlan_tci);
    return {};
}

Answer<> Compiler::operator()(const model::action::PushVlan &a) {
    READ(vlan_tci);
    READ(vlan_tpid);
    READ(inner_vlan_tci);
    return op(BVS_OP_PUSH_VLAN, a.eth_type);
}

Answer<> Compiler::operator()(const model::action::PopVlan &) {
    READ(vlan_tci);
    READ(inner_vlan_tci);
    READ(inner_vlan_tpid);
    return op(BVS_OP_POP_VLAN);
}

// What a push copies and a pop brings to light.
void Compiler::read_labels() {
    READ(eth_type);
    READ(layers);
    READ(mpls_lse);
    READ(mpls_lse_2);
    READ(mpls_lse_3);
    READ(mpls_depth);
}

Answer<> Compiler::operator()(const model::action::PushMpls &a) {
    read_labels();
    READ(ip_ttl);
    return op(BVS_OP_PUSH_MPLS, a.eth_type);
}

Answer<> Compiler::operator()(const model::action::PopMpls &a) {
    read_labels();
    return op(BVS_OP_POP_MPLS, a.eth_type);
}

Answer<> Compiler::operator()(const model::action::PushPbb &a) {
    READ(layers);
    READ(vlan_tci);
    READ(inner_vlan_tci);
    return op(BVS_OP_PUSH_PBB, a.eth_type);
}

Answer<> Compiler::operator()(const model::action::PopPbb &) {
    READ(layers);
    READ(pbb_dst);
    READ(pbb_src);
    READ(pbb_type);
    READ(vlan_tci);
    READ(inner_vlan_tci);
    READ(inner_vlan_tpid);
    return op(BVS_OP_POP_PBB);
}

Answer<> Compiler::operator()(const model::action::SetMplsTtl &a) {
    load(whole(Field::mpls_ttl), {0, a.ttl}, model::all_ones(8));
    return {};
}

Answer<> Compiler::operator()(const model::action::DecMplsTtl &) {
    dec_ttls_.emplace_back(program_.code.size(), std::vector<std::uint16_t>{0});
    READ(eth_type);
    READ(layers);
    READ(mpls_lse);
    return op(BVS_OP_DEC_MPLS_TTL);
}

Answer<> Compiler::copy_ttl(std::uint8_t copy) {
    read_labels();
    READ(ip_ttl);
    return op(copy);
}

Answer<> Compiler::operator()(const model::action::SetIpTtl &a) {
    load(whole(Field::ip_ttl), {0, a.ttl}, model::all_ones(8));
    return {};
}

Answer<> Compiler::operator()(const model::action::DecIpTtl &a) {
    dec_ttls_.emplace_back(program_.code.size(), a.controllers);
    if (a.controllers.empty())
        dec_ttls_.back().second = {0};
    READ(ip_ttl);
    READ(layers);
    return op(BVS_OP_DEC_TTL);
}

Answer<> Compiler::operator()(const model::action::Resubmit &a) {
    add({.op = BVS_OP_RESUBMIT,
         .y = a.table.value_or(model::k_all_tables) == model::k_all_tables ? table_ : *a.table,
         .b = a.in_port});
    return {};
}

Answer<> Compiler::operator()(const model::action::Controller &a) {
    add({.op = BVS_OP_CONTROLLER,
         .x = a.id,
         .y = a.max_len | static_cast<std::uint32_t>(a.reason) << 16});
    return {};
}

Answer<> Compiler::operator()(const model::action::Sample &a) {
    const auto direction = static_cast<std::uint64_t>(a.direction);
    add({.op = BVS_OP_SAMPLE,
         .y = a.collector_set,
         .a = a.domain | std::uint64_t{a.point} << 32,
         .b = a.probability | direction << 16 | std::uint64_t{a.port} << 32});
    return {};
}

// The low word is on top, so that what is popped into fewer bits gets the low ones.
Answer<> Compiler::operator()(const model::action::StackPush &a) {
    auto pieces = pieces_of(a.source);
    std::ranges::reverse(pieces);
    for (const auto &piece : pieces)
        add({.op = BVS_OP_STACK_PUSH, .word = piece.word, .x = piece.lowest, .z = piece.bits});
    compile::add(program_.reads, a.source);
    return {};
}

Answer<> Compiler::operator()(const model::action::StackPop &a) {
    for (const auto &piece : pieces_of(a.destination))
        add({.op = BVS_OP_STACK_POP, .word = piece.word, .x = piece.lowest, .z = piece.bits});
    written(a.destination);
    return {};
}

Answer<> Compiler::operator()(const model::action::Clone &a) {
    const auto place = program_.code.size();
    one(BVS_OP_CLONE);
    auto answer = list(a.actions);
    one(BVS_OP_END);
    program_.code[place].y = static_cast<std::uint32_t>(program_.code.size() - place - 1);
    return answer;
}

Answer<> Compiler::operator()(const model::action::Multipath &a) {
    const auto pieces = pieces_of(a.destination);
    if (pieces.size() != 1)
        return unable("multipath into two words");
    add({.op = BVS_OP_MULTIPATH,
         .word = pieces[0].word,
         .x = pieces[0].lowest,
         .y = static_cast<std::uint32_t>(a.fields) << 16 | a.basis,
         .a = static_cast<std::uint64_t>(a.algorithm) << 16 | a.max_link,
         .b = a.argument,
         .z = pieces[0].bits});
    written(a.destination);
    add_hash_fields(program_.reads, a.fields);
    return {};
}

// The members stand in ENDs behind it, which are never run.
Answer<> Compiler::operator()(const model::action::Bundle &a) {
    bvs_instruction choice{.op = BVS_OP_BUNDLE,
                           .y = static_cast<std::uint32_t>(a.fields) << 16 | a.basis,
                           .a = static_cast<std::uint64_t>(a.algorithm) << 16 | a.members.size()};
    if (a.destination) {
        const auto pieces = pieces_of(*a.destination);
        if (pieces.size() != 1)
            return unable("bundle_load into two words");
        choice.word = pieces[0].word;
        choice.x = pieces[0].lowest;
        choice.z = pieces[0].bits;
    }
    add(choice);
    add_hash_fields(program_.reads, a.fields);
    for (std::size_t i = 0; i < a.members.size(); i += 4) {
        const auto two = [&](std::size_t first) {
            std::uint64_t ports = 0;
            for (std::size_t n = 0; n < 2 && first + n < a.members.size(); ++n)
                ports |= static_cast<std::uint64_t>(a.members[first + n]) << 32 * n;
            return ports;
        };
        add({.op = BVS_OP_END, .a = two(i), .b = two(i + 2)});
    }
    if (a.destination)
        written(*a.destination);
    return {};
}

// How long it lasts then is the daemon's business.
Answer<> Compiler::operator()(const model::action::FinTimeout &) {
    constexpr std::uint64_t fin_or_rst = 5;
    program_.reads[BVS_WORD_tcp_flags] |= fin_or_rst << BVS_LOWEST_tcp_flags;
    return op(BVS_OP_FIN);
}

} // namespace bvs::compile
