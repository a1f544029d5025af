// SPDX-License-Identifier: Apache-2.0
#include "ctl/command_line.h"

#include <algorithm>

namespace bvs::ctl {

namespace {

// Whether any verb has that option, and if so, its form: an option before its verb has to be cut
// into name and value before the verb is known.
std::optional<OptionName> option_of_any_verb(std::string_view name) {
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            if (auto option = find_option(verb.options, name))
                return option;
    return std::nullopt;
}

std::vector<std::string_view> all_option_names(const Verb *verb) {
    std::vector<std::string_view> names;
    for (const auto &option : tool_options())
        names.push_back(option.name);
    for (const auto &group : verb_groups())
        for (const auto &any : group.verbs)
            if (!verb || verb == &any)
                for (const auto &option : option_names(any.options))
                    names.push_back(option.name);
    return names;
}

class Parser {
  public:
    Parser(std::span<const std::string> words, Options defaults)
        : words_(words), line_{std::move(defaults), {}} {}

    Result<CommandLine> parse() {
        while (at_ < words_.size()) {
            if (words_[at_] == "--") {
                at_++;
                continue;
            }
            if (auto taken = take_command(); !taken)
                return std::unexpected(taken.error());
        }
        if (!line_.commands.empty() || line_.options.help || line_.options.version)
            return std::move(line_);
        return fail("a command is missing; 'bvsctl help' lists them");
    }

  private:
    Result<> take_command() {
        Command command;
        while (at_ < words_.size() && is_option(words_[at_]))
            if (auto taken = take_option(command); !taken)
                return taken;
        if (at_ == words_.size() || words_[at_] == "--") {
            if (command.options.empty())
                return {};
            return fail("a command is missing after {}", command.options.begin()->first);
        }
        auto found = find_verb(words_.subspan(at_));
        if (!found)
            return std::unexpected(found.error());
        command.verb = found->verb;
        at_ += found->words;
        if (auto taken = take_arguments(command); !taken)
            return taken;
        if (auto good = check(command); !good && !line_.options.help)
            return good;
        line_.commands.push_back(std::move(command));
        return {};
    }

    Result<> take_arguments(Command &command) {
        if (command.verb->arguments == k_raw_arguments) {
            if (at_ < words_.size() && words_[at_] == "--help")
                return take_option(command);
            command.arguments.assign(words_.begin() + static_cast<std::ptrdiff_t>(at_),
                                     words_.end());
            at_ = words_.size();
            return {};
        }
        while (at_ < words_.size() && words_[at_] != "--") {
            if (!is_option(words_[at_]) && !find_option(command.verb->options, words_[at_]))
                command.arguments.push_back(words_[at_++]);
            else if (auto taken = take_option(command); !taken)
                return taken;
        }
        return {};
    }

    // A value such as -5 is none.
    static bool is_option(std::string_view word) {
        if (word.starts_with("--"))
            return word.size() > 2;
        return word.size() > 1 && word[0] == '-' &&
               std::ranges::find(tool_options(), word[1], &ToolOption::letter) !=
                   tool_options().end();
    }

    Result<> take_option(Command &command) {
        std::string_view word = words_[at_++];
        const bool letter_of_verb =
            command.verb && find_option(command.verb->options, word) && !word.starts_with("--");
        if (!word.starts_with("--") && !letter_of_verb)
            return take_letters(word.substr(1));
        auto equals = word.find('=');
        auto name = word.substr(0, equals);
        std::optional<std::string_view> value;
        if (equals != word.npos)
            value = word.substr(equals + 1);
        auto own = command.verb ? find_option(command.verb->options, name) : std::nullopt;
        if (auto tool = std::ranges::find(tool_options(), name, &ToolOption::name);
            !own && tool != tool_options().end())
            return apply(*tool, value);
        if (!command.verb)
            own = option_of_any_verb(name);
        if (!own)
            return unknown(command, name);
        auto taken = take_value(name, own->takes_value(), value);
        if (!taken)
            return std::unexpected(taken.error());
        if (!command.options.emplace(name, *taken).second)
            return fail("'{}' option specified multiple times", name);
        return {};
    }

    Result<> take_letters(std::string_view letters) {
        while (!letters.empty()) {
            auto tool = std::ranges::find(tool_options(), letters[0], &ToolOption::letter);
            if (tool == tool_options().end())
                return fail("unrecognized option '-{}'; use 'bvsctl help' for a list", letters[0]);
            letters.remove_prefix(1);
            std::optional<std::string_view> value;
            if (!tool->value.empty() && !letters.empty())
                value = std::exchange(letters, {});
            if (auto applied = apply(*tool, value); !applied)
                return applied;
        }
        return {};
    }

    Result<> apply(const ToolOption &option, std::optional<std::string_view> value) {
        auto taken = take_value(option.name, !option.value.empty(), value);
        if (!taken)
            return std::unexpected(taken.error());
        return option.apply(line_.options, *taken);
    }

    Result<std::string> take_value(std::string_view name, bool wanted,
                                   std::optional<std::string_view> value) {
        if (!wanted && value)
            return fail("option '{}' doesn't allow an argument", name);
        if (!wanted)
            return "";
        if (value)
            return std::string(*value);
        if (at_ == words_.size() || words_[at_] == "--")
            return fail("option '{}' requires an argument", name);
        return words_[at_++];
    }

    static Result<> unknown(const Command &command, std::string_view name) {
        auto hint = did_you_mean(name, all_option_names(command.verb));
        if (command.verb)
            return fail("'{}' command has no '{}' option{}", command.verb->name, name, hint);
        return fail("unrecognized option '{}'{}", name, hint);
    }

    static Result<> check(const Command &command) {
        const auto &verb = *command.verb;
        for (const auto &[name, value] : command.options)
            if (!find_option(verb.options, name))
                return fail("'{}' command has no '{}' option; it has: {}", verb.name, name,
                            verb.options.empty() ? "none" : verb.options);
        auto count = count_arguments(verb.arguments);
        auto given = command.arguments.size();
        if (given < count.min)
            return fail("'{}' command requires at least {} arguments: bvsctl {} {}", verb.name,
                        count.min, verb.name, verb.arguments);
        if (count.max && given > *count.max)
            return fail("'{}' command takes at most {} arguments; commands are separated by \"--\"",
                        verb.name, *count.max);
        return {};
    }

    std::span<const std::string> words_;
    std::size_t at_ = 0;
    CommandLine line_;
};

} // namespace

std::optional<std::string> Command::option(std::string_view name) const {
    auto found = options.find(name);
    return found == options.end() ? std::nullopt : std::optional(found->second);
}

std::string Command::to_string() const {
    std::string text;
    for (const auto &[name, value] : options)
        text += value.empty() ? name + " " : fmt::format("{}={} ", name, value);
    text += verb->name;
    for (const auto &argument : arguments)
        text += " " + argument;
    return text;
}

Result<CommandLine> parse(std::span<const std::string> words, Options defaults) {
    return Parser(words, std::move(defaults)).parse();
}

} // namespace bvs::ctl
