// SPDX-License-Identifier: Apache-2.0
//
// What is behind Vswitch: all parts of the switch, and who of them acts upon what.
#pragma once

#include "switch/bfd_sessions.h"
#include "switch/bonds.h"
#include "switch/config.h"
#include "switch/drop_samples.h"
#include "switch/flow_export.h"
#include "switch/internal_devices.h"
#include "switch/log.h"
#include "switch/mirrors.h"
#include "switch/multicast.h"
#include "switch/onward_device.h"
#include "switch/openflow.h"
#include "switch/port_table.h"
#include "switch/protocol_frames.h"
#include "switch/reconciler.h"
#include "switch/reporter.h"
#include "switch/shaping.h"
#include "switch/statistics.h"
#include "switch/tallies.h"
#include "switch/tracer.h"
#include "switch/underlay.h"
#include "switch/vlan_parsing.h"
#include "switch/vswitch.h"
#include "switch/write_back.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bvs::daemon {

class Vswitch::Core {
  public:
    Core(VswitchParts parts, DropSamples drops, ProtocolFrames frames);

    void database_ready(const ovsdb::Replica &replica);
    void database_changed(const ovsdb::Changes &changes);
    void database_lost() { connected_ = false; }
    void lock_changed(bool held);
    Result<> links_readable();
    Result<> addresses_readable();
    void every_second();
    void write_statistics();
    std::chrono::milliseconds statistics_interval() const;
    void add_commands(Commands &commands);
    void add_tallies(Tallies &coverage, Tallies &memory);
    void dismantle();

    Result<> start_openflow();
    Result<> start_flow_export() { return flow_export_.start(); }

    std::vector<Ring> rings();

  private:
    // Others' business while another daemon has the lock; ours again while the database is away.
    bool may_act() const { return connected_ ? locked_ : configured_; }

    void configure_all();
    void fill_new_generation(Touched &touched);
    void follow(Touched touched);
    void run_bonds();
    void follow_services();
    void follow_openflow(const Touched &touched);
    void pipeline_changed(const std::string &bridge);
    PortFacts facts_of(const LivePort &port) const;
    void serve_protocols();
    void read_protocol_frames();
    model::Mac mac_of(const LivePort &port) const;
    MulticastParts multicast_parts();
    BfdParts bfd_parts();
    void follow_bfd(const Touched &touched);
    void bfd_changed(const Names &interfaces);
    Touched poll_links();
    void configured_now();
    void send();
    void transact(const ovsdb::Transaction &transaction);
    host::LinkStatistics netdev_statistics(const LivePort &port) const;

    VswitchParts parts_;
    Logger log_;
    WriteBack write_back_;
    Config config_;
    PortTable table_;
    InternalDevices internal_;
    OnwardDevice onward_device_;
    VlanParsing vlan_parsing_;
    Shaping shaping_;
    Reconciler reconciler_;
    Underlay underlay_;
    Mirrors mirrors_;
    Multicast multicast_;
    Bonds bonds_;
    boost::asio::steady_timer bond_timer_;
    FlowExport flow_export_;
    Reporter reporter_;
    Statistics statistics_;
    std::unique_ptr<OpenFlow> openflow_;
    std::unique_ptr<Tracer> tracer_;
    BfdSessions bfd_;
    DropSamples drops_;
    ProtocolFrames protocol_frames_;
    const ovsdb::Replica *replica_ = nullptr;
    std::optional<Error> links_error_;
    std::optional<std::chrono::system_clock::time_point> last_change_;
    bool connected_ = false;
    bool locked_ = false;
    bool configured_ = false;
};

} // namespace bvs::daemon
