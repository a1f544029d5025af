// SPDX-License-Identifier: Apache-2.0
#include "ctl/graph.h"

#include "ctl/lookup.h"

#include <algorithm>
#include <map>
#include <set>

namespace bvs::ctl {

using ovsdb::Uuid;

namespace {

// Within quotation marks; what follows a backslash is Graphviz' own.
std::string escaped(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '"' || c == '\\')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string quoted(std::string_view text) {
    return '"' + escaped(text) + '"';
}

// Lines that say nothing are left out.
std::string label(std::initializer_list<std::string> lines) {
    std::string text;
    for (const auto &line : lines)
        if (!line.empty())
            text += (text.empty() ? "" : "\\n") + escaped(line);
    return '"' + text + '"';
}

std::string node(const Uuid &row) {
    return quoted(row.to_string());
}

constexpr std::string_view k_good = "darkgreen", k_bad = "red3", k_faint = "gray50";

class Graph {
  public:
    explicit Graph(const Draft &draft) : draft_(draft) {}

    std::string text() {
        text_ = "graph bvs {\n"
                "  graph [rankdir=LR, fontname=\"sans-serif\"];\n"
                "  node [shape=box, fontname=\"sans-serif\", fontsize=11];\n"
                "  edge [fontname=\"sans-serif\", fontsize=9];\n";
        for (const auto &bridge : sorted("Bridge", draft_.rows("Bridge")))
            add_bridge(bridge);
        for (const auto &[remote, interfaces] : remotes_)
            add_remote(remote, interfaces);
        for (const auto &interface : patches_)
            add_patch(interface);
        for (const auto &mirror : mirrors_)
            add_mirror(mirror);
        text_ += "}\n";
        return std::move(text_);
    }

  private:
    ovsdb::Datum get(std::string_view table, const Uuid &row, std::string_view column) const {
        return draft_.get(table, row, column);
    }
    std::string name(std::string_view table, const Uuid &row) const {
        return get(table, row, "name").string();
    }

    std::vector<Uuid> sorted(std::string_view table, std::vector<Uuid> rows) const {
        std::erase_if(rows, [&](const Uuid &row) { return !draft_.exists(table, row); });
        std::ranges::sort(rows, {}, [&](const Uuid &row) { return name(table, row); });
        return rows;
    }

    template <class... Args>
    void line(fmt::format_string<Args...> format, Args &&...args) {
        text_ += "  " + fmt::format(format, std::forward<Args>(args)...) + '\n';
    }

    void add_bridge(const Uuid &bridge) {
        const auto title = name("Bridge", bridge);
        line("subgraph {} {{", quoted("cluster " + title));
        line("  style=rounded; color={}; label={};", k_faint, label({title}));
        line("  {} [label={}, style=filled, fillcolor=lightsteelblue];", node(bridge),
             label({title, get("Bridge", bridge, "fail_mode").string()}));
        for (const auto &port : sorted("Port", get("Bridge", bridge, "ports").uuids()))
            add_port(bridge, port);
        line("}}");
        for (const auto &controller : get("Bridge", bridge, "controller").uuids())
            add_controller(bridge, controller);
        for (const auto &mirror : sorted("Mirror", get("Bridge", bridge, "mirrors").uuids()))
            mirrors_.push_back({bridge, mirror});
    }

    // A port of one interface is that; a bond has a node of its own.
    void add_port(const Uuid &bridge, const Uuid &port) {
        const auto interfaces = sorted("Interface", get("Port", port, "interfaces").uuids());
        auto trunk = node(bridge);
        if (interfaces.size() > 1) {
            line("  {} [label={}, shape=octagon];", node(port),
                 label({name("Port", port), "bond", get("Port", port, "bond_mode").string(),
                        vlan(port)}));
            line("  {} -- {};", trunk, node(port));
            trunk = node(port);
        }
        for (const auto &interface : interfaces) {
            ports_[port] = interfaces.size() > 1 ? trunk : node(interface);
            add_interface(interface, interfaces.size() > 1 ? "" : vlan(port));
            line("  {} -- {};", trunk, node(interface));
        }
    }

    std::string vlan(const Uuid &port) const {
        const auto tag = get("Port", port, "tag").integer();
        const auto trunks = get("Port", port, "trunks").integers();
        auto text = tag ? fmt::format("VLAN {}", *tag) : "";
        if (!trunks.empty())
            text += fmt::format("{}VLANs {}", tag ? ", " : "", fmt::join(trunks, ","));
        return text;
    }

