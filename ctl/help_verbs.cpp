// SPDX-License-Identifier: Apache-2.0
#include "ctl/completion.h"
#include "ctl/context.h"
#include "ctl/help.h"
#include "ctl/known_schema.h"
#include "ctl/printer.h"
#include "ctl/run.h"

#include <array>
#include <memory>
#include <sstream>

namespace bvs::ctl {

namespace {

Result<> help_verb(LocalContext &context) {
    const auto &words = context.command.arguments;
    if (words.empty()) {
        context.output.text = help(context.colour);
        return {};
    }
    auto found = find_verb(words);
    if (!found)
        return std::unexpected(found.error());
    context.output.text = help(*found->verb, context.colour);
    return {};
}

Result<> completion(LocalContext &context) {
    auto script = completion_script(context.command.arguments[0]);
    if (!script)
        return std::unexpected(script.error());
    context.output.text = *script;
    return {};
}

// Whoever presses Tab does not wait for long.
std::vector<std::string> ask(const Options &defaults, const std::vector<std::string> &words) {
    auto line = parse(words, defaults);
    if (!line)
        return {};
    line->options.timeout = std::chrono::seconds(1);
    line->options.no_wait = true;
    char *bytes = nullptr;
    std::size_t size = 0;
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(open_memstream(&bytes, &size),
                                                          std::fclose);
    Printer printer(line->options, file.get());
    auto status = run_on_database(*line, printer);
    file.reset();
    std::unique_ptr<char, void (*)(void *)> owner(bytes, std::free);
    std::vector<std::string> lines;
    std::istringstream text{status ? std::string(bytes, size) : ""};
    for (std::string one; std::getline(text, one);)
        lines.push_back(one);
    return lines;
}

Result<> complete(LocalContext &context) {
    auto found = candidates(context.command.arguments, known_schema(),
                            [&](const auto &words) { return ask(context.options, words); });
    context.output.print_lines("word", found);
    return {};
}

constexpr std::array k_verbs{
    Verb{"help", "[VERB...]", "", "print help, of a command or of all",
         "help\nhelp add-port\nhelp fdb show", Access::reads, LocalRun{help_verb}},
    Verb{"completion", "SHELL", "", "print what makes bash or zsh complete bvsctl's words",
         "completion bash", Access::reads, LocalRun{completion}},
    Verb{"complete", k_raw_arguments, "", "print what may follow on a command line",
         "complete bvsctl del-", Access::reads, LocalRun{complete}},
};

} // namespace

std::span<const Verb> help_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
