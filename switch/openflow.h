// SPDX-License-Identifier: Apache-2.0
//
// OpenFlow on every bridge (of_service.h has one), and what all bridges share: the datapath's rules
// and the packets that it sends up. Follows the bridges that there are and what the database says
// of them. One thread.
#pragma once

#include "loader/datapath.h"
#include "maps/pipeline_writer.h"
#include "ovsdb/replica.h"
#include "switch/log.h"
#include "switch/of_ports.h"
#include "switch/packet_ins.h"
#include "switch/port_table.h"
#include "switch/write_back.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace boost::asio {
class io_context;
}

namespace bvs::daemon {

struct OpenFlowParts {
    boost::asio::io_context &io;
    loader::Datapath &datapath;
    PortTable &table;
    host::LinkControl &link_control;
    FactsOf facts_of;
    std::string rundir;
    std::string version;
    Logger log;
    // The bridge needs the pipeline, or needs it no more: its ports are to be written anew.
    std::function<void(const std::string &bridge)> pipeline_changed;
};

class OfBridge;
class OfService;

class OpenFlow {
  public:
    static Result<std::unique_ptr<OpenFlow>> create(OpenFlowParts parts);
    ~OpenFlow();

    // Makes agents for bridges that there are and removes those of others.
    void follow(const ovsdb::Replica &replica, const std::map<std::string, std::uint64_t> &bridges);
    bool needs_pipeline(const std::string &bridge) const;
    OfBridge *bridge(const std::string &name); // null: there is none

    void ports_changed(const std::set<std::string> &names); // they came, went or changed
    void every_second();
    void report(WriteBack &write_back) const; // the columns of Controller that are ours

    int packet_ins_fd() const; // readable: read_packet_ins()
    void read_packet_ins();

  private:
    explicit OpenFlow(OpenFlowParts parts, std::unique_ptr<maps::PipelineWriter> writer,
                      PacketIns packet_ins);
    std::unique_ptr<OfService> serve(const std::string &bridge, std::uint16_t number);
    Result<> inject(const struct Injection &injection);
    void expire();
    void reclaim();
    void reclaim_soon();
    void take(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes);

    OpenFlowParts parts_;
    std::unique_ptr<maps::PipelineWriter> writer_;
    PacketIns packet_ins_;
    std::map<std::string, std::unique_ptr<OfService>> services_;
    // What bridges had in the generation before, until they have it again; by name.
    std::map<std::string, std::vector<std::vector<std::uint8_t>>> former_;
    struct Timer;
    std::unique_ptr<Timer> reclaiming_;
    std::unique_ptr<Timer> expiring_;
};

} // namespace bvs::daemon
