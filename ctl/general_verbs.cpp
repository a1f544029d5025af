// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/list.h"
#include "ctl/lookup.h"
#include "ctl/switch_view.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using ovsdb::Uuid;

namespace {

// What `show` prints of each table: its rows by that name, and these columns if they say anything.
// A column that refers to a table of the list prints that table's rows below.
struct ShownTable {
    std::string_view table;
    std::string_view name; // empty: the uuid
    std::span<const std::string_view> columns;
};

constexpr std::array<std::string_view, 3> k_root_columns{"manager_options", "bridges",
                                                         "ovs_version"};
constexpr std::array<std::string_view, 4> k_bridge_columns{"controller", "fail_mode",
                                                           "datapath_type", "ports"};
constexpr std::array<std::string_view, 3> k_port_columns{"tag", "trunks", "interfaces"};
constexpr std::array<std::string_view, 3> k_interface_columns{"type", "options", "error"};
constexpr std::array<std::string_view, 1> k_remote_columns{"is_connected"};

constexpr std::array k_shown{
    ShownTable{"Open_vSwitch", "", k_root_columns},
    ShownTable{"Bridge", "name", k_bridge_columns},
    ShownTable{"Port", "name", k_port_columns},
    ShownTable{"Interface", "name", k_interface_columns},
    ShownTable{"Controller", "target", k_remote_columns},
    ShownTable{"Manager", "target", k_remote_columns},
};

void select_show(const Command &, const ovsdb::Schema &, ovsdb::Selection &selection) {
    for (const auto &shown : k_shown) {
        std::vector<std::string> columns(shown.columns.begin(), shown.columns.end());
        if (!shown.name.empty())
            columns.emplace_back(shown.name);
        select_columns(selection, std::string(shown.table), columns);
    }
}

class Show {
  public:
    explicit Show(const Draft &draft) : draft_(draft) {}

    std::string text() {
        for (const auto &row : draft_.rows("Open_vSwitch"))
            show(k_shown[0], row, 0);
        return std::move(text_);
    }

    Table table() const {
        Table table{{"bridge", "port", "tag", "trunks", "interface", "type", "error"}, {}};
        SwitchView view(draft_);
        for (auto *bridge : view.bridges())
            for (auto *port : view.ports(bridge->name))
                for (const auto &name : port->interfaces) {
                    const auto &interface = view.find_interface(name)->row;
                    auto error = draft_.get("Interface", interface, "error").string();
                    table.rows.push_back(
                        {bridge->name, port->name,
                         optional_number(draft_.get("Port", port->row, "tag").integer()),
                         format_bare(draft_.get("Port", port->row, "trunks")), name,
                         draft_.get("Interface", interface, "type").string(),
                         Cell(error).with(error.empty() ? Tone::plain : Tone::bad)});
                }
        return table;
    }

  private:
    static Cell optional_number(std::optional<std::int64_t> number) {
        return number ? Cell(*number) : Cell("", "null");
    }

    void line(unsigned depth, std::string_view words) {
        text_ += fmt::format("{:{}}{}\n", "", depth * 4, words);
    }

    void show(const ShownTable &shown, const Uuid &row, unsigned depth) {
        const auto &columns = draft_.schema().find(shown.table)->columns;
        if (shown.name.empty()) {
            line(depth, row.to_string());
        } else {
            auto name = draft_.get(shown.table, row, shown.name);
            line(depth, fmt::format("{} {}", shown.table,
                                    format(name, columns.find(shown.name)->second.type)));
        }
        for (auto column : shown.columns)
            if (auto known = columns.find(column); known != columns.end())
                show_column(shown, row, depth + 1, column, known->second.type);
    }

    void show_column(const ShownTable &shown, const Uuid &row, unsigned depth,
                     std::string_view column, const ovsdb::ColumnType &type) {
        auto value = draft_.get(shown.table, row, column);
        auto below = std::ranges::find(k_shown, type.key.ref_table, &ShownTable::table);
        if (below == k_shown.end()) {
            if (value != type.default_value())
                line(depth, fmt::format("{}: {}", column, format(value, type)));
            return;
        }
        auto rows = value.uuids();
        std::erase_if(rows, [&](const Uuid &one) { return !draft_.exists(below->table, one); });
        std::ranges::sort(rows, {}, [&](const Uuid &one) {
            return draft_.get(below->table, one, below->name).string();
        });
        for (const auto &one : rows)
            show(*below, one, depth);
    }

    const Draft &draft_;
    std::string text_;
};

Result<> show(DatabaseContext &context) {
    Show show(context.draft);
    context.output.text = show.text();
    context.output.table = show.table();
    return {};
}

// Whatever is asked of an empty database makes its root row.
Result<> init(DatabaseContext &) {
    return {};
}

void select_root(const Command &, const ovsdb::Schema &, ovsdb::Selection &selection) {
    select_columns(selection, "Open_vSwitch", {"bridges"});
}

constexpr std::array k_verbs{
    Verb{"init", "", "", "initialize the database, if that has not been done", "--no-wait init",
         Access::writes, DatabaseRun{init, select_root}},
    Verb{"show", "", "", "print an overview of bridges, ports and what is wrong with them",
         "show\nshow --format=json\nshow --watch 1", Access::reads, DatabaseRun{show, select_show}},
};

} // namespace

std::span<const Verb> general_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
