// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/action.h"

#include "ofagent/text/scan.h"
#include "ofagent/text/verb.h"

#include <algorithm>
#include <array>

namespace bvs::text {

using model::Action;
using model::Actions;
using model::Instructions;

namespace {

constexpr auto k_unsupported = std::to_array<std::string_view>(
    {"ct", "ct_clear", "nat", "learn", "conjunction", "check_pkt_larger", "delete_field", "encap",
     "decap", "dec_nsh_ttl", "debug_recirc", "debug_slow", "unroll_xlate"});

// In the order in which they must be written, which is that of their execution.
enum class Step { meter, apply, clear, write, metadata, goto_table };
struct StepName {
    std::string_view name;
    Step step;
};
constexpr auto k_steps = std::to_array<StepName>({{"meter", Step::meter},
                                                  {"apply_actions", Step::apply},
                                                  {"clear_actions", Step::clear},
                                                  {"write_actions", Step::write},
                                                  {"write_metadata", Step::metadata},
                                                  {"goto_table", Step::goto_table}});

std::string_view name_of(Step step) {
    return std::ranges::find(k_steps, step, &StepName::step)->name;
}

const Verb *find_verb(std::string_view name) {
    for (const auto verbs : {output_verbs(), field_verbs(), header_verbs(), choice_verbs()})
        for (const auto &verb : verbs)
            if (equal_ignoring_case(verb.name, name))
                return &verb;
    return nullptr;
}

bool is_drop(std::string_view text) {
    return text.empty() || equal_ignoring_case(text, "drop");
}

// Puts instructions together word by word.
class InstructionReader {
  public:
    InstructionReader(Instructions &instructions, const ActionContext &context)
        : to_(instructions), context_(context) {}

    Result<> take(const Word &word);

  private:
    Step step_of(const Word &word) const;
    Result<> take_number(Step step, const Word &word);
    Result<> take_metadata(std::string_view text);
    Result<> append(Actions &actions, Result<Actions> more);

    Instructions &to_;
    const ActionContext &context_;
    Step last_ = Step::meter;
};

// A meter behind other actions is OpenFlow 1.5's action.
Step InstructionReader::step_of(const Word &word) const {
    const auto row = std::ranges::find(k_steps, word.key, &StepName::name);
    const bool action =
        row == k_steps.end() || (row->step == Step::meter && (last_ > Step::meter || to_.meter));
    return action ? Step::apply : row->step;
}

Result<> InstructionReader::take_number(Step step, const Word &word) {
    if (step == Step::meter) {
        const auto meter = number_of<std::uint32_t>("meter", word.value);
        if (!meter)
            return std::unexpected(meter.error());
        to_.meter = *meter;
        return {};
    }
    constexpr std::uint8_t k_last_table = 254;
    const auto table = number_of<std::uint8_t>("goto_table", word.value, k_last_table);
    if (!table)
        return std::unexpected(table.error());
    to_.goto_table = *table;
    return {};
}

Result<> InstructionReader::take_metadata(std::string_view text) {
    const auto halves = split(text, "/");
    const auto value = parse_number(halves ? halves->before : text, ~0ULL);
    const auto mask =
        halves ? parse_number(halves->after, ~0ULL) : std::optional<std::uint64_t>(~0ULL);
    if (!value || !mask)
        return fail("invalid write_metadata \"{}\": expected VALUE or VALUE/MASK", text);
    to_.metadata = model::WriteMetadata{*value, *mask};
    return {};
}

Result<> InstructionReader::append(Actions &actions, Result<Actions> more) {
    if (!more)
        return std::unexpected(more.error());
    std::ranges::move(*more, std::back_inserter(actions));
    return {};
}

Result<> InstructionReader::take(const Word &word) {
    if (word.key == "apply_actions")
        return fail("\"{}\": actions that are to be applied are written without apply_actions",
                    word.whole);
    const auto step = step_of(word);
    if (step < last_)
        return fail("\"{}\" must be written before {}", word.whole, name_of(last_));
    if (step == last_ && step > Step::apply)
        return fail("\"{}\": only one {} is possible", word.whole, name_of(step));
    last_ = step;
    switch (step) {
    case Step::meter:
    case Step::goto_table:
        return take_number(step, word);
    case Step::clear:
        to_.clear = true;
        return {};
    case Step::write:
        return append(to_.write, parse_actions(word.value, context_));
    case Step::metadata:
        return take_metadata(word.value);
    case Step::apply:
        break;
    }
    auto action = parse_action(word.key, word.value, word.whole, context_);
    if (!action)
        return std::unexpected(action.error());
    to_.apply.push_back(std::move(*action));
    return {};
}

} // namespace

Result<Action> parse_action(std::string_view name, std::string_view argument,
                            std::string_view whole, const ActionContext &context) {
    if (const auto *verb = find_verb(name)) {
        auto action = verb->parse(argument, context);
        if (!action)
            return fail("\"{}\": {}", whole, action.error().message);
        return action;
    }
    // A port's name or number alone.
    if (const auto port = find_port(name, context.ports); port && argument.empty())
        return model::action::Output{*port};
    if (std::ranges::find(k_unsupported, name) != k_unsupported.end())
        return fail("action \"{}\" is not supported", name);
    if (equal_ignoring_case(name, "drop"))
        return fail("\"drop\" must not be accompanied by any other action or instruction");
    if (std::ranges::find(k_steps, name, &StepName::name) != k_steps.end())
        return fail("\"{}\" is an instruction, which only a flow can have", whole);
    return fail("unknown action \"{}\": expected one of ovs-actions(7) or a port", name);
}

Result<Actions> parse_actions(std::string_view text, const ActionContext &context) {
    Actions actions;
    if (is_drop(trim(text)))
        return actions;
    Scanner scanner(text);
    while (const auto word = scanner.next()) {
        auto action = parse_action(word->key, word->value, word->whole, context);
        if (!action)
            return std::unexpected(action.error());
        actions.push_back(std::move(*action));
    }
    return actions;
}

Result<Actions> parse_actions(std::string_view text, const Ports &ports) {
    if (const auto done = check_parentheses(text); !done)
        return std::unexpected(done.error());
    return parse_actions(text, ActionContext{ports, {}});
}

Result<Instructions> parse_instructions(std::string_view text, const model::Match &match,
                                        const Ports &ports) {
    if (const auto done = check_parentheses(text); !done)
        return std::unexpected(done.error());
    Instructions instructions;
    if (is_drop(trim(text)))
        return instructions;
    const ActionContext context{ports, headers_of(match)};
    InstructionReader reader(instructions, context);
    Scanner scanner(text);
    while (const auto word = scanner.next())
        if (const auto done = reader.take(*word); !done)
            return std::unexpected(done.error());
    return instructions;
}

} // namespace bvs::text
