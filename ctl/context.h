// SPDX-License-Identifier: Apache-2.0
//
// What a verb gets to work with, one structure a kind of verb.
#pragma once

#include "ctl/command_line.h"
#include "ctl/daemon.h"
#include "ctl/draft.h"
#include "ctl/symbols.h"
#include "ctl/table.h"

#include <any>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bvs::ctl {

// A verb of ovs-vsctl's gives its text, and if it has a value to print a table for --format too.
struct Output {
    std::string text;
    std::optional<Table> table;
    bool prefers_table = false; // print the table even if no format was asked for
    Format table_format = Format::table;
    std::string json; // the daemon's own document, for --format=json

    void print_lines(std::string heading, const std::vector<std::string> &lines);
    void print_table(Table new_table, Format format = Format::table);
};

// What a verb has to do besides, once its transaction is committed. If that fails, `undo` takes the
// transaction back.
struct Afterwards {
    std::function<Result<>()> act;
    std::function<void(Draft &)> undo;
};

struct DatabaseContext {
    const Options &options;
    const Command &command;
    Draft &draft;
    Symbols &symbols;
    std::any &memory; // what the verb left here when it was tried before
    Output output{};
    std::optional<ovsdb::Uuid> created{};      // a row whose uuid is to be printed
    std::vector<std::string> new_interfaces{}; // whose errors are to be reported
    std::vector<std::string> warnings{};
    int exit_status = 0;
    bool try_again = false; // what the command waits for is not there yet
    std::optional<Afterwards> afterwards{};

    const std::string &argument(std::size_t i) const { return command.arguments[i]; }
};

struct DaemonContext {
    const Options &options;
    const Command &command;
    Daemon &daemon;
    std::any &memory; // what the verb left here at its last run, when it is being watched
    Output output{};
    std::function<void()> show = [] {}; // prints what there is so far, of a verb that goes on
};

struct LocalContext {
    const Options &options;
    const Command &command;
    bool colour = false;
    Output output{};
    int exit_status = 0;
};

} // namespace bvs::ctl
