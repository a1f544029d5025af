// SPDX-License-Identifier: Apache-2.0
//
// The command line as values: options of the tool, and commands apart by `--` as ovs-vsctl has
// them:
//
//     bvsctl [OPTION...] [VERB-OPTION...] VERB [ARGUMENT...] [-- [VERB-OPTION...] VERB ...]...
//
// Options, of the tool or of the verb, may also follow the verb. Pure.
#pragma once

#include "ctl/table.h"
#include "ctl/verb.h"
#include "net/tls.h"

#include <chrono>
#include <map>
#include <span>

namespace bvs::ctl {

enum class CellFormat { string, bare, json };
enum class Colour { automatic, always, never };

struct Options {
    std::string rundir = "/var/run/openvswitch";
    std::string db; // empty: db.sock in rundir
    bool no_wait = false;
    bool retry = false;
    bool dry_run = false;
    std::optional<std::chrono::seconds> timeout; // none: for ever
    std::optional<Format> format;                // none: as the verb likes it
    std::optional<CellFormat> data;              // of a database value in a table
    bool headings = true;
    bool oneline = false;
    std::optional<std::chrono::milliseconds> watch;
    Colour colour = Colour::automatic;
    unsigned verbosity = 0;
    net::TlsFiles tls;
    std::uint32_t versions = 0b1111110; // of OpenFlow; bit n: version n, 1.0 to 1.5
    bool help = false;
    bool version = false;

    std::string remote() const { return db.empty() ? "unix:" + rundir + "/db.sock" : db; }
};

struct Command {
    const Verb *verb = nullptr;
    std::map<std::string, std::string, std::less<>> options;
    std::vector<std::string> arguments;

    bool has(std::string_view option) const { return options.contains(option); }
    std::optional<std::string> option(std::string_view name) const;
    std::string to_string() const; // as it was written, but for blanks
};

struct CommandLine {
    Options options;
    std::vector<Command> commands; // may be empty with --help and --version only
};

// `defaults` are what the environment says.
Result<CommandLine> parse(std::span<const std::string> words, Options defaults);

struct ToolOption {
    std::string_view name;    // "--timeout"
    char letter;              // 't', or 0
    std::string_view value;   // "SECONDS", or empty
    std::string_view summary; // for help; empty: an alias that help leaves out
    Result<> (*apply)(Options &options, std::string_view value);
};
std::span<const ToolOption> tool_options();

} // namespace bvs::ctl
