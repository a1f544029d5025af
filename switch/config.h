// SPDX-License-Identifier: Apache-2.0
//
// The database's rows as bridges and interfaces of the model, kept current by the changes that the
// monitor reports: a change costs what it touches, however many ports there are. Interfaces are
// known by name, since that is what a netdev and a restarted daemon know them by.
#pragma once

#include "ovsdb/replica.h"
#include "switch/model/bridge.h"
#include "switch/model/interface.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bvs::daemon {

// Names whose configuration may have changed, come or gone.
struct Touched {
    std::set<std::string> bridges;
    std::set<std::string> interfaces;

    bool empty() const { return bridges.empty() && interfaces.empty(); }
};

// What is wrong with a row, or not implemented yet.
struct Remarks {
    model::Warnings warnings;
    std::string unsupported; // settings, joined by ", "

    bool operator==(const Remarks &) const = default;
};

class Config {
  public:
    static ovsdb::Selection selection();

    // Everything there is, and what was there before.
    Touched load(const ovsdb::Replica &replica);
    Touched update(const ovsdb::Replica &replica, const ovsdb::Changes &changes);

    const model::Bridge *bridge(std::string_view name) const;
    const model::Interface *interface(std::string_view name) const;
    const std::map<std::string, model::Bridge, std::less<>> &bridges() const { return bridges_; }
    const std::map<std::string, model::Interface, std::less<>> &interfaces() const {
        return interfaces_;
    }
    // By table and name.
    const Remarks &remarks(const std::string &table, const std::string &name) const;

  private:
    using Owners = std::unordered_map<ovsdb::Uuid, ovsdb::Uuid>;

    void note_owners(const ovsdb::Change &change, Touched &touched, const ovsdb::Replica &replica);
    void read(const ovsdb::Replica &replica, Touched &touched);
    void read_bridge(const std::string &name, const ovsdb::Replica &replica, Touched &touched);
    void read_interface(const std::string &name, const ovsdb::Replica &replica);
    void remark(const std::string &table, const std::string &name, Remarks remarks);

    std::map<std::string, model::Bridge, std::less<>> bridges_;
    std::map<std::string, model::Interface, std::less<>> interfaces_;
    std::map<std::pair<std::string, std::string>, Remarks> remarks_; // only where there is one
    Owners bridge_of_port_;
    Owners port_of_interface_;
};

} // namespace bvs::daemon
