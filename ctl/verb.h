// SPDX-License-Identifier: Apache-2.0
//
// The table of verbs: what there is to say to bvsctl. Parsing, help, completion and the tool itself
// all go by it; a verb is added by one entry in the file of its group.
#pragma once

#include "base/result.h"
#include "ovsdb/replica.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bvs::ctl {

struct Command;
struct DatabaseContext;
struct DaemonContext;
struct OpenFlowContext;
struct LocalContext;

// Acts on a draft of the database; commands of one line are committed together.
struct DatabaseRun {
    Result<> (*run)(DatabaseContext &context);
    // Adds the columns that it will read or change.
    void (*select)(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &columns);
};
struct DaemonRun { // asks the running daemon
    Result<> (*run)(DaemonContext &context);
};
struct OpenFlowRun { // speaks OpenFlow with the bridge that is its first argument
    Result<> (*run)(OpenFlowContext &context);
    bool overhears = false; // says nothing: listens to the bridge and its controllers
};
struct LocalRun { // needs neither
    Result<> (*run)(LocalContext &context);
};

enum class Access { reads, writes };

struct Verb {
    std::string_view name;      // one word or two
    std::string_view arguments; // as help prints them: "[BRIDGE] PORT", "TARGET..."
    std::string_view options;   // blank between; a value follows "=": "--if-exists --columns=NAMES"
    std::string_view summary;
    std::string_view examples; // one a line, without "bvsctl"
    Access access = Access::reads;
    std::variant<DatabaseRun, DaemonRun, OpenFlowRun, LocalRun> run;
};

struct VerbGroup {
    std::string_view title;
    std::span<const Verb> verbs;
};

std::span<const VerbGroup> verb_groups();

// The verb that these words begin with, and of how many words it is; error with the nearest names.
struct FoundVerb {
    const Verb *verb = nullptr;
    std::size_t words = 1;
};
Result<FoundVerb> find_verb(std::span<const std::string> words);

struct ArgumentCount {
    std::size_t min = 0;
    std::optional<std::size_t> max; // none: no limit

    bool operator==(const ArgumentCount &) const = default;
};
ArgumentCount count_arguments(std::string_view arguments);

struct OptionName {
    std::string_view name; // with its dashes
    std::string_view value;

    bool takes_value() const { return !value.empty(); }
};
std::vector<OptionName> option_names(std::string_view options);
std::optional<OptionName> find_option(std::string_view options, std::string_view name);

inline constexpr std::string_view k_raw_arguments = "COMMAND [ARGUMENT...]"; // taken as they are

// The name among the candidates that was probably meant, or "".
std::string_view nearest(std::string_view typed, std::span<const std::string_view> candidates);
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> candidates);

// Each group, in its own file.
std::span<const Verb> general_verbs();
std::span<const Verb> bridge_verbs();
std::span<const Verb> port_verbs();
std::span<const Verb> port_state_verbs();
std::span<const Verb> controller_verbs();
std::span<const Verb> record_verbs();
std::span<const Verb> manager_verbs();
std::span<const Verb> daemon_verbs();
std::span<const Verb> fdb_verbs();
std::span<const Verb> mdb_verbs();
std::span<const Verb> traffic_verbs();
std::span<const Verb> top_verbs();
std::span<const Verb> graph_verbs();
std::span<const Verb> tunnel_verbs();
std::span<const Verb> export_verbs();
std::span<const Verb> mirror_verbs();
std::span<const Verb> flow_verbs();
std::span<const Verb> flow_set_verbs();
std::span<const Verb> group_verbs();
std::span<const Verb> meter_verbs();
std::span<const Verb> openflow_port_verbs();
std::span<const Verb> table_verbs();
std::span<const Verb> packet_verbs();
std::span<const Verb> trace_verbs();
std::span<const Verb> cache_verbs();
std::span<const Verb> help_verbs();

} // namespace bvs::ctl
