// SPDX-License-Identifier: Apache-2.0
#include "switch/bond_commands.h"

#include "switch/unixctl.h"

#include <charconv>

namespace bvs::daemon {

namespace {

using Answer = Result<std::string>;

template <class Number>
std::optional<Number> number_in(const std::string &text) {
    Number number{};
    const auto *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end && !text.empty() ? std::optional(number)
                                                                : std::nullopt;
}

// Of the port that is named, or of all.
template <class Machine, class Show>
Answer show(Bonds &bonds, Arguments arguments, std::optional<Machine> Bonds::Live::*machine,
            const char *none, Show show) {
    std::string text;
    bool found = arguments.empty();
    for (auto &[name, live] : bonds.all())
        if (auto &one = live.*machine; one && (arguments.empty() || arguments[0] == name)) {
            text += show(*one, name);
            found = true;
        }
    return found ? Answer(text) : fail("{}", none);
}

Answer list(Bonds &bonds) {
    std::string text(protocol::Bond::list_heading());
    for (const auto &[name, live] : bonds.all())
        if (live.bond)
            text += live.bond->list_row();
    return text;
}

Answer change(Bonds &bonds, const std::string &name, const std::function<void()> &run,
              const std::function<Answer(protocol::Bond &)> &act) {
    const auto live = bonds.all().find(name);
    if (live == bonds.all().end() || !live->second.bond)
        return fail("no such bond");
    auto answer = act(*live->second.bond);
    run();
    return answer;
}

Answer hash(Arguments arguments) {
    const auto mac = model::parse_mac(arguments[0]);
    if (!mac)
        return fail("invalid mac");
    const auto vlan = arguments.size() > 1 ? number_in<std::uint16_t>(arguments[1]) : 0;
    if (!vlan)
        return fail("invalid vlan");
    const auto basis = arguments.size() > 2 ? number_in<std::uint32_t>(arguments[2]) : 0;
    if (!basis)
        return fail("invalid basis");
    return fmt::format(
        "{}\n", bvs_bond_bucket(bvs_bond_source_hash(model::to_number(*mac), *vlan, *basis)));
}

} // namespace

void add_bond_commands(Commands &commands, Bonds &bonds, std::function<void()> run) {
    commands.add("bond/list", "", 0, 0, [&](Arguments) { return list(bonds); });
    commands.add("bond/show", "[port]", 0, 1, [&](Arguments arguments) {
        return show(bonds, arguments, &Bonds::Live::bond, "no such bond",
                    [](const protocol::Bond &bond, const std::string &) {
                        return bond.show(protocol::Time::clock::now());
                    });
    });
    commands.add("lacp/show", "[port]", 0, 1, [&](Arguments arguments) {
        return show(
            bonds, arguments, &Bonds::Live::lacp, "no such lacp object",
            [](const protocol::Lacp &lacp, const std::string &name) { return lacp.show(name); });
    });
    commands.add("lacp/show-stats", "[port]", 0, 1, [&](Arguments arguments) {
        return show(bonds, arguments, &Bonds::Live::lacp, "no such lacp object",
                    [](const protocol::Lacp &lacp, const std::string &name) {
                        return lacp.show_statistics(name);
                    });
    });
    const auto on_member = [&](const char *name, auto act) {
        commands.add(name, "port member", 2, 2, [&bonds, run, act](Arguments arguments) {
            return change(bonds, arguments[0], run,
                          [&](protocol::Bond &bond) { return act(bond, arguments[1]); });
        });
    };
    using protocol::Bond;
    for (const char *name : {"bond/set-active-member", "bond/set-active-slave"})
        on_member(name, [](Bond &bond, const auto &member) { return bond.set_active(member); });
    for (const char *name : {"bond/enable-member", "bond/enable-slave"})
        on_member(name,
                  [](Bond &bond, const auto &member) { return bond.set_enabled(member, true); });
    for (const char *name : {"bond/disable-member", "bond/disable-slave"})
        on_member(name,
                  [](Bond &bond, const auto &member) { return bond.set_enabled(member, false); });
    commands.add("bond/migrate", "port hash member", 3, 3, [&bonds, run](Arguments arguments) {
        return change(bonds, arguments[0], run, [&](Bond &bond) -> Answer {
            const auto bucket = number_in<std::uint32_t>(arguments[1]);
            return bucket ? bond.migrate(*bucket, arguments[2]) : fail("bad hash");
        });
    });
    commands.add("bond/hash", "mac [vlan] [basis]", 1, 3, hash);
}

} // namespace bvs::daemon
