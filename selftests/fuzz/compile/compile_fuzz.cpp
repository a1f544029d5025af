// SPDX-License-Identifier: Apache-2.0
//
// Flows and groups as a peer sends them, turned into what the datapath runs. What the model lets in
// is refused or comes to rules and programs that the datapath can rely on: words and bits that are
// there, ends where programs must end. The first byte is the version, the rest the message.
#include "ofagent/wire/codec.h"
#include "switch/compile/group.h"
#include "switch/compile/program.h"
#include "switch/compile/rule.h"
#include "switch/model/flow_check.h"
#include "switch/model/group_table.h"

#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

using namespace bvs;

using Code = std::span<const bvs_instruction>;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

// Everything that is named is there.
class Everything : public model::Inventory {
  public:
    bool has_group(std::uint32_t) const override { return true; }
    bool has_meter(std::uint32_t) const override { return true; }
};

const compile::Places k_places = {
    .group = [](std::uint32_t group) { return std::optional(group % 1000 + 1); },
    .meter = [](std::uint32_t meter) { return std::optional(meter % 1000 + 1); }};

bool bits_fit(unsigned lowest, unsigned bits) {
    return bits >= 1 && lowest + bits <= 64;
}

void check_instruction(const bvs_instruction &in, Code code) {
    const auto op = in.op & ~BVS_OP_WRITE;
    claim(op < BVS_OP_N && in.word < BVS_FLOW_WORDS);
    const auto place = static_cast<std::size_t>(&in - code.data());
    if (op == BVS_OP_LOAD)
        claim(!(in.b & ~in.a));
    else if (op == BVS_OP_MOVE)
        claim(bits_fit(in.x & 0xff, in.z) && bits_fit(in.x >> 8, in.z) && in.y < BVS_FLOW_WORDS);
    else if (op == BVS_OP_OUTPUT_REG || op == BVS_OP_STACK_PUSH || op == BVS_OP_STACK_POP ||
             op == BVS_OP_MULTIPATH)
        claim(bits_fit(in.x, in.z));
    else if (op == BVS_OP_CLONE)
        claim(in.y && place + in.y < code.size() && code[place + in.y].op == BVS_OP_END);
    else if (op == BVS_OP_DEC_TTL)
        claim(in.y < code.size());
}

void check_code(Code code) {
    claim(!code.empty() && (code.back().op == BVS_OP_END || code.back().op == BVS_OP_GOTO));
    for (const auto &in : code)
        check_instruction(in, code);
}

void check_match(const compile::CompiledMatch &match) {
    claim(match.mask.words <= BVS_SUBTABLE_WORDS);
    bvs_flow bits = {};
    for (std::uint32_t i = 0; i < match.mask.words; ++i) {
        claim(match.mask.word[i] < BVS_FLOW_WORDS && match.mask.mask[i]);
        bits.word[match.mask.word[i]] |= match.mask.mask[i];
    }
    for (std::size_t word = 0; word < BVS_FLOW_WORDS; ++word)
        claim(!(match.value.word[word] & ~bits.word[word]));
}

void compile_flow(const model::FlowMod &mod) {
    if (!model::check(mod, Everything()))
        return;
    if (const auto match = compile::compile_match(mod.match))
        check_match(*match);
    if (const auto program = compile::compile_instructions(mod.instructions, mod.table, k_places))
        check_code(program->code);
}

void compile_group(const model::GroupMod &mod) {
    model::GroupTable table;
    const auto changes = table.plan(mod, Everything(), {});
    if (!changes)
        return;
    for (const auto &change : *changes) {
        if (!change.after)
            continue;
        const auto group =
            compile::compile_group(change.after->description, k_places, [](std::uint32_t port) {
                return std::optional(port % BVS_MAX_PORTS);
            });
        if (!group)
            continue;
        claim(group->group.buckets <= BVS_GROUP_BUCKETS &&
              group->group.buckets == group->code.size());
        for (const auto &code : group->code)
            check_code(code);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1 + wire::k_header || size > 0xffff)
        return 0;
    model::Bytes bytes(data + 1, data + size);
    bytes[2] = static_cast<std::uint8_t>(bytes.size() >> 8);
    bytes[3] = static_cast<std::uint8_t>(bytes.size());
    const wire::Dialect dialect{.version = static_cast<wire::Version>(1 + data[0] % 8 % 6),
                                .flow_format = data[0] & 1 << 3 ? wire::FlowFormat::nxm
                                                                : wire::FlowFormat::openflow10};
    const auto message = wire::decode(bytes, dialect);
    if (!message)
        return 0;
    if (const auto *flow = std::get_if<model::FlowMod>(&message->body))
        compile_flow(*flow);
    else if (const auto *group = std::get_if<model::GroupMod>(&message->body))
        compile_group(*group);
    return 0;
}
