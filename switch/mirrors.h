// SPDX-License-Identifier: Apache-2.0
//
// Mirrors (SPAN and RSPAN) of bridges: from the rows of table Mirror to the datapath's maps
// (maps/service.h), and the copies that were sent back into the column `statistics`.
//
// A mirror keeps its index in its bridge as long as it is there, and its counts go on from what the
// database has of them, whichever daemon counts. A mirror that has no copies (its refusal) is told
// of in the log.
//
// One thread; what is handed over outlives it.
#pragma once

#include "ovsdb/replica.h"
#include "switch/log.h"
#include "switch/model/mirror.h"
#include "switch/port_table.h"
#include "switch/reconciler.h"
#include "switch/write_back.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace bvs::daemon {

// A mirror's row as the model has it. Ports are called by their interfaces' names, as LivePort is.
model::Mirror mirror_of(const ovsdb::Row &row, const ovsdb::Row &bridge,
                        const ovsdb::Replica &replica);

class Mirrors {
  public:
    Mirrors(PortTable &table, Reconciler &reconciler, Logger log);

    // Makes the datapath follow the rows, once ports are as they are wanted.
    void follow(const ovsdb::Replica &replica);

    void report(WriteBack &write_back) const;

    struct Live {
        model::Mirror mirror;
        std::string bridge;
        std::uint32_t place = 0; // bvs_mirror_place()
    };
    const std::map<ovsdb::Uuid, Live> &all() const { return live_; }
    bvs_mirror_counts counts(const Live &live) const;

  private:
    struct Wanted {
        std::map<std::uint32_t, bvs_mirror> mirrors;     // by place
        std::set<std::uint32_t> vlans;                   // bvs_mirror_vlan()
        std::map<std::uint32_t, bvs_port_mirrors> ports; // by number
        std::set<std::uint32_t> outputs;                 // port numbers
        bool onward = false;
    };

    void read(const ovsdb::Replica &replica);
    void read_bridge(const ovsdb::Row &bridge, const ovsdb::Replica &replica,
                     std::map<ovsdb::Uuid, Live> &now);
    void place(Live &live, const ovsdb::Row &row, std::uint32_t bridge,
               const std::map<ovsdb::Uuid, Live> &others);
    Wanted wanted();
    void want(const Live &live, Wanted &wanted);
    void select(const Live &live, Wanted &wanted);
    void write(const Wanted &wanted);

    PortTable &table_;
    Reconciler &reconciler_;
    Logger log_;
    std::map<ovsdb::Uuid, Live> live_;
    Wanted told_;
};

} // namespace bvs::daemon
