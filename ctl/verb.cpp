// SPDX-License-Identifier: Apache-2.0
#include "ctl/verb.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

namespace {

// How many letters to change, add, leave out or swap with their neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); i++)
        for (std::size_t j = 0; j <= b.size(); j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = std::min(
                {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        auto end = std::min(text.find(separator), text.size());
        if (end > 0)
            words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::vector<std::string_view> verb_names() {
    std::vector<std::string_view> names;
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs)
            names.push_back(verb.name);
    return names;
}

} // namespace

std::span<const VerbGroup> verb_groups() {
    static const std::array groups{
        VerbGroup{"Switch", general_verbs()},
        VerbGroup{"Bridges", bridge_verbs()},
        VerbGroup{"Ports (a bond is one port of several interfaces)", port_verbs()},
        VerbGroup{"Ports that move to another switch", port_state_verbs()},
        VerbGroup{"OpenFlow controllers", controller_verbs()},
        VerbGroup{"Managers of the database", manager_verbs()},
        VerbGroup{"Records of the database", record_verbs()},
        VerbGroup{"The running daemon", daemon_verbs()},
        VerbGroup{"MAC addresses", fdb_verbs()},
        VerbGroup{"Multicast", mdb_verbs()},
        VerbGroup{"Traffic", traffic_verbs()},
        VerbGroup{"Live screen", top_verbs()},
        VerbGroup{"Topology", graph_verbs()},
        VerbGroup{"Tunnels", tunnel_verbs()},
        VerbGroup{"Mirrors", mirror_verbs()},
        VerbGroup{"Flow export", export_verbs()},
        VerbGroup{"OpenFlow: flows", flow_verbs()},
        VerbGroup{"OpenFlow: sets of flows", flow_set_verbs()},
        VerbGroup{"OpenFlow: groups", group_verbs()},
        VerbGroup{"OpenFlow: meters", meter_verbs()},
        VerbGroup{"OpenFlow: ports", openflow_port_verbs()},
        VerbGroup{"OpenFlow: the bridge and its tables", table_verbs()},
        VerbGroup{"OpenFlow: packets and messages", packet_verbs()},
        VerbGroup{"What becomes of packets", trace_verbs()},
        VerbGroup{"What the datapath has decided", cache_verbs()},
        VerbGroup{"Help", help_verbs()},
    };
    return groups;
}

Result<FoundVerb> find_verb(std::span<const std::string> words) {
    auto two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
    std::vector<std::string_view> second; // of the verbs that begin with the first word
    for (const auto &group : verb_groups())
        for (const auto &verb : group.verbs) {
            if (verb.name == words[0])
                return FoundVerb{&verb, 1};
            if (verb.name == two)
                return FoundVerb{&verb, 2};
            if (verb.name.starts_with(words[0] + " "))
                second.push_back(verb.name.substr(words[0].size() + 1));
        }
    if (!second.empty())
        return fail("'{}' needs one of: {}", words[0], fmt::join(second, ", "));
    auto names = verb_names();
    auto hint = did_you_mean(words[0], names);
    return fail("unknown command '{}'{}", words[0],
                hint.empty() ? "; use 'bvsctl help' for a list" : hint);
}

ArgumentCount count_arguments(std::string_view arguments) {
    ArgumentCount count{0, 0};
    int optional = 0; // depth of brackets around the word
    for (auto word : split(arguments, ' ')) {
        optional += word.starts_with('[');
        count.min += optional == 0;
        if (word.find("...") != word.npos)
            count.max = std::nullopt;
        else if (count.max)
            ++*count.max;
        // A bracket that opens within a word closes there too.
        auto inner = std::ranges::count(word.substr(word.starts_with('[')), '[');
        optional -= static_cast<int>(std::ranges::count(word, ']') - inner);
    }
    return count;
}

std::vector<OptionName> option_names(std::string_view options) {
    std::vector<OptionName> names;
    for (auto word : split(options, ' ')) {
        auto equals = std::min(word.find('='), word.size());
        names.push_back({word.substr(0, equals), word.substr(std::min(equals + 1, word.size()))});
    }
    return names;
}

std::optional<OptionName> find_option(std::string_view options, std::string_view name) {
    auto names = option_names(options);
    auto found = std::ranges::find(names, name, &OptionName::name);
    return found == names.end() ? std::nullopt : std::optional(*found);
}

std::string_view nearest(std::string_view typed, std::span<const std::string_view> candidates) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(1, typed.size() / 3) + 1;
    for (auto candidate : candidates)
        if (auto d = distance(typed, candidate); d < least && d < candidate.size()) {
            least = d;
            best = candidate;
        }
    return best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> candidates) {
    auto name = nearest(typed, candidates);
    return name.empty() ? "" : fmt::format("; did you mean '{}'?", name);
}

} // namespace bvs::ctl
