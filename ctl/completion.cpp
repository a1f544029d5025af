// SPDX-License-Identifier: Apache-2.0
#include "ctl/completion.h"

#include "ctl/command_line.h"
#include "ctl/embedded.h"
#include "ctl/lookup.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace bvs::ctl {

namespace {

// The command that is being typed: what stands before the word to complete.
struct Typed {
    std::vector<std::string> where;  // options that say which database to ask
    std::vector<std::string> before; // its words, options left out
    const Verb *verb = nullptr;
    std::size_t arguments = 0; // given so far
};

bool wants_value(std::string_view option) {
    for (const auto &tool : tool_options())
        if (option == tool.name || (option.size() == 2 && option[1] == tool.letter))
            return !tool.value.empty();
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            if (auto own = find_option(verb.options, option))
                return own->takes_value();
    return false;
}

Typed read(std::span<const std::string> words) {
    Typed typed;
    for (std::size_t i = 1; i + 1 < words.size(); i++) {
        const auto &word = words[i];
        if (word == "--") {
            typed.before.clear();
        } else if (!word.starts_with('-')) {
            typed.before.push_back(word);
        } else {
            bool two_words = wants_value(word) && i + 2 < words.size();
            if (word.starts_with("--db") || word.starts_with("--rundir"))
                typed.where.push_back(two_words ? word + "=" + words[i + 1] : word);
            i += two_words;
        }
    }
    if (typed.before.empty())
        return typed;
    if (auto found = find_verb(typed.before)) {
        typed.verb = found->verb;
        typed.arguments = typed.before.size() - found->words;
        typed.before.erase(typed.before.begin(),
                           typed.before.begin() + static_cast<std::ptrdiff_t>(found->words));
    }
    return typed;
}

struct Placeholder {
    std::string word; // without brackets
    bool optional = false;
    bool repeated = false;
};

std::vector<Placeholder> placeholders(std::string_view arguments) {
    std::vector<Placeholder> all;
    std::istringstream words{std::string(arguments)};
    for (std::string word; words >> word;) {
        Placeholder place{"", word.starts_with('['), word.find("...") != word.npos};
        std::ranges::copy_if(word, std::back_inserter(place.word),
                             [](char c) { return c != '[' && c != ']' && c != '.'; });
        all.push_back(std::move(place));
    }
    return all;
}

class Completer {
  public:
    Completer(std::span<const std::string> words, const ovsdb::Schema &schema, const Ask &ask)
        : typed_(read(words)), word_(words.back()), schema_(schema), ask_(ask) {}

    std::vector<std::string> complete() {
        if (word_.starts_with('-'))
            add_options();
        else if (!typed_.verb)
            add_verbs();
        else
            add_arguments();
        return {found_.begin(), found_.end()};
    }

  private:
    void add(std::string_view candidate) {
        if (candidate.starts_with(word_))
            found_.emplace(candidate);
    }

    void add_option(std::string_view name, std::string_view value) {
        if (value.empty())
            add(name);
        else if (!word_.starts_with(fmt::format("{}=", name)))
            add(fmt::format("{}=", name));
        else if (value.find('|') != value.npos)
            add_choices(value, fmt::format("{}=", name));
    }

    void add_choices(std::string_view choices, const std::string &before) {
        std::istringstream words{std::string(choices)};
        for (std::string choice; std::getline(words, choice, '|');)
            add(before + choice);
    }

    void add_options() {
        for (const auto &option : tool_options())
            if (!option.summary.empty())
                add_option(option.name, option.value);
        for (const auto &group : verb_groups())
            for (const auto &verb : group.verbs)
                if (!typed_.verb || typed_.verb == &verb)
                    for (const auto &own : option_names(verb.options))
                        add_option(own.name, own.value);
    }

    // The first words of verbs, or the second if the first is there.
    void add_verbs() {
        auto first = typed_.before.empty() ? "" : typed_.before.front() + " ";
        for (const auto &group : verb_groups())
            for (const auto &verb : group.verbs)
                if (verb.name.starts_with(first)) {
                    auto rest = verb.name.substr(first.size());
                    add(rest.substr(0, rest.find(' ')));
                }
    }

    // An argument that may be left out may also be the next one.
    void add_arguments() {
        auto places = placeholders(typed_.verb->arguments);
        if (places.empty())
            return;
        auto at = typed_.arguments;
        if (at >= places.size() && !places.back().repeated)
            return;
        at = std::min(at, places.size() - 1);
        add_argument(places[at].word);
        if (places[at].optional && !places[at].repeated && at + 1 < places.size())
            add_argument(places[at + 1].word);
    }

    void add_argument(const std::string &place) {
        auto has = [&](std::string_view word) { return place.find(word) != place.npos; };
        if (has("BRIDGE") || place == "PARENT")
            add_answer({"list-br"});
        if (has("PORT"))
            add_answer({"--bare", "--columns=name", "list", "Port"});
        if (place == "IFACE")
            add_answer({"--bare", "--columns=name", "list", "Interface"});
        if (place == "TABLE")
            for (const auto &[name, table] : schema_.tables)
                add(name);
        if (place == "RECORD" && !typed_.before.empty())
            add_answer({"--bare", "--columns=name", "list", typed_.before.front()});
        if (place.starts_with("COLUMN") || place == "CONDITION")
            add_columns(place == "COLUMN" || place == "COLUMN:KEY" ? "" : "=");
        if (place == "MODE")
            add_choices("standalone|secure", "");
        if (place == "SHELL")
            add_choices("bash|zsh", "");
        if (place == "VERB")
            add_verbs_as_argument();
    }

    void add_verbs_as_argument() {
        typed_.before.resize(std::min<std::size_t>(typed_.before.size(), 1));
        add_verbs();
    }

    void add_columns(std::string_view after) {
        std::string_view table = "Port"; // of add-port and add-bond
        if (typed_.verb->arguments.starts_with("TABLE"))
            table = typed_.before.front();
        auto name = find_table(schema_, table);
        if (!name)
            return;
        for (const auto &[column, type] : schema_.find(*name)->columns)
            if (column != "_version")
                add(fmt::format("{}{}", column, after));
    }

    void add_answer(std::vector<std::string> words) {
        words.insert(words.begin(), typed_.where.begin(), typed_.where.end());
        for (const auto &line : ask_(words))
            if (!line.empty())
                add(line);
    }

    Typed typed_;
    std::string word_;
    const ovsdb::Schema &schema_;
    const Ask &ask_;
    std::set<std::string> found_;
};

} // namespace

std::vector<std::string> candidates(std::span<const std::string> words, const ovsdb::Schema &schema,
                                    const Ask &ask) {
    if (words.size() < 2)
        return {};
    return Completer(words, schema, ask).complete();
}

Result<std::string_view> completion_script(std::string_view shell) {
    if (shell == "bash")
        return k_bash_completion;
    if (shell == "zsh")
        return k_zsh_completion;
    return fail("no completion for the shell {}; there is bash and zsh", shell);
}

} // namespace bvs::ctl
