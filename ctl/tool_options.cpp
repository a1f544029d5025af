// SPDX-License-Identifier: Apache-2.0
#include "ctl/command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace bvs::ctl {

namespace {

template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

Result<> set_timeout(Options &options, std::string_view text) {
    auto seconds = number<unsigned>(text);
    if (!seconds)
        return fail("value {} on -t or --timeout is invalid; it takes whole seconds, 0 for none",
                    text);
    options.timeout = *seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
    return {};
}

Result<> set_watch(Options &options, std::string_view text) {
    constexpr double k_day = 86400;
    auto seconds = number<double>(text);
    if (!seconds || !std::isfinite(*seconds) || *seconds < 0.01 || *seconds > k_day)
        return fail("--watch={} is not a number of seconds from 0.01 to {}", text, k_day);
    options.watch = std::chrono::milliseconds(std::lround(*seconds * 1000));
    return {};
}

Result<> set_format(Options &options, std::string_view text) {
    if (text == "table")
        options.format = Format::table;
    else if (text == "json")
        options.format = Format::json;
    else if (text == "csv")
        options.format = Format::csv;
    else if (text == "list")
        options.format = Format::list;
    else
        return fail("--format={} is none of table, list, csv, json", text);
    return {};
}

Result<> set_data(Options &options, std::string_view text) {
    if (text == "string")
        options.data = CellFormat::string;
    else if (text == "bare")
        options.data = CellFormat::bare;
    else if (text == "json")
        options.data = CellFormat::json;
    else
        return fail("--data={} is none of string, bare, json", text);
    return {};
}

Result<> set_colour(Options &options, std::string_view text) {
    if (text == "auto")
        options.colour = Colour::automatic;
    else if (text == "always")
        options.colour = Colour::always;
    else if (text == "never")
        options.colour = Colour::never;
    else
        return fail("--color={} is none of auto, always, never", text);
    return {};
}

Result<> set_bare(Options &options, std::string_view) {
    options.format = Format::list;
    options.data = CellFormat::bare;
    options.headings = false;
    return {};
}

template <bool Options::*Member, bool Value = true>
Result<> flag(Options &options, std::string_view) {
    options.*Member = Value;
    return {};
}

template <std::string Options::*Member>
Result<> text_of(Options &options, std::string_view text) {
    options.*Member = text;
    return {};
}

template <std::string net::TlsFiles::*Member>
Result<> file(Options &options, std::string_view text) {
    options.tls.*Member = text;
    return {};
}

Result<> set_versions(Options &options, std::string_view text) {
    constexpr std::string_view k_prefix = "OpenFlow1";
    options.versions = 0;
    while (!text.empty()) {
        auto end = std::min(text.find_first_of(", "), text.size());
        auto name = text.substr(0, end);
        auto minor = name.starts_with(k_prefix) ? number<unsigned>(name.substr(k_prefix.size()))
                                                : std::nullopt;
        if (!minor || *minor > 5)
            return fail("--protocols={} is none of OpenFlow10, OpenFlow11 ... OpenFlow15", name);
        options.versions |= 2U << *minor;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!options.versions)
        return fail("--protocols wants the names of versions: OpenFlow10,OpenFlow13");
    return {};
}

Result<> more_verbose(Options &options, std::string_view) {
    options.verbosity++;
    return {};
}

} // namespace

std::span<const ToolOption> tool_options() {
    static constexpr std::array options{
        ToolOption{"--db", 0, "REMOTE", "database: unix:FILE, tcp:HOST:PORT or ssl:HOST:PORT",
                   text_of<&Options::db>},
        ToolOption{"--rundir", 0, "DIR", "where db.sock and the daemon's socket are",
                   text_of<&Options::rundir>},
        ToolOption{"--no-wait", 0, "", "do not wait for the daemon to apply the change",
                   flag<&Options::no_wait>},
        ToolOption{"--retry", 0, "", "keep trying to connect to the database",
                   flag<&Options::retry>},
        ToolOption{"--timeout", 't', "SECONDS", "give up after that time", set_timeout},
        ToolOption{"--dry-run", 0, "", "change nothing", flag<&Options::dry_run>},
        ToolOption{"--format", 'f', "table|list|csv|json", "how to print", set_format},
        ToolOption{"--data", 'd', "string|bare|json", "how to print values of list and find",
                   set_data},
        ToolOption{"--bare", 0, "", "same as --format=list --data=bare --no-headings", set_bare},
        ToolOption{"--no-headings", 0, "", "leave headings out", flag<&Options::headings, false>},
        ToolOption{"--oneline", 0, "", "one line a command, line ends as \\n",
                   flag<&Options::oneline>},
        ToolOption{"--watch", 0, "SECONDS", "repeat what only reads", set_watch},
        ToolOption{"--color", 0, "auto|always|never", "colours; auto: on a terminal", set_colour},
        ToolOption{"--colour", 0, "auto|always|never", "", set_colour},
        ToolOption{"--protocols", 'O', "NAMES",
                   "versions of OpenFlow to offer: OpenFlow10,OpenFlow13", set_versions},
        ToolOption{"--private-key", 'p', "FILE",
                   "private key, for ssl:", file<&net::TlsFiles::private_key>},
        ToolOption{"--certificate", 'c', "FILE", "certificate of that key",
                   file<&net::TlsFiles::certificate>},
        ToolOption{"--ca-cert", 'C', "FILE", "certificate of the database's authority",
                   file<&net::TlsFiles::ca_certificate>},
        ToolOption{"--verbose", 'v', "", "say what is being done", more_verbose},
        ToolOption{"--help", 'h', "", "help, of the verb if there is one", flag<&Options::help>},
        ToolOption{"--version", 'V', "", "print the version", flag<&Options::version>},
    };
    return options;
}

} // namespace bvs::ctl
