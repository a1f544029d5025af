// SPDX-License-Identifier: Apache-2.0
#include "maps/programs.h"

namespace bvs::maps {

namespace {

// As a program comes this counts from its begin, in the datapath from that of all code.
bool names_program(const bvs_instruction &instruction) {
    const auto op = instruction.op & ~BVS_OP_WRITE;
    return (op == BVS_OP_DEC_TTL || op == BVS_OP_DEC_MPLS_TTL) && instruction.y;
}

} // namespace

Programs::Programs(CodeArray &code)
    : code_(code), runs_({.chunk = CodeArray::k_chunk,
                          .size = [&code] { return code.size(); },
                          .grow = [&code] { return code.grow(); }}) {}

Result<std::uint32_t> Programs::write(std::span<const bvs_instruction> program) {
    const auto first = runs_.take(static_cast<std::uint32_t>(program.size()));
    if (!first)
        return first;
    for (std::uint32_t i = 0; i < program.size(); ++i) {
        auto &there = code_[*first + i];
        there = program[i];
        if (names_program(there))
            there.y += *first;
    }
    return first;
}

// Every CLONE, and every DEC_TTL that names a program, has one more END to come.
std::uint32_t Programs::length(std::uint32_t place) const {
    auto at = place;
    for (unsigned ends = 1; ends; ++at) {
        const auto &instruction = code_[at];
        if (instruction.op == BVS_OP_CLONE || names_program(instruction))
            ++ends;
        else if (instruction.op == BVS_OP_END || instruction.op == BVS_OP_GOTO)
            --ends;
    }
    return at - place;
}

void Programs::give_back(std::uint32_t place) {
    runs_.give_back(place, length(place));
}

void Programs::adopt(const std::set<std::uint32_t> &places) {
    std::map<std::uint32_t, std::uint32_t> taken;
    for (const auto place : places)
        taken[place] = length(place);
    runs_.adopt(taken);
}

} // namespace bvs::maps
