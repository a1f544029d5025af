// SPDX-License-Identifier: Apache-2.0
//
// Tells the database what became of its rows, and the log what is wrong with them: once for each
// remark, until it is gone and comes again.
#pragma once

#include "ovsdb/replica.h"
#include "switch/config.h"
#include "switch/egress.h"
#include "switch/host/ethtool.h"
#include "switch/interface_report.h"
#include "switch/log.h"
#include "switch/reconciler.h"
#include "switch/write_back.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace bvs::daemon {

class Reporter {
  public:
    Reporter(const Config &config, PortTable &table, const Reconciler &reconciler,
             const InternalDevices &internal, host::Ethtool &ethtool, EgressOf egress_of,
             WriteBack &write_back, Logger log, std::string version);

    // Rows of these names, as far as the database has any.
    void report(const ovsdb::Replica &replica, const Touched &touched);

    // Everything that the configuration asked for up to now is in force.
    void report_switch(const ovsdb::Replica &replica);

    // tcx, clsact, tcx+xdp or clsact+xdp; empty if the port is not attached.
    std::string hook(const LivePort &port) const;
    std::uint64_t datapath_id(const std::string &bridge) const; // 0: not known yet
    // Bits a second, as the driver said when it was last reported; 0: not known.
    std::uint64_t speed(const std::string &interface) const;

  private:
    // Drivers may be slow to answer, so they are asked again only when the link came or went.
    struct Driver {
        int ifindex = 0;
        bool carrier = false;
        host::DriverInfo info;
        host::LinkSettings settings;
    };

    void report_bridge(const ovsdb::Replica &replica, const std::string &name);
    void report_interface(const ovsdb::Replica &replica, const std::string &name);
    void report_port(const ovsdb::Replica &replica, const model::Interface &interface);
    void report_datapaths(const ovsdb::Replica &replica, const ovsdb::Row &row);
    void log_remarks(const std::string &table, const std::string &name);
    const Driver &driver(const std::string &interface, const host::Link &link);

    const Config &config_;
    PortTable &table_;
    const Reconciler &reconciler_;
    const InternalDevices &internal_;
    host::Ethtool &ethtool_;
    EgressOf egress_of_;
    WriteBack &write_back_;
    Logger log_;
    std::string version_;
    std::map<std::string, Driver> drivers_;
    std::map<std::pair<std::string, std::string>, Remarks> logged_;
};

} // namespace bvs::daemon