    void add_interface(const Uuid &interface, const std::string &vlan) {
        const auto type = get("Interface", interface, "type").string();
        const auto error = get("Interface", interface, "error").string();
        const auto state = get("Interface", interface, "link_state").string();
        const auto colour = !error.empty() || state == "down" ? k_bad
                            : state == "up"                   ? k_good
                                                              : k_faint;
        line("  {} [label={}, color={}];", node(interface),
             label({name("Interface", interface), type, vlan, error}), colour);
        const auto options = get("Interface", interface, "options");
        if (type == "patch")
            patches_.push_back(interface);
        else if (const auto remote = options.get("remote_ip"))
            remotes_[*remote].push_back(interface);
    }

    void add_controller(const Uuid &bridge, const Uuid &controller) {
        const auto target = get("Controller", controller, "target").string();
        const bool connected = get("Controller", controller, "is_connected").boolean() == true;
        line("{} [label={}, shape=ellipse];", quoted("controller " + target),
             label({"controller", target}));
        line("{} -- {} [style=dashed, color={}, label={}];", node(bridge),
             quoted("controller " + target), connected ? k_good : k_bad,
             label({get("Controller", controller, "role").string()}));
    }

    void add_remote(const std::string &remote, const std::vector<Uuid> &interfaces) {
        const auto place = quoted("remote " + remote);
        line("{} [label={}, shape=house];", place, label({remote}));
        for (const auto &interface : interfaces) {
            const auto key = get("Interface", interface, "options").get("key").value_or("");
            line("{} -- {} [label={}, penwidth=2];", node(interface), place,
                 label({get("Interface", interface, "type").string(),
                        key.empty() ? "" : "key " + key}));
        }
    }

    // Each pair of peers once; a port whose peer does not know it is half a patch.
    void add_patch(const Uuid &interface) {
        const auto peer_of = [&](const Uuid &row) {
            return get("Interface", row, "options").get("peer").value_or("");
        };
        const auto peer = std::ranges::find_if(patches_, [&](const Uuid &other) {
            return name("Interface", other) == peer_of(interface);
        });
        if (peer == patches_.end())
            return;
        const bool mutual = peer_of(*peer) == name("Interface", interface);
        if (!mutual)
            line("{} -- {} [dir=forward, style=dotted, color={}];", node(interface), node(*peer),
                 k_bad);
        else if (interface < *peer)
            line("{} -- {} [penwidth=2];", node(interface), node(*peer));
    }

    struct Mirror {
        Uuid bridge;
        Uuid row;
    };

    void add_mirror(const Mirror &mirror) {
        const auto vlan = get("Mirror", mirror.row, "output_vlan").integer();
        line("{} [label={}, shape=cds];", node(mirror.row),
             label({name("Mirror", mirror.row), "mirror",
                    vlan ? fmt::format("to VLAN {}", *vlan) : ""}));
        if (get("Mirror", mirror.row, "select_all").boolean() == true)
            add_copy(node(mirror.bridge), node(mirror.row), "all");
        std::map<Uuid, std::string> selected;
        for (const auto &port : get("Mirror", mirror.row, "select_src_port").uuids())
            selected[port] = "in";
        for (const auto &port : get("Mirror", mirror.row, "select_dst_port").uuids())
            selected[port] += selected.contains(port) && !selected[port].empty() ? ", out" : "out";
        for (const auto &[port, sides] : selected)
            if (const auto found = ports_.find(port); found != ports_.end())
                add_copy(found->second, node(mirror.row), sides);
        if (const auto output = get("Mirror", mirror.row, "output_port").uuid())
            if (const auto found = ports_.find(*output); found != ports_.end())
                add_copy(node(mirror.row), found->second, "");
    }

    void add_copy(const std::string &from, const std::string &to, const std::string &what) {
        line("{} -- {} [dir=forward, style=dashed, constraint=false, label={}];", from, to,
             label({what}));
    }

    const Draft &draft_;
    std::string text_;
    std::map<Uuid, std::string> ports_; // their nodes
    std::map<std::string, std::vector<Uuid>> remotes_;
    std::vector<Uuid> patches_;
    std::vector<Mirror> mirrors_;
};

} // namespace

std::string graph_of(const Draft &draft) {
    return Graph(draft).text();
}

void select_graph(const Command &, const ovsdb::Schema &, ovsdb::Selection &columns) {
    select_columns(columns, "Bridge", {"name", "ports", "controller", "fail_mode", "mirrors"});
    select_columns(columns, "Port", {"name", "interfaces", "tag", "trunks", "bond_mode"});
    select_columns(columns, "Interface", {"name", "type", "options", "error", "link_state"});
    select_columns(columns, "Controller", {"target", "is_connected", "role"});
    select_columns(
        columns, "Mirror",
        {"name", "select_all", "select_src_port", "select_dst_port", "output_port", "output_vlan"});
}

} // namespace bvs::ctl
