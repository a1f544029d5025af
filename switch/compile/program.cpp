// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/program.h"

#include "switch/compile/compiler.h"
#include "switch/model/action_check.h"
#include "switch/model/flow.h"

#include <algorithm>

namespace bvs::compile {

model::Answer<Program> compile_instructions(const model::Instructions &instructions,
                                            std::uint8_t table, const Places &places) {
    Compiler compiler(table, places);
    if (instructions.meter)
        if (auto answer = compiler.meter(*instructions.meter); !answer)
            return std::unexpected(answer.error());
    if (auto answer = compiler.list(instructions.apply); !answer)
        return std::unexpected(answer.error());
    if (instructions.clear)
        compiler.one(BVS_OP_CLEAR);
    if (auto answer = compiler.set(instructions.write); !answer)
        return std::unexpected(answer.error());
    if (instructions.metadata)
        compiler.load(whole(model::Field::metadata), {0, instructions.metadata->value},
                      {0, instructions.metadata->mask});
    if (instructions.goto_table)
        compiler.one(BVS_OP_GOTO, *instructions.goto_table);
    else
        compiler.one(BVS_OP_END);
    return compiler.finish();
}

namespace {

model::Answer<Program> compile_list(Compiler compiler, const model::Actions &actions) {
    if (auto answer = compiler.list(actions); !answer)
        return std::unexpected(answer.error());
    compiler.one(BVS_OP_END);
    return compiler.finish();
}

// Two actions of which a set keeps the later one: of the same kind, and of fields the same field.
bool replaces(const model::Action &later, const model::Action &earlier) {
    if (later.index() != earlier.index())
        return false;
    if (const auto *field = std::get_if<model::action::SetField>(&later))
        return field->field == std::get<model::action::SetField>(earlier).field;
    return !std::holds_alternative<model::action::Load>(later) &&
           !std::holds_alternative<model::action::Move>(later) &&
           !std::holds_alternative<model::action::Resubmit>(later);
}

template <class Kind>
bool has(const model::Actions &set) {
    return std::ranges::any_of(
        set, [](const model::Action &action) { return std::holds_alternative<Kind>(action); });
}

template <class Kind>
void take_out(model::Actions &set) {
    std::erase_if(set,
                  [](const model::Action &action) { return std::holds_alternative<Kind>(action); });
}

} // namespace

model::Answer<Program> compile_actions(const model::Actions &actions, const Places &places) {
    return compile_list(Compiler(0, places), actions);
}

model::Answer<Program> compile_bucket(const model::Actions &actions, const Places &places) {
    model::Actions set;
    for (const auto &action : actions) {
        std::erase_if(set, [&](const model::Action &earlier) { return replaces(action, earlier); });
        set.push_back(action);
    }
    // Of what sends the packet on only the first of these happens: ovs-actions(7).
    if (has<model::action::Group>(set))
        take_out<model::action::Output>(set);
    if (has<model::action::Group>(set) || has<model::action::Output>(set))
        take_out<model::action::Resubmit>(set);
    constexpr auto turn = [](const model::Action &action) { // of what is in no set: at last
        return static_cast<unsigned>(model::turn_in_set(action));
    };
    std::ranges::stable_sort(set, {}, turn);
    return compile_list(Compiler::unknowing(places), set);
}

} // namespace bvs::compile
