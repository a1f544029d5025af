// SPDX-License-Identifier: Apache-2.0
#include "switch/bfd_commands.h"

#include "switch/unixctl.h"

namespace bvs::daemon {

namespace {

Result<std::string> show(const BfdSessions &bfd, Arguments arguments) {
    if (!arguments.empty()) {
        auto text = bfd.show(arguments[0]);
        if (!text)
            return fail("no such bfd object");
        return std::move(*text);
    }
    std::string text;
    for (const auto &name : bfd.names())
        text += fmt::format("---- {} ----\n{}", name, bfd.show(name).value_or(""));
    return text;
}

Result<std::string> set_forwarding(BfdSessions &bfd, Arguments arguments) {
    const auto &word = arguments.back();
    std::optional<bool> says;
    if (word == "true" || word == "false")
        says = word == "true";
    else if (word != "normal")
        return fail("unknown fault string");
    const auto names = arguments.size() > 1 ? Names{arguments[0]} : bfd.names();
    for (const auto &name : names)
        if (!bfd.set_forwarding(name, says))
            return fail("no such BFD object");
    return "OK";
}

} // namespace

void add_bfd_commands(Commands &commands, BfdSessions &bfd) {
    commands.add("bfd/show", "[interface]", 0, 1,
                 [&bfd](Arguments arguments) { return show(bfd, arguments); });
    commands.add("bfd/set-forwarding", "[interface] normal|false|true", 1, 2,
                 [&bfd](Arguments arguments) { return set_forwarding(bfd, arguments); });
}

} // namespace bvs::daemon
